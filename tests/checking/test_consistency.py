"""CQ301 to CQ307: projections that can be run again, and queries that know the lag."""

from __future__ import annotations

import subprocess
from textwrap import indent
from typing import TYPE_CHECKING

import pytest
from checking.planting import FROZEN, codes, command, projection, query, report, table, write

if TYPE_CHECKING:
    from cqrs_gen.project import Project

GUILTY = table("projections_that_do_more")
INNOCENT = table("projections_of_events")
SEND = "await bus.execute(CreateUserCommand(name='', tags=[]))"
ASK = "await bus.execute(GetUserQuery(user_id=1))"
EARLY = table("queries_after_commands")
ROUTES = """\
from shop.read.queries.get_user import GetUserQuery
from shop.write.commands.create_user import CreateUserCommand


async def create(bus, service):
{body}
"""
EVENT = f"""\
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID
from shop.cqrs import Event


{FROZEN}
class UserCreated(Event):
    {{fields}}
"""
CHANGES = table("changed_events")


SPELLED_OTHERWISE = [
    ("UUID", "uuid.UUID"),
    ("UUID", "'UUID'"),
    ("UUID", "Other"),
    ("UUID", "Key"),
    ("UUID", "UserId"),
    ("UserId", "UUID"),
    ("UUID", "ids.UserId"),
    ("UUID", "Annotated[UUID, 'x']"),
    ("datetime", "dt.datetime"),
    ("Optional[UUID]", "UUID | None"),
    ("Optional[UUID]", "Union[None, uuid.UUID]"),
    ("int | str | None", "Optional[Union[str, int]]"),
    ("List[str]", "list[str]"),
    ("Dict[str, List[UUID]]", "dict[str, list[uuid.UUID]]"),
    ("Tuple[int, ...]", "tuple[int, ...]"),
    ("typing.Mapping[str, int]", "Mapping[str, int]"),
    ("Literal['a', 'b']", "Literal['b', 'a']"),
    ("ids.Money", "money.Money"),
]
ANOTHER_TYPE = [
    ("UUID", "UUID | None"),
    ("UUID", "str"),
    ("UUID", "OrderNo"),
    ("list[str]", "list[int]"),
    ("list[str]", "tuple[str, ...]"),
    ("tuple[str, int]", "tuple[int, str]"),
    ("datetime", "dt.date"),
    ("Literal['a']", "Literal['a', 'b']"),
    ("ids.Money", "ids.OrderNo"),
]
TYPES = """\
import datetime as dt
import typing
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Dict, List, Literal, Optional, Tuple, Union
from uuid import UUID as Other
from shop import ids, money
from shop.ids import OrderNo, UserId
Key = Other
"""
IDS = """\
from typing import NewType
from uuid import UUID
UserId = NewType("UserId", UUID)
OrderNo = NewType("OrderNo", str)
class Money: ...
"""
WITHOUT_ITS_NAME = ["", "NAME = 'UserLeft'", "NAME = ''"]
WITH_ITS_NAME = [
    "NAME = 'UserCreated'",
    "NAME = 'User' + 'Created'",
    "NAME = unheard_of()",
    "NAME: ClassVar[str] = 'UserCreated'",
]


@pytest.mark.parametrize("name", GUILTY)
def test_a_projection_that_is_more_than_its_events_is_found(name: str, planted: Project) -> None:
    case = GUILTY[name]
    projection(planted, case.body, top=case.top, members=case.members)

    assert case.code in codes(planted)


@pytest.mark.parametrize("name", INNOCENT)
def test_a_projection_of_its_events_is_left_alone(name: str, planted: Project) -> None:
    case = INNOCENT[name]
    projection(planted, case.body, top=case.top, members=case.members)

    assert codes(planted) == set()


@pytest.mark.parametrize("name", EARLY)
def test_a_query_straight_after_a_command_says_after(name: str, planted: Project) -> None:
    case = EARLY[name]
    app = ROUTES.format(body=indent(case.body, "    "))

    assert codes(planted, {"src/shop/app.py": app}) == ({case.code} if case.code else set())


def test_a_query_about_something_else_need_not_come_after(planted: Project) -> None:
    projection(planted)
    other = "src/shop/events/rate_set.py"
    rate = EVENT.format(fields="rate: int").replace("UserCreated", "RateSet")
    file = planted.source / "read/projections/users.py"
    file.write_text(
        file.read_text()
        .replace("user_created import UserCreated", "rate_set import RateSet")
        .replace("UserCreated", "RateSet")
    )
    app = ROUTES.format(body=indent(EARLY["at once"].body, "    "))

    found = codes(planted, {other: rate, "src/shop/app.py": app})

    assert "CQ306" not in found


def test_an_event_that_nobody_projects_is_told_and_does_not_fail(planted: Project) -> None:
    event = EVENT.format(fields="user_id: UUID").replace("UserCreated", "UserLeft")
    test = {"tests/events/test_user_left.py": ""}

    found = codes(planted, {"src/shop/events/user_left.py": event, **test})

    assert found == {"CQ303"}
    assert [f.level for f in report(planted).findings] == ["warning"]


def test_a_projection_of_what_no_command_records_is_told(planted: Project) -> None:
    command(planted)
    file = planted.source / "write/handlers/create_user.py"
    text = file.read_text().replace("from shop.events.user_created import UserCreated\n", "")
    file.write_text(text.replace("uow.record(UserCreated(user_id=user_id, name=command.name))", ""))

    assert codes(planted) == {"CQ304"}


