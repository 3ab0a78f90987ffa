"""CQ501 to CQ506: every message has its handler, its place, its name and its test."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import TYPE_CHECKING

import pytest
from checking.planting import FILES, FROZEN, codes

if TYPE_CHECKING:
    from cqrs_gen.project import Project

HANDLER = """\
from uuid import UUID, uuid4
from shop.cqrs.writing import CommandHandler, UnitOfWork
from shop.events.user_created import UserCreated
from shop.write.commands.create_user import CreateUserCommand


class {name}({bases}):
    async def handle(self, command: CreateUserCommand, uow: UnitOfWork) -> UUID:
        uow.record(UserCreated(user_id=uuid4(), name=""))
        return uuid4()
"""
OWN = "src/shop/write/handlers/create_user.py"
PLAIN = {"name": "CreateUserHandler", "bases": "CommandHandler[CreateUserCommand]"}
COMMAND = f"""\
from dataclasses import dataclass
from shop.cqrs import Command


{FROZEN}
class {{name}}(Command):
    name: str
"""
TESTED = {"tests/write/test_other.py": "OtherCommand Other OtherQuery"}


def test_a_command_without_a_handler_is_found(planted: Project) -> None:
    other = {"src/shop/write/commands/other.py": COMMAND.format(name="OtherCommand"), **TESTED}

    assert codes(planted, other) == {"CQ501"}


def test_a_query_without_a_handler_is_found(planted: Project) -> None:
    text = FILES["src/shop/read/queries/get_user.py"].replace("GetUser", "Other")
    other = {"src/shop/read/queries/other.py": text, "tests/read/test_other.py": ""}

    assert codes(planted, other) == {"CQ501"}


def test_a_second_handler_is_found(planted: Project) -> None:
    second = HANDLER.format(**PLAIN | {"name": "MakeUserHandler"})

    assert codes(planted, {"src/shop/write/handlers/other.py": second}) == {"CQ502"}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("src/shop/write/elsewhere.py", HANDLER.format(**PLAIN)),
        ("src/shop/write/handlers/deep/create_user.py", HANDLER.format(**PLAIN)),
        (OWN, HANDLER.format(**PLAIN | {"bases": "CommandHandler"})),
        (OWN, HANDLER.format(**PLAIN | {"bases": "CommandHandler[CreateUserCommand], ABC"})),
        (OWN, "def make():\n" + indent(HANDLER.format(**PLAIN), "    ")),
    ],
    ids=["elsewhere", "in no package", "says no message", "abstract", "inside a function"],
)
def test_a_handler_that_discovery_passes_by_is_found(
    path: str, text: str, planted: Project
) -> None:
    (planted.root / OWN).unlink()

    assert "CQ503" in codes(planted, {path: "from abc import ABC\n" + text})


@pytest.mark.parametrize(
    "text",
    [
        HANDLER.format(**PLAIN).replace("import CommandHandler", "import CommandHandler as Base")
        .replace("(CommandHandler[", "(Base["),
        HANDLER.format(**PLAIN).replace(
            "from shop.cqrs.writing import CommandHandler, UnitOfWork",
            dedent("""\
                from shop.cqrs import writing
                from shop.cqrs.writing import UnitOfWork"""),
        ).replace("(CommandHandler[", "(writing.CommandHandler["),
        HANDLER.format(**PLAIN | {"bases": "Making"}).replace(
            "\n\n\n", dedent("""\


                Making = CommandHandler[CreateUserCommand]


                """)
        ),
        HANDLER.format(**PLAIN | {"bases": "Making"}).replace(
            "\n\n\n",
            dedent("""\

                from typing import TypeAlias
                Named: TypeAlias = CommandHandler[CreateUserCommand]
                Making = Named


                """),
        ),
    ],
    ids=["another name", "by its module", "with its message", "with its message, twice"],
)  # fmt: skip
def test_a_handler_is_known_by_whatever_name(text: str, planted: Project) -> None:
    assert codes(planted, {OWN: text}) == set()


MAKING = """\
from shop.cqrs.writing import CommandHandler
from shop.write.commands.create_user import CreateUserCommand

