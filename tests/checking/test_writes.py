"""CQ201 to CQ207: what a command gives back, and what it does by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from checking.planting import FROZEN, codes, command, report

if TYPE_CHECKING:
    from cqrs_gen.project import Project

OWN = "src/shop/write/handlers/create_user.py"
BUS = "def __init__(self, bus: MessageBus) -> None:\n    self.bus = bus"
VIEW = f"from dataclasses import dataclass\n{FROZEN}\nclass Made:\n    name: str"

RETURNS = {
    "a dict": ("dict[str, str]", "", "CQ201"),
    "a list": ("list[UUID]", "", "CQ201"),
    "a tuple": ("tuple[UUID, str]", "", "CQ201"),
    "a bool": ("bool", "", "CQ201"),
    "anything": ("Any", "", "CQ201"),
    "an optional dict": ("Optional[dict[str, str]]", "from typing import Optional", "CQ201"),
    "data or an ID": ("UUID | dict[str, str]", "", "CQ201"),
    "a union": ("Union[UUID, float]", "from typing import Union", "CQ201"),
    "an alias of data": ("Answer", "Answer = dict[str, str]", "CQ201"),
    "a typed alias": ("Answer", "from typing import TypeAlias\nAnswer: TypeAlias = list[str]", "CQ201"),
    "a new type of data": ("Answer", "from typing import NewType\nAnswer = NewType('Answer', dict)", "CQ201"),
    "annotated data": ("Annotated[dict, 1]", "from typing import Annotated", "CQ201"),
    "a dataclass": ("Made", VIEW, "CQ201"),
    "a dataclass in quotes": ("'Made'", VIEW, "CQ201"),
    "the event": ("UserCreated", "", "CQ201"),
    "an ack": ("Ack", "from shop.cqrs import Ack", "CQ201"),
    "a model": ("Made", "from pydantic import BaseModel\nclass Made(BaseModel): ...", "CQ201"),
    "a typed dict": ("Made", "from typing import TypedDict\nclass Made(TypedDict): ...", "CQ201"),
    "a moment": ("datetime", "from datetime import datetime", "CQ201"),
    "a mapping": ("Mapping[str, str]", "from collections.abc import Mapping", "CQ201"),
    "a UUID": ("UUID", "", ""),
    "an int": ("int", "", ""),
    "a str": ("str", "", ""),
    "a UUID or None": ("UUID | None", "", ""),
    "an optional": ("Optional[UUID]", "from typing import Optional", ""),
    "the framework's own": ("Id | None", "from shop.cqrs import Id", ""),
    "an alias": ("UserId", "UserId = UUID", ""),
    "an alias of an optional": ("UserId", "from typing import Optional\nUserId = Optional[UUID]", ""),
    "a typed alias of a UUID": ("UserId", "from typing import TypeAlias\nUserId: TypeAlias = 'UUID'", ""),
    "a new type": ("UserId", "from typing import NewType\nUserId = NewType('UserId', UUID)", ""),
    "an annotated UUID": ("Annotated[UUID, 'x']", "from typing import Annotated", ""),
    "a class that is a str": ("OrderNo", "class OrderNo(str): ...", ""),
    "a class that is a UUID, further up": ("B", "class A(UUID): ...\nclass B(A): ...", ""),
    "an enum that is a str": ("Kind", "from enum import StrEnum\nclass Kind(StrEnum):\n    A = 'a'", ""),
    "a literal": ("Literal['a', 'b']", "from typing import Literal", ""),
    "a type variable": ("I", "from typing import TypeVar\nI = TypeVar('I', bound=UUID)", ""),
    "somebody's ID": ("ULID", "from ulid import ULID", ""),
    "in quotes": ("'UUID'", "", ""),
}  # fmt: skip

GIVEN_BACK = {
    "a dict": "return {'id': user_id}",
    "a dict by a name": "answer = {'id': user_id}\nreturn answer",
    "a list": "return [user_id]",
    "a tuple": "return user_id, command.name",
    "a comprehension": "return [t for t in command.tags]",
    "the event": "event = UserCreated(user_id=user_id, name='')\nuow.record(event)\nreturn event",
    "the command": "return command",
    "a bool": "return True",
    "a comparison": "return command.name == ''",
    "a field that is a list": "return command.tags",
    "rows": "return await uow.fetch(select(1))",
    "a row": "rows = await uow.fetch(select(1))\nreturn rows[0]",
    "as a dict": "return asdict(command)",
    "as JSON": "return json.dumps({'id': 1})",
    "a count": "return len(command.tags)",
    "by a helper": "return answer(command)",
    "by a method": "return self.answer(command)",
    "in one arm": "if command.tags:\n    return dict(id=user_id)",
    "a choice": "return user_id if command.tags else {'id': user_id}",
    "a set": "return set(command.tags)",
    "a generator": "return (t for t in command.tags)",
    "a row of a helper's pair": "_, row = pair(command)\nreturn row",
    "the last of three": "a, *b, c = three(command)\nreturn c",
    "what a star takes": "a, *b = three(command)\nreturn b",
    "a row under a key": "return keyed(command)['row']",
    "a row by its place": "return pair(command)[-1]",
    "an annotated pair's row": "_, row = self.told(command)\nreturn row",
}
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
METHODS = "def answer(self, command):\n    return [command.name]"
TOLD = "def told(self, command) -> tuple[UUID, dict[str, str]]:\n    return self.made(command)"

IDS = {
    "an ID of the command's": "return command.name",
    "a fresh one": "return uuid4()",
    "a text made of it": "return f'user-{user_id}'",
    "as text": "return str(user_id)",
    "an int": "return int(command.name)",
    "a row's column": "rows = await uow.fetch(select(1))\nreturn rows[0].user_id",
    "nothing": "return None",
    "by a helper": "return made(command)",
    "a new type": "return UserId(user_id)",
    "an ID of a class": "return OrderNo('1')",
    "an enum": "return Kind.A",
    "the ID of a helper's pair": "user_id, row = pair(command)\nreturn user_id",
    "the ID of an awaited pair": "user_id, row = await self.told(command)\nreturn user_id",
    "the ID behind a star": "a, *b, user_id = first_of_three(command)\nreturn user_id",
    "the ID under a key": "return keyed(command)['id']",
    "the ID by its place": "return pair(command)[0]",
    "the ID by its place from the end": "return pair(command)[-2]",
    "a sum": "rows = await uow.fetch(select(1))\nreturn rows[0].number + 1",
}
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

GUILTY = {
    "asks a query": ("CQ203", "await self.bus.execute(GetUserQuery(user_id=user_id))", "from shop.read.queries.get_user import GetUserQuery", BUS),
    "calls a query's handler": ("CQ203", "await GetUserHandler().handle(None, None)", "from shop.read.handlers.get_user import GetUserHandler", ""),
    "imports read": ("CQ204", "pass", "from shop.read.projections.users import USERS", ""),
    "imports reading": ("CQ204", "pass", "from shop.cqrs.reading import Reader", ""),
    "imports read inside": ("CQ204", "from shop.read.projections import users", "", ""),
    "imports read by a text": ("CQ204", "import_module('shop.read.projections.users')", "from importlib import import_module", ""),
    "imports read nearby": ("CQ204", "pass", "from ...read.projections.users import USERS", ""),
    "commits a session": ("CQ205", "await self.session.commit()", "from sqlalchemy.ext.asyncio import AsyncSession", "def __init__(self, session: AsyncSession):\n    self.session = session"),
    "commits something": ("CQ205", "self.session.commit()", "", "def __init__(self, session):\n    self.session = session"),
    "opens an engine": ("CQ205", "create_engine('x').begin()", "from sqlalchemy import create_engine", ""),
    "connects": ("CQ205", "sqlite3.connect('x')", "import sqlite3", ""),
    "uses an engine": ("CQ205", "with self.engine.begin() as c:\n    c.execute(insert(None))", "from sqlalchemy import Engine", "def __init__(self, engine: Engine):\n    self.engine = engine"),
    "adds to a session": ("CQ205", "self.session.add(1)", "from sqlalchemy.orm import Session", "def __init__(self, session: Session):\n    self.session = session"),
    "posts": ("CQ206", "httpx.post('x')", "import httpx", ""),
    "sends mail": ("CQ206", "await self.welcome()", "import aiosmtplib", "async def welcome(self):\n    await aiosmtplib.send(None)"),
    "sends mail by a class of its own": ("CQ206", "self.mail.send()", "import smtplib\nclass Mail:\n    def send(self):\n        smtplib.SMTP('x').send_message(None)", "def __init__(self, mail: Mail):\n    self.mail = mail"),
    "by a client that is handed in": ("CQ206", "await self.http.post('x')", "import httpx", "def __init__(self, http: httpx.AsyncClient):\n    self.http = http"),
    "writes a file": ("CQ206", "Path('x').write_text('')", "from pathlib import Path", ""),
    "runs a program": ("CQ206", "subprocess.run(['x'])", "import subprocess", ""),
    "sends another command": ("CQ206", "await self.bus.execute(command)", "", BUS),
    "in a task": ("CQ206", "asyncio.create_task(later())", "import asyncio, httpx\nasync def later():\n    httpx.post('x')", ""),
    "changes the command": ("CQ207", "command.tags.append('x')", "", ""),
    "changes the command past freezing": ("CQ207", "object.__setattr__(command, 'name', 'x')", "", ""),
}  # fmt: skip

INNOCENT = {
    "a clock": ("datetime.now()\ntime.time()\nrandom.choice([1])", "import random, time\nfrom datetime import datetime", ""),
    "tables": ("uow.execute(insert(T), {'a': 1}, rows=1)\nuow.execute(GONE)", "from sqlalchemy import Table, delete\nfrom shop.cqrs.writing import tables\nT = Table('t', tables)\nGONE = delete(T)", ""),
    "looks": ("await uow.fetch(select(1))", "", ""),
    "a port": ("await self.mailer.send('x')", "from typing import Protocol\nclass Mailer(Protocol):\n    async def send(self, to: str) -> None: ...", "def __init__(self, mailer: Mailer):\n    self.mailer = mailer"),
    "an abstract port": ("self.mailer.send()", "from abc import ABC, abstractmethod\nclass Mailer(ABC):\n    @abstractmethod\n    def send(self): ...", "def __init__(self, mailer: Mailer):\n    self.mailer = mailer"),
    "logging": ("log.info('sent %s', command)\nprint('x')", "import logging\nlog = logging.getLogger(__name__)", ""),
    "a copy of the command": ("tags = list(command.tags)\ntags.append('x')\nreplace(command, name='x')", "from dataclasses import replace", ""),
    "a list of the command's": ("sorted(command.tags)\ncommand.tags.index('x')\ncommand.tags.count('x')", "", ""),
    "a get": ("httpx.get('x')\nopen('x').read()", "import httpx", ""),
    "names": ("update = insert_ = 1\ncommit = len([])\nnotes = {}\nnotes.update(a=1)", "", ""),
    "another event": ("uow.record(UserCreated(user_id=user_id, name=''))", "", ""),
    "a helper that records": ("note(uow)", "def note(uow: UnitOfWork):\n    uow.record(UserCreated(user_id=uuid4(), name=''))", ""),
    "a policy": ("Policy().require(command)", "class Policy:\n    def require(self, command):\n        if not command.name:\n            raise ValueError", ""),
    "a digest": ("hashlib.sha256().update(b'')", "import hashlib", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", RETURNS)
def test_what_a_handler_says_it_gives_back_is_judged(name: str, planted: Project) -> None:
    returns, top, code = RETURNS[name]
    command(planted, returns=returns, top=top)

    assert codes(planted) == ({code} if code else set())


@pytest.mark.parametrize("name", GIVEN_BACK)
def test_data_that_is_given_back_is_found(name: str, planted: Project) -> None:
    command(
        planted,
        GIVEN_BACK[name],
        top=HELPERS + PAIRS,
        members=f"{METHODS}\n{TOLD}",
        returns="Any",
    )

    assert codes(planted) == {"CQ201", "CQ202"}


@pytest.mark.parametrize("name", IDS)
def test_an_id_that_is_given_back_is_left_alone(name: str, planted: Project) -> None:
    command(planted, IDS[name], top=MADE + PAIRS, members=TOLD)

    assert codes(planted) == set()


@pytest.mark.parametrize("name", GUILTY)
def test_a_command_that_does_more_than_decide_is_found(name: str, planted: Project) -> None:
    code, body, top, members = GUILTY[name]
    command(planted, body, top=top, members=members)

    assert code in codes(planted)


@pytest.mark.parametrize("name", INNOCENT)
def test_a_command_that_only_decides_is_left_alone(name: str, planted: Project) -> None:
    body, top, members = INNOCENT[name]
    command(planted, body, top=top, members=members)

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