def test_a_read_model_that_no_query_reads_is_told(planted: Project) -> None:
    query(planted)
    file = planted.source / "read/handlers/get_user.py"
    text = file.read_text().replace(
        "from shop.read.projections.users import USERS, UsersProjection\n", ""
    )
    file.write_text(text.replace("(UsersProjection,)", "()").replace("USERS.c", "OTHER.c"))

    assert codes(planted) == {"CQ305"}


@pytest.mark.parametrize("name", CHANGES)
def test_an_event_that_changed_since_the_last_tag_has_another_version(
    name: str, planted: Project
) -> None:
    case = CHANGES[name]
    release(planted)
    fields = indent(case.body, "    ").lstrip()
    write(planted, "src/shop/events/user_created.py", EVENT.format(fields=fields))

    found = [f for f in report(planted).findings if f.code == "CQ307"]

    assert bool(found) == bool(case.code)
    assert all("since v1" in finding.sentence for finding in found)


@pytest.mark.parametrize(("before", "now"), SPELLED_OTHERWISE)
def test_a_type_is_known_however_it_is_spelled(before: str, now: str, planted: Project) -> None:
    spell(planted, before, now)

    assert codes(planted) == set()


@pytest.mark.parametrize(("before", "now"), ANOTHER_TYPE)
def test_another_type_is_found_however_alike(before: str, now: str, planted: Project) -> None:
    spell(planted, before, now)

    assert codes(planted) == {"CQ307"}


@pytest.mark.parametrize("name", WITHOUT_ITS_NAME)
def test_an_event_that_was_renamed_is_told(name: str, planted: Project) -> None:
    rename(planted, name)

    found = [f for f in report(planted).findings if f.code == "CQ307"]

    where = [(f.path, f.place[0]) for f in found]
    assert where == [("src/shop/events/user_created.py", 7)]
    assert "the event `UserCreated` is gone" in found[0].sentence


@pytest.mark.parametrize("name", WITH_ITS_NAME)
def test_an_event_that_was_renamed_and_keeps_its_name_is_not_gone(
    name: str, planted: Project
) -> None:
    rename(planted, name)

    assert codes(planted) == set()


def test_an_event_whose_module_is_gone_is_told_where_the_others_are(planted: Project) -> None:
    write(
        planted,
        "src/shop/events/user_left.py",
        EVENT.replace("UserCreated", "UserLeft").format(fields="a: int"),
    )
    release(planted)
    (planted.source / "events/user_left.py").unlink()

    found = [f for f in report(planted).findings if f.code == "CQ307"]

    assert [(f.path, f.place[0]) for f in found] == [("src/shop/events/__init__.py", 1)]
    assert codes(planted, {"src/shop/events/__init__.py": "# noqa: CQ307\n"}) == set()


RETIRED = """\
from shop.cqrs import RetiredEvent


class {name}(RetiredEvent):
    \"\"\"A user left; nobody records it any more.\"\"\"
{body}"""


@pytest.mark.parametrize(
    ("name", "body"),
    [("UserLeft", ""), ("Left", 'NAME = "UserLeft"'), ("UserLeft", "a: int")],
)
def test_an_event_that_is_retired_is_not_gone(name: str, body: str, planted: Project) -> None:
    event = EVENT.replace("UserCreated", "UserLeft").format(fields="a: int\n    b: str")
    write(planted, "src/shop/events/user_left.py", event)
    release(planted)
    write(
        planted,
        "src/shop/events/user_left.py",
        RETIRED.format(name=name, body=indent(body, "    ")),
    )

    assert codes(planted) == set()


def test_a_retired_event_that_is_removed_is_gone(planted: Project) -> None:
    write(planted, "src/shop/events/user_left.py", RETIRED.format(name="UserLeft", body=""))
    release(planted)
    (planted.source / "events/user_left.py").unlink()

    assert codes(planted) == {"CQ307"}


def test_a_retired_event_stands_where_discovery_finds_it(planted: Project) -> None:
    retired = RETIRED.format(name="UserLeft", body="")

    assert codes(planted, {"src/shop/write/gone.py": retired}) == {"CQ505"}


def test_an_event_that_moved_is_not_gone(planted: Project) -> None:
    release(planted)
    old, new = planted.source / "events/user_created.py", planted.source / "events/users.py"
    for file in planted.root.rglob("*.py"):
        file.write_text(file.read_text().replace("events.user_created", "events.users"))
    old.rename(new)

    assert codes(planted) == set()


def release(project: Project) -> None:
    nobody = ("-c", "user.name=x", "-c", "user.email=x@localhost", "-c", "commit.gpgSign=false")
    for arguments in (
        ("init", "-q"),
        ("add", "-A"),
        (*nobody, "commit", "-qm", "x"),
        ("tag", "v1"),
    ):
        subprocess.run(("git", *arguments), cwd=project.root, check=True)


def spell(project: Project, before: str, now: str) -> None:
    event = "src/shop/events/user_created.py"
    write(project, "src/shop/ids.py", IDS)
    write(project, "src/shop/money.py", "class Money: ...")
    write(project, event, TYPES + EVENT.format(fields=f"name: str\n    user_id: {before}"))
    release(project)
    write(project, event, TYPES + EVENT.format(fields=f"name: str\n    user_id: {now}"))


def rename(project: Project, name: str) -> None:
    release(project)
    for folder in ("src", "tests"):
        for file in (project.root / folder).rglob("*.py"):
            file.write_text(file.read_text().replace("UserCreated", "UserMade"))
    event = project.source / "events/user_created.py"
    head = "class UserMade(Event):\n"
    event.write_text(event.read_text().replace(head, f"{head}    {name}\n"))