Making = CommandHandler[CreateUserCommand]
"""


@pytest.mark.parametrize(
    ("top", "base"),
    [
        ("from shop.write.making import Making", "Making"),
        ("from shop.write.making import Making as Base", "Base"),
        ("from shop.write import making", "making.Making"),
    ],
)
def test_a_base_that_was_named_elsewhere_says_what_is_handled(
    top: str, base: str, planted: Project
) -> None:
    own = f"{top}\n{HANDLER.format(**PLAIN | {'bases': base})}"

    assert codes(planted, {"src/shop/write/making.py": MAKING, OWN: own}) == set()


def test_a_second_handler_by_a_named_base_is_found(planted: Project) -> None:
    text = HANDLER.format(**PLAIN | {"name": "MakeUserHandler", "bases": "Making"})
    own = f"from shop.write.making import Making\n{text}"
    files = {"src/shop/write/making.py": MAKING, "src/shop/write/handlers/other.py": own}

    assert codes(planted, files) == {"CQ502"}


def test_a_base_that_was_named_without_a_message_says_nothing(planted: Project) -> None:
    text = HANDLER.format(**PLAIN | {"bases": "Making"})
    own = text.replace(
        "\n\n\n",
        dedent("""\


            Making = CommandHandler


            """),
    )

    assert "CQ503" in codes(planted, {OWN: own})


def test_handlers_in_a_package_of_their_own_are_found(planted: Project) -> None:
    (planted.root / OWN).unlink()
    files = {
        "src/shop/write/handlers/users/__init__.py": "",
        "src/shop/write/handlers/users/create_user.py": HANDLER.format(**PLAIN),
    }

    assert codes(planted, files) == set()


def test_a_base_class_of_the_teams_own_is_no_fault(planted: Project) -> None:
    base = """\
from abc import ABC
from typing import Generic, TypeVar
from shop.cqrs import Command
from shop.cqrs.writing import CommandHandler

C = TypeVar("C", bound=Command)


class Base(CommandHandler[C], ABC, Generic[C]):
    pass
"""
    own = HANDLER.format(**PLAIN | {"bases": "Base[CreateUserCommand]"})
    files = {"src/shop/write/base.py": base, OWN: "from shop.write.base import Base\n" + own}

    assert codes(planted, files) == set()


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("OtherQuery", {"CQ504"}),
        ("OtherHandler", {"CQ504"}),
        ("MakeOther", {"CQ504"}),
        ("OtherCommand", set()),
    ],
)
def test_a_command_is_called_one(name: str, found: set[str], planted: Project) -> None:
    files = {
        "src/shop/write/commands/other.py": COMMAND.format(name=name),
        "src/shop/write/handlers/other.py": HANDLER.replace("create_user", "other", 2)
        .format(name="OtherHandler", bases=f"CommandHandler[{name}]")
        .replace("CreateUserCommand", name)
        .replace("commands.create_user", "commands.other"),
        "tests/write/test_other.py": "",
    }

    assert codes(planted, files) - {"CQ501"} == found


@pytest.mark.parametrize(
    ("name", "found"), [("DeleteUser", {"CQ504"}), ("UserCommand", {"CQ504"}), ("Left", set())]
)
def test_an_event_is_called_a_fact(name: str, found: set[str], planted: Project) -> None:
    text = COMMAND.format(name=name).replace("Command", "Event").replace("UserEvent", "UserCommand")
    files = {"src/shop/events/other.py": text, "tests/events/test_other.py": ""}

    assert codes(planted, files) - {"CQ303"} == found


@pytest.mark.parametrize(
    "path",
    ["src/shop/read/queries/other.py", "src/shop/write/other.py", "src/shop/events/other.py"],
)
def test_a_command_in_another_place_is_found(path: str, planted: Project) -> None:
    assert codes(planted, {path: COMMAND.format(name="OtherCommand"), **TESTED}) == {"CQ505"}


def test_a_slice_without_its_test_is_found(planted: Project) -> None:
    (planted.root / "tests/write/test_create_user.py").unlink()
    (planted.root / "tests/read/test_get_user.py").write_text("from x import USERS, UserCreated")

    assert codes(planted) == {"CQ506"}


def test_a_test_that_needs_a_command_first_is_no_test_of_it(planted: Project) -> None:
    (planted.root / "tests/write/test_create_user.py").unlink()
    other = {"tests/read/test_get_user.py": "CreateUserCommand UserCreated USERS"}

    assert codes(planted, other) == {"CQ506"}


def test_a_test_may_be_called_as_one_likes(planted: Project) -> None:
    (planted.root / "tests/write/test_create_user.py").unlink()
    other = {"tests/write/test_signing_up.py": "CreateUserCommand UserCreated"}

    assert codes(planted, other) == set()
