"""Messages are found wherever they were moved, and files that are not Python do no harm."""

from __future__ import annotations

import ast
from pathlib import Path
from textwrap import dedent

import pytest
from unit.shops import add_event, shop, write

from cqrs_gen.errors import Failed
from cqrs_gen.kinds import COMMAND, EVENT, QUERY
from cqrs_gen.modules import unreadable
from cqrs_gen.scan import (
    event_named,
    event_names,
    events_of,
    handlers,
    messages,
    read_model_named,
)


@pytest.mark.parametrize(
    ("at", "module"),
    [
        ("events/user_created.py", "shop.events.user_created"),
        ("events/users.py", "shop.events.users"),
        ("events/users/created.py", "shop.events.users.created"),
        ("events/__init__.py", "shop.events"),
    ],
)
def test_an_event_is_found_wherever_it_was_moved(tmp_path: Path, at: str, module: str) -> None:
    project = shop(tmp_path)
    add_event(project, "UserCreated", "user_id:UUID", at=at)

    found = event_named(project, "UserCreated")

    assert found is not None
    assert (found.module, found.name) == (module, "UserCreated")
    assert [field.name for field in found.fields] == ["user_id"]
    assert events_of(project, "User") == (found,)


def test_an_event_may_have_kept_its_suffix(tmp_path: Path) -> None:
    project = shop(tmp_path)
    write(project, "events/users.py", "class UserCreatedEvent(Event): ...")

    found = event_named(project, "UserCreated")

    assert found is not None
    assert found.class_name == "UserCreatedEvent"


def test_several_events_may_stand_in_one_file(tmp_path: Path) -> None:
    project = shop(tmp_path)
    write(
        project,
        "events/users.py",
        dedent("""\
            class UserCreated(Event): ...
            class UserBlocked(Event): ..."""),
    )

    assert event_names(project) == ("UserCreated", "UserBlocked")
    assert [event.name for event in events_of(project, "User")] == ["UserCreated", "UserBlocked"]


def test_what_is_no_event_is_not_found(tmp_path: Path) -> None:
    project = shop(tmp_path)
    write(
        project,
        "events/money.py",
        dedent("""\
            class UserCreated: ...
            class Money: ..."""),
    )

    assert event_named(project, "UserCreated") is None
    assert event_names(project) == ()


def test_only_the_events_of_the_entity_itself_are_found(tmp_path: Path) -> None:
    project = shop(tmp_path)
    for name in ("UserCreated", "UserGroupCreated", "UsersMerged", "OrderPlaced"):
        add_event(project, name)

    assert [event.name for event in events_of(project, "User")] == ["UserCreated"]


def test_an_event_whose_own_file_is_not_python_is_told_of(tmp_path: Path) -> None:
    project = shop(tmp_path)
    write(project, "events/user_created.py", "class UserCreated(\n")

    with pytest.raises(Failed, match=r"`src/shop/events/user_created.py`, line 1, is not Python"):
        event_named(project, "UserCreated")


def test_another_file_that_is_not_python_is_passed_over_and_told_of(tmp_path: Path) -> None:
    project = shop(tmp_path)
    add_event(project, "UserCreated")
    write(project, "events/broken.py", "class OrderPlaced(\n")
    write(project, "read/handlers/broken.py", "class (\n")

    assert event_names(project) == ("UserCreated",)
    assert [told.split(",")[0] for told in unreadable(project)] == [
        "`src/shop/events/broken.py`",
        "`src/shop/read/handlers/broken.py`",
    ]


def test_handlers_are_found_with_their_message(tmp_path: Path) -> None:
    project = shop(tmp_path)
    write(
        project,
        "write/handlers/users.py",
        """
        from shop.write.commands.create_user import CreateUserCommand as Wanted

        class Helper: ...

        class CreateUserHandler(CommandHandler[Wanted]):
            async def handle(self, command, uow):
                uow.record(UserCreated())
        """,
    )
    write(project, "read/handlers/x.py", "class GetX(QueryHandler[GetXQuery, int]): ...")

    [command_handler] = handlers(project, "write/handlers")
    [query_handler] = handlers(project, "read/handlers")

    assert (command_handler.name, command_handler.message) == (
        "CreateUserHandler",
        "CreateUserCommand",
    )
    assert "UserCreated" in command_handler.names
    assert query_handler.message == "GetXQuery"


def test_a_message_is_named_without_its_suffix(tmp_path: Path) -> None:
    project = shop(tmp_path)
    write(project, "write/commands/create_user.py", "class CreateUserCommand(Command): ...")
    write(
        project,
        "read/queries/get_user.py",
        dedent("""\
            class View: ...
            class GetUserQuery(Query[View]): ..."""),
    )

    assert [found.name for found in messages(project, COMMAND)] == ["CreateUser"]
    assert [(found.name, found.line) for found in messages(project, QUERY)] == [("GetUser", 2)]
    assert list(messages(project, EVENT)) == []


def test_looking_for_one_event_does_not_parse_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = shop(tmp_path)
    for number in range(20):
        add_event(project, f"Thing{number}Happened")
    add_event(project, "UserCreated", at="events/moved.py")
    parsed: list[str] = []

    parse = ast.parse

    def noting(content: bytes, filename: str) -> ast.Module:
        parsed.append(Path(filename).name)
        return parse(content, filename)

    monkeypatch.setattr(ast, "parse", noting)

    event_named(project, "UserCreated")
    event_named(project, "Missing")
    events_of(project, "User")
    read_model_named(project, "missing")

    assert parsed == ["moved.py", "moved.py"]
