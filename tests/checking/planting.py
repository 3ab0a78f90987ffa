"""A small shop to plant things in: what is not planted is clean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent, indent
from typing import TYPE_CHECKING

from cqrs_gen.checking.running import run
from cqrs_gen.checking.settings import Settings
from cqrs_gen.project import Project

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cqrs_gen.checking.running import Report

TABLES = Path(__file__).with_name("tables")
FROZEN = "@dataclass(frozen=True, slots=True, kw_only=True)"
FILES = {
    "src/shop/__init__.py": "",
    "src/shop/app.py": "from shop.cqrs.service import Service\n",
    "src/shop/events/__init__.py": "",
    "src/shop/events/user_created.py": f"""\
        from dataclasses import dataclass
        from uuid import UUID
        from shop.cqrs import Event


        {FROZEN}
        class UserCreated(Event):
            user_id: UUID
            name: str
        """,
    "src/shop/write/__init__.py": "",
    "src/shop/write/commands/__init__.py": "",
    "src/shop/write/commands/create_user.py": f"""\
        from dataclasses import dataclass
        from shop.cqrs import Command


        {FROZEN}
        class CreateUserCommand(Command):
            name: str
            tags: list[str]
        """,
    "src/shop/write/handlers/__init__.py": "",
    "src/shop/read/__init__.py": "",
    "src/shop/read/queries/__init__.py": "",
    "src/shop/read/queries/get_user.py": f"""\
        from dataclasses import dataclass
        from uuid import UUID
        from shop.cqrs import Query


        {FROZEN}
        class GetUserView:
            name: str


        {FROZEN}
        class GetUserQuery(Query[GetUserView | None]):
            user_id: UUID
        """,
    "src/shop/read/handlers/__init__.py": "",
    "src/shop/read/projections/__init__.py": "",
    "tests/write/test_create_user.py": "from shop.events.user_created import UserCreated\n",
    "tests/read/test_get_user.py": "from shop.read.projections.users import USERS\n",
}
QUERY = """\
from typing import Any
from sqlalchemy import Table, bindparam, delete, insert, select, text, update
from shop.cqrs import MessageBus
from shop.cqrs.reading import QueryHandler, Reader
from shop.read.projections.users import USERS, UsersProjection
from shop.read.queries.get_user import GetUserQuery, GetUserView
{top}

SELECT = select(USERS.c["name"]).where(USERS.c["user_id"] == bindparam("user_id"))


class GetUserHandler(QueryHandler[GetUserQuery, GetUserView | None]):
    reads = (UsersProjection,)
{members}
    async def handle(self, query: GetUserQuery, reader: Reader) -> GetUserView | None:
{body}
        return await reader.one(GetUserView, SELECT, {{"user_id": query.user_id}})
"""
COMMAND = """\
from typing import Any
from uuid import UUID, uuid4
from sqlalchemy import bindparam, insert, select, update
from shop.cqrs import MessageBus
from shop.cqrs.writing import CommandHandler, UnitOfWork
from shop.events.user_created import UserCreated
from shop.write.commands.create_user import CreateUserCommand
{top}


class CreateUserHandler(CommandHandler[CreateUserCommand]):
{members}
    async def handle(self, command: CreateUserCommand, uow: UnitOfWork) -> {returns}:
        user_id = uuid4()
        uow.record(UserCreated(user_id=user_id, name=command.name))
{body}
        return user_id
"""
PROJECTION = """\
from collections.abc import Iterator
from uuid import UUID
from shop.cqrs.journal import Recorded
from shop.cqrs.reading import Change, Projection, ReadModel, on
from shop.events.user_created import UserCreated
{top}

USERS = ReadModel("users", version=1, key={{"user_id": UUID}}, columns={{"name": str}})


class UsersProjection(Projection):
    read_model = USERS
{members}
    @on(UserCreated)
    def user_created(self, recorded: Recorded[UserCreated]) -> Iterator[Change]:
        event = recorded.event
{body}
        yield USERS.upsert(key={{"user_id": event.user_id}}, set={{"name": event.name}})
"""


@dataclass(frozen=True, slots=True)
class Planted:
    """What is planted where, and the code of what is found then: none, if nothing is."""

    code: str = ""
    returns: str = "UUID"
    top: str = ""
    members: str = ""
    body: str = "pass"


def table(name: str) -> dict[str, Planted]:
    """Read a file of `tables/`: under each heading a code, and blocks by where they are planted."""
    text = (TABLES / f"{name}.md").read_text(encoding="utf-8")
    parts = (part.partition("\n") for part in text.split("\n## ")[1:])
    return {heading: _planted(told) for heading, _, told in parts}


def _planted(text: str) -> Planted:
    code = re.search(r"^CQ\d+$", text, re.MULTILINE)
    blocks = re.findall(r"^```python (\w+)\n(.*?)\n```$", text, re.MULTILINE | re.DOTALL)
    return Planted(code=code[0] if code else "", **dict(blocks))


def shop(root: Path) -> Project:
    """Make a clean shop."""
    (root / ".cqrs-gen").mkdir(parents=True)
    (root / ".copier-answers.yml").write_text("package_name: shop\n")
    project = Project(root, "shop")
    for path, text in FILES.items():
        write(project, path, text)
    query(project)
    command(project)
    projection(project)
    return project


def write(project: Project, path: str, text: str) -> None:
    """Write a file, which may be there already."""
    file = project.root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(dedent(text))


def query(project: Project, body: str = "pass", *, top: str = "", members: str = "") -> None:
    """Plant something in the query's handler: before it looks, above it, or beside the method."""
    text = QUERY.format(top=dedent(top), members=_in(members, 1), body=_in(body, 2))
    (project.source / "read/handlers/get_user.py").write_text(text)


def command(
    project: Project, body: str = "pass", *, top: str = "", members: str = "", returns: str = "UUID"
) -> None:
    """Plant something in the command's handler: after it has recorded what it decided."""
    text = COMMAND.format(
        top=dedent(top), members=_in(members, 1), body=_in(body, 2), returns=returns
    )
    (project.source / "write/handlers/create_user.py").write_text(text)


def projection(project: Project, body: str = "pass", *, top: str = "", members: str = "") -> None:
    """Plant something in the projection."""
    text = PROJECTION.format(top=dedent(top), members=_in(members, 1), body=_in(body, 2))
    (project.source / "read/projections/users.py").write_text(text)


def report(project: Project, settings: Settings | None = None, since: str | None = None) -> Report:
    """Check the shop."""
    return run(project, settings or Settings(), since)


def codes(project: Project, files: Mapping[str, str] | None = None) -> set[str]:
    """Write more files, check the shop, and give the codes of what was found."""
    for path, text in (files or {}).items():
        write(project, path, text)
    return {finding.code for finding in report(project).findings}


def _in(text: str, depth: int) -> str:
    return indent(dedent(text).strip("\n"), "    " * depth)
