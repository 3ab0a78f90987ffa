"""What is mended is right afterwards, and nothing else has moved."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from checking.planting import FILES, FROZEN, command, query, report

from cqrs_gen.checking.fixing import fix

if TYPE_CHECKING:
    from cqrs_gen.project import Project

COMMAND = "src/shop/write/commands/create_user.py"


def mended(project: Project, path: str) -> str:
    """Mend what can be mended; give a file as it is then, which must be clean."""
    done = fix(project.root, report(project).findings)
    assert done
    assert [f for f in report(project).findings if f.level == "error"] == []
    return (project.root / path).read_text()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("@dataclass", "@dataclass(frozen=True)"),
        ("@dataclass()", "@dataclass(frozen=True)"),
        ("@dataclass(slots=True)", "@dataclass(frozen=True, slots=True)"),
        ("@dataclass(frozen=False, slots=True)", "@dataclass(frozen=True, slots=True)"),
        ("@dataclass(\n    slots=True,\n)", "@dataclass(frozen=True,\n    slots=True,\n)"),
    ],
)
def test_a_message_is_frozen(before: str, after: str, planted: Project) -> None:
    text = dedent(FILES[COMMAND]).replace(FROZEN, before)
    (planted.root / COMMAND).write_text(text)

    assert mended(planted, COMMAND) == text.replace(before, after)


def test_a_handler_that_gives_nothing_back_says_so(planted: Project) -> None:
    path = "src/shop/write/handlers/create_user.py"
    command(planted)
    file = planted.root / path
    text = file.read_text().replace(" -> UUID:", ":").replace("        return user_id\n", "")
    file.write_text(text)

    assert mended(planted, path) == text.replace("uow: UnitOfWork):", "uow: UnitOfWork) -> None:")


@pytest.mark.parametrize(
    ("asked", "after"),
    [
        ("bus.execute(GetUserQuery(user_id=1))", "bus.execute(GetUserQuery(user_id=1), after=ack)"),
        (
            "bus.execute(\n        GetUserQuery(user_id=1),\n    )",
            "bus.execute(\n        GetUserQuery(user_id=1),\n        after=ack,\n    )",
        ),
        (
            "bus.execute(\n        GetUserQuery(\n            user_id=1,\n        ))",
            "bus.execute(\n        GetUserQuery(\n            user_id=1,\n        ), after=ack)",
        ),
    ],
)
def test_a_query_comes_after_the_ack(asked: str, after: str, planted: Project) -> None:
    text = f"""\
from shop.read.queries.get_user import GetUserQuery
from shop.write.commands.create_user import CreateUserCommand


async def create(bus):
    ack = await bus.execute(CreateUserCommand(name="", tags=[]))
    return await {asked}
"""
    (planted.source / "app.py").write_text(text)

    assert mended(planted, "src/shop/app.py") == text.replace(asked, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1  # noqa: CQ101", "x = 1"),
        ("x = 1  # noqa: CQ101, F841", "x = 1  # noqa: F841"),
        ("x = 1  # noqa: F841, CQ101", "x = 1  # noqa: F841"),
        ("x = 1  # noqa: CQ101, CQ102", "x = 1"),
    ],
)
def test_a_remark_that_silences_nothing_is_taken_out(
    before: str, after: str, planted: Project
) -> None:
    query(planted, before)
    path = "src/shop/read/handlers/get_user.py"
    text = (planted.root / path).read_text()

    assert mended(planted, path) == text.replace(before, after)


def test_what_cannot_be_mended_is_left_as_it_is(planted: Project) -> None:
    query(planted, "open('x', 'w')")
    path = planted.source / "read/handlers/get_user.py"
    before = path.read_bytes()

    assert fix(planted.root, report(planted).findings) == ()
    assert path.read_bytes() == before
