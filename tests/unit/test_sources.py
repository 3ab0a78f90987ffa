"""Source files are understood by ast, however they are spelt, and never imported."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from unit.shops import shop, write

from cqrs_gen.errors import Failed
from cqrs_gen.fields import Field
from cqrs_gen.sources import Source, bases_of, fields_of, module_of, other_fields_of
from cqrs_gen.types import Type

if TYPE_CHECKING:
    import ast
    from pathlib import Path


def parsed(root: Path, text: str, path: str = "events/x.py") -> Source:
    project = shop(root)
    file = write(project, path, text)
    return Source.parse(project, file, file.read_bytes())


def first_class(source: Source) -> ast.ClassDef:
    return next(source.classes)


def test_nothing_is_imported(tmp_path: Path) -> None:
    assert parsed(tmp_path, "raise SystemExit").module == "shop.events.x"


def test_a_file_that_is_not_python_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(Failed) as refusal:
        parsed(tmp_path, "x = 1\nclass (\n")

    assert refusal.value.what.startswith("`src/shop/events/x.py`, line 2, is not Python: ")


def test_a_file_with_null_bytes_is_not_python(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="is not Python"):
        parsed(tmp_path, "\0")


@pytest.mark.parametrize(
    ("path", "module"),
    [
        ("events/user_created.py", "shop.events.user_created"),
        ("events/users/created.py", "shop.events.users.created"),
        ("events/__init__.py", "shop.events"),
    ],
)
def test_a_module_has_its_full_name(tmp_path: Path, path: str, module: str) -> None:
    project = shop(tmp_path)

    assert module_of(project, project.source / path) == module


@pytest.mark.parametrize(
    ("statement", "name", "stands_for"),
    [
        ("from shop.cqrs import Event", "Event", "shop.cqrs.Event"),
        ("from shop.cqrs import Event as Fact", "Fact", "shop.cqrs.Event"),
        ("from .money import Money", "Money", "shop.events.money.Money"),
        ("from ..events.money import Money", "Money", "shop.events.money.Money"),
        ("from . import money", "money", "shop.events.money"),
        ("import datetime", "datetime", "datetime"),
        ("import datetime as dt", "dt", "datetime"),
        ("import shop.events.money", "shop", "shop"),
        ("class Money: ...", "Money", "shop.events.x.Money"),
        ("UserId = NewType('UserId', int)", "UserId", "shop.events.x.UserId"),
    ],
)
def test_a_name_is_traced_to_where_it_comes_from(
    tmp_path: Path, statement: str, name: str, stands_for: str
) -> None:
    assert parsed(tmp_path, statement).names[name] == stands_for


def test_in_a_package_a_relative_import_begins_at_the_package(tmp_path: Path) -> None:
    source = parsed(tmp_path, "from .money import Money", "events/__init__.py")

    assert source.names["Money"] == "shop.events.money.Money"


@pytest.mark.parametrize(
    "line",
    [
        "class X(Event): ...",
        "class X(cqrs.Event): ...",
        dedent("""\
            from shop.cqrs import Event as Fact
            class X(Fact): ..."""),
    ],
)
def test_a_base_is_known_by_its_own_name(tmp_path: Path, line: str) -> None:
    source = parsed(tmp_path, line)

    assert [name for name, _ in bases_of(first_class(source), source.names)] == ["Event"]


def test_fields_are_read_with_their_types_and_defaults(tmp_path: Path) -> None:
    source = parsed(
        tmp_path,
        """
        import datetime as dt
        from typing import Annotated, ClassVar, Optional
        from uuid import UUID
        from .money import Money

        class X(Event):
            kind: ClassVar[str] = "x"
            user_id: UUID
            total: Money
            seen: Optional[dt.datetime] = None
            tags: "list[str]"
            limit: Annotated[int, "positive"] = 50
            untyped = 1
        """,
    )

    assert fields_of(first_class(source), source.names) == (
        Field("user_id", Type("UUID")),
        Field("total", Type("shop.events.money.Money")),
        Field("seen", Type("datetime", optional=True), "None"),
        Field("tags", Type("list", Type("str"))),
        Field("limit", Type("int"), "50"),
    )
    assert other_fields_of(first_class(source), source.names) == ()


def test_fields_that_cannot_be_typed_are_told_apart(tmp_path: Path) -> None:
    source = parsed(
        tmp_path,
        dedent("""\
            class X(Event):
                size: tuple[int, int]
                name: str
            """),
    )

    assert fields_of(first_class(source), source.names) == (Field("name", Type("str")),)
    assert other_fields_of(first_class(source), source.names) == ("size: tuple[int, int]",)
