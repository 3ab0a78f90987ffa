"""Read models are read from the source that declares them."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from unit.shops import shop, write

from cqrs_gen.errors import Failed
from cqrs_gen.fields import Field
from cqrs_gen.scan import read_model_named, read_models
from cqrs_gen.types import Type

if TYPE_CHECKING:
    from pathlib import Path

USERS = """
from datetime import datetime
from uuid import UUID

USERS = ReadModel(
    "users", version=3, key={"user_id": UUID}, columns={"seen": datetime | None, "odd": object}
)


class UsersProjection(Projection):
    read_model = USERS

    @on(UserCreated)
    def user_created(self, recorded): ...

    @on(events.UserDeleted)
    def user_deleted(self, recorded): ...

    def of_no_event(self): ...
"""


def test_a_read_model_has_a_key_columns_and_events(tmp_path: Path) -> None:
    project = shop(tmp_path)
    write(project, "read/projections/users.py", USERS)

    [found] = read_models(project)

    assert (found.name, found.constant, found.projection) == ("users", "USERS", "UsersProjection")
    assert found.key == (Field("user_id", Type("UUID")),)
    assert found.columns == (Field("seen", Type("datetime", optional=True)),)
    assert found.fields == (*found.key, *found.columns)
    assert found.events == ("UserCreated", "UserDeleted")
    assert found.module == "shop.read.projections.users"
    assert found.line == USERS.lstrip().splitlines().index("class UsersProjection(Projection):") + 1


@pytest.mark.parametrize("path", ["people.py", "people/all.py", "people/__init__.py"])
def test_a_read_model_is_found_wherever_it_was_moved(tmp_path: Path, path: str) -> None:
    project = shop(tmp_path)
    file = write(project, f"read/projections/{path}", USERS)

    found = read_model_named(project, "users")

    assert found is not None
    assert found.path == file


@pytest.mark.parametrize(
    "declared",
    [
        'ReadModel("users", version=1, key={}, columns={})',
        'ReadModel(name="users", version=1, key={}, columns={})',
        'reading.ReadModel("users", version=1, key={}, columns={})',
    ],
)
@pytest.mark.parametrize("annotated", ["", ": ReadModel"])
def test_it_may_be_declared_in_other_words(tmp_path: Path, declared: str, annotated: str) -> None:
    project = shop(tmp_path)
    text = f"X{annotated} = {declared}\nclass P(Projection):\n    read_model{annotated} = X\n"
    write(project, "read/projections/x.py", text)

    assert [found.name for found in read_models(project)] == ["users"]


@pytest.mark.parametrize(
    "text",
    [
        dedent("""\
            X = 1
            class P(Projection):
                read_model = X
            """),
        "class P(Projection): ...",
        dedent("""\
            class P:
                read_model = X
            """),
        "X = ReadModel('x')\n",
    ],
)
def test_what_is_no_read_model_is_not_found(tmp_path: Path, text: str) -> None:
    project = shop(tmp_path)
    write(project, "read/projections/x.py", text)

    assert list(read_models(project)) == []


def test_one_whose_own_file_is_not_python_is_told_of(tmp_path: Path) -> None:
    project = shop(tmp_path)
    write(project, "read/projections/users.py", "USERS = (\n")

    with pytest.raises(Failed, match="is not Python"):
        read_model_named(project, "users")
