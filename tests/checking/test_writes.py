"""CQ201 to CQ207: what a command gives back, and what it does by itself."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from checking.planting import FROZEN, codes, command, report, table

if TYPE_CHECKING:
    from cqrs_gen.project import Project

OWN = "src/shop/write/handlers/create_user.py"

RETURNS = table("returns")

GIVEN_BACK = table("data_given_back")
HELPERS = """
import json
from dataclasses import asdict
def answer(command):
    return {"name": command.name}
"""
PAIRS = """
def pair(command):
    return uuid4(), {"name": command.name}
def three(command):
    return uuid4(), uuid4(), {"name": command.name}
def first_of_three(command):
    return {"name": command.name}, uuid4(), uuid4()
def keyed(command):
    return {"id": uuid4(), "row": {"name": command.name}}
"""
METHODS = dedent("""\
    def answer(self, command):
        return [command.name]""")
TOLD = dedent("""\
    def told(self, command) -> tuple[UUID, dict[str, str]]:
        return self.made(command)""")

IDS = table("ids_given_back")
MADE = """
from enum import StrEnum
from typing import NewType
UserId = NewType("UserId", UUID)
class OrderNo(str): ...
class Kind(StrEnum):
    A = "a"
def made(command) -> UUID:
    return uuid4()
"""

GUILTY = table("commands_that_do_more")

INNOCENT = table("commands_that_decide")


@pytest.mark.parametrize("name", RETURNS)
def test_what_a_handler_says_it_gives_back_is_judged(name: str, planted: Project) -> None:
    case = RETURNS[name]
    command(planted, returns=case.returns, top=case.top)

    assert codes(planted) == ({case.code} if case.code else set())


@pytest.mark.parametrize("name", GIVEN_BACK)
def test_data_that_is_given_back_is_found(name: str, planted: Project) -> None:
    command(
        planted,
        GIVEN_BACK[name].body,
        top=HELPERS + PAIRS,
        members=f"{METHODS}\n{TOLD}",
        returns="Any",
    )

    assert codes(planted) == {"CQ201", "CQ202"}


@pytest.mark.parametrize("name", IDS)
def test_an_id_that_is_given_back_is_left_alone(name: str, planted: Project) -> None:
    command(planted, IDS[name].body, top=MADE + PAIRS, members=TOLD)

    assert codes(planted) == set()


@pytest.mark.parametrize("name", GUILTY)
def test_a_command_that_does_more_than_decide_is_found(name: str, planted: Project) -> None:
    case = GUILTY[name]
    command(planted, case.body, top=case.top, members=case.members)

    assert case.code in codes(planted)


@pytest.mark.parametrize("name", INNOCENT)
def test_a_command_that_only_decides_is_left_alone(name: str, planted: Project) -> None:
    case = INNOCENT[name]
    command(planted, case.body, top=case.top, members=case.members)

    assert codes(planted) == set()


def test_a_handler_that_does_not_say_what_it_gives_back_is_found(planted: Project) -> None:
    command(planted)
    file = planted.source / "write/handlers/create_user.py"
    file.write_text(file.read_text().replace(" -> UUID:", ":"))

    assert codes(planted) == {"CQ201"}


@pytest.mark.parametrize(
    ("decorator", "code"),
    [
        ("@dataclass", {"CQ207"}),
        ("@dataclass(slots=True)", {"CQ207"}),
        ("@dataclass(frozen=False)", {"CQ207"}),
        ("", {"CQ207"}),
        (FROZEN, set()),
        ("@dataclass(**OPTIONS)", set()),
        ("@message", set()),
    ],
)
def test_a_message_that_is_not_frozen_is_found(
    decorator: str, code: set[str], planted: Project
) -> None:
    text = f"""\
from dataclasses import dataclass, field
from functools import partial
from shop.cqrs import Command
OPTIONS = {{"frozen": True}}
message = partial(dataclass, frozen=True)


{decorator}
class CreateUserCommand(Command):
    name: str
    tags: list[str] = field(default_factory=list)
"""

    assert codes(planted, {"src/shop/write/commands/create_user.py": text}) == code


def test_a_handler_that_has_its_handle_from_a_base_is_judged_by_it(planted: Project) -> None:
    base = """\
from abc import ABC
from typing import Generic, TypeVar
from shop.cqrs import Command
from shop.cqrs.writing import CommandHandler, UnitOfWork

C = TypeVar("C", bound=Command)


class Base(CommandHandler[C], ABC, Generic[C]):
    async def handle(self, command: C, uow: UnitOfWork) -> dict[str, str]:
        return {}
"""
    own = """\
from shop.write.base import Base
from shop.write.commands.create_user import CreateUserCommand


class CreateUserHandler(Base[CreateUserCommand]):
    pass
"""
    files = {"src/shop/write/base.py": base, "src/shop/write/handlers/create_user.py": own}

    found = codes(planted, files)

    assert found == {"CQ201", "CQ202", "CQ304"}
    assert {f.path for f in report(planted).findings if f.code == "CQ202"} == {
        "src/shop/write/base.py"
    }


BASE = """\
from abc import ABC
from typing import Generic, TypeVar
from uuid import UUID, uuid4
from shop.cqrs import Command
from shop.cqrs.writing import CommandHandler, UnitOfWork

C = TypeVar("C", bound=Command)


class Base(CommandHandler[C], ABC, Generic[C]):
    async def handle(self, command: C, uow: UnitOfWork) -> UUID:
        {body}
        return uuid4()
"""
GOES_ON = {
    "super": "super().handle(command, uow)",
    "super by its old form": "super(CreateUserHandler, self).handle(command, uow)",
    "the class above": "Base.handle(self, command, uow)",
}


@pytest.mark.parametrize("name", GOES_ON)
@pytest.mark.parametrize(
    ("body", "found"),
    [("print(command)", set()), ("__import__('httpx').post('x')", {"CQ206"})],
)
def test_a_handler_that_goes_on_in_its_base_sends_nothing_but_what_that_sends(
    name: str, body: str, found: set[str], planted: Project
) -> None:
    command(planted, f"await {GOES_ON[name]}", top="from shop.write.base import Base")
    file = planted.source / "write/handlers/create_user.py"
    text = file.read_text().replace("(CommandHandler[", "(Base[")

    files = {"src/shop/write/base.py": BASE.format(body=body), OWN: text}

    assert codes(planted, files) == found


def test_a_handler_that_calls_another_one_sends_a_command(planted: Project) -> None:
    command(planted, "await Other().handle(command, uow)", top="from shop.write.base import Other")
    base = f"{BASE.format(body='pass')}\n\nclass Other(Base[Command]): ..."

    assert "CQ206" in codes(planted, {"src/shop/write/base.py": base})


def test_the_framework_s_own_handle_is_no_other_command(planted: Project) -> None:
    command(planted, "await super().handle(command, uow)")

    assert codes(planted) == set()
