"""What `add command` decides: the event, the ID in the ack, and what an event there needs."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest
from unit.shops import add_event, shop, write

from cqrs_gen.commands.add_command import add_command
from cqrs_gen.errors import Conflict, CqrsGenError, InvalidField, InvalidName

if TYPE_CHECKING:
    from pathlib import Path

    from cqrs_gen.commands.adding import Addition


def context(addition: Addition, kind: str = "command") -> Any:  # noqa: ANN401
    """Give what a slice's templates may name: values of any shape."""
    return next(each.context for each in addition.slices if each.kind == kind)


def test_a_command_records_an_event_of_its_own_with_a_new_id(tmp_path: Path) -> None:
    addition = add_command(shop(tmp_path), "CreateUser", ["email:str", "note:str?"])

    assert [each.kind for each in addition.slices] == ["command", "event"]
    assert context(addition)["id"] == {"name": "user_id", "annotation": "UUID", "is_new": True}
    assert context(addition)["event"]["module"] == "shop.events.user_created"
    assert context(addition)["event"]["arguments"] == [
        "user_id=user_id",
        "email=command.email",
        "note=command.note",
    ]
    declared = [field["declaration"] for field in context(addition, "event")["fields"]]
    assert declared == ["user_id: UUID", "email: str", "note: str | None = None"]
    assert addition.notes == (
        "`CreateUser` records `UserCreated` and is acknowledged with a new `user_id`",
    )


@pytest.mark.parametrize("spec", ["UUID", "int", "str"])
def test_an_id_that_is_given_is_the_acks(tmp_path: Path, spec: str) -> None:
    addition = add_command(shop(tmp_path), "PayOrder", [f"order_id:{spec}", "total:Decimal"])

    assert context(addition)["id"] == {"name": "order_id", "annotation": spec, "is_new": False}
    assert context(addition)["event"]["arguments"][0] == "order_id=command.order_id"
    assert addition.notes == (
        "`PayOrder` records `OrderPaid` and is acknowledged with its `order_id`",
    )


@pytest.mark.parametrize("spec", ["date", "Decimal", "list[UUID]", "bool"])
def test_an_id_of_another_type_is_refused(tmp_path: Path, spec: str) -> None:
    with pytest.raises(InvalidField) as refusal:
        add_command(shop(tmp_path), "PayOrder", [f"order_id:{spec}"])

    assert refusal.value.what == f"`order_id` is the ID in the ack, and cannot be a `{spec}`"
    assert refusal.value.hint == "an ID is a UUID, an int or a str: `order_id:UUID`"


def test_an_event_that_is_there_is_reused_wherever_it_is(tmp_path: Path) -> None:
    project = shop(tmp_path)
    add_event(project, "UserCreated", "user_id:UUID", "email:str", at="events/users/all.py")

    addition = add_command(project, "RegisterUser", ["email:str"], emits="UserCreated")

    assert [each.kind for each in addition.slices] == ["command"]
    assert context(addition)["event"]["module"] == "shop.events.users.all"
    assert addition.notes == (
        (
            "`RegisterUser` records `UserCreated`, which is there already, "
            "and is acknowledged with a new `user_id`"
        ),
    )


def test_an_event_that_carries_no_id_gives_an_ack_without_one(tmp_path: Path) -> None:
    project = shop(tmp_path)
    add_event(project, "CacheCleared")

    addition = add_command(project, "ClearCache", [])

    assert context(addition)["id"] == {"name": "", "annotation": "None", "is_new": False}
    assert addition.notes[0].endswith("and is acknowledged without an ID")


def test_what_the_event_has_and_the_command_has_not_may_have_a_default(tmp_path: Path) -> None:
    project = shop(tmp_path)
    add_event(project, "UserCreated", "user_id:UUID", "email:str", "plan:str=free", "note:str?")

    addition = add_command(project, "CreateUser", ["email:str"])

    assert context(addition)["event"]["arguments"] == ["user_id=user_id", "email=command.email"]


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ([], "`UserCreated` carries `email:str`, and `CreateUser` has none"),
        (["email:int"], "`UserCreated` carries `email:str`, and `CreateUser` has `int`"),
        (["email:str?"], "`UserCreated` carries `email:str`, and `CreateUser` has `str?`"),
    ],
)
def test_a_field_that_the_event_needs_is_asked_for(
    tmp_path: Path, fields: list[str], what: str
) -> None:
    project = shop(tmp_path)
    add_event(project, "UserCreated", "user_id:UUID", "email:str")

    with pytest.raises(Conflict) as refusal:
        add_command(project, "CreateUser", fields)

    assert refusal.value.what == what
    assert refusal.value.hint == (
        "give it `email:str`\nor let it make an event of its own: `--emits …`"
    )


def test_an_id_of_the_events_own_type_is_asked_for(tmp_path: Path) -> None:
    project = shop(tmp_path)
    add_event(project, "UserCreated", "user_id:int")

    with pytest.raises(Conflict, match=r"`UserCreated` carries `user_id:int`, and .* has none"):
        add_command(project, "CreateUser", [])


def test_an_event_with_a_field_that_no_command_line_can_fill_is_refused(tmp_path: Path) -> None:
    project = shop(tmp_path)
    write(
        project,
        "events/x.py",
        dedent("""\
            class UserCreated(Event):
                size: tuple[int, int]
            """),
    )

    with pytest.raises(Conflict) as refusal:
        add_command(project, "CreateUser", [])

    assert refusal.value.what == (
        "`UserCreated` has `size: tuple[int, int]`, which a command line cannot fill"
    )


@pytest.mark.parametrize(
    ("there", "name"),
    [
        ("write/commands/create_user.py", "Createuser"),
        ("write/commands/createuser.py", "CreateUser"),
        ("events/usercreated.py", "CreateUser"),
    ],
)
def test_a_name_that_differs_by_its_case_alone_is_refused(
    tmp_path: Path, there: str, name: str
) -> None:
    project = shop(tmp_path)
    write(project, there, "")

    with pytest.raises(InvalidName, match="by its case alone"):
        add_command(project, name, [])


def test_classes_of_the_project_must_be_there_and_be_shared(tmp_path: Path) -> None:
    project = shop(tmp_path)
    write(
        project,
        "events/money.py",
        dedent("""\
            from decimal import Decimal
            class Money: ...
            """),
    )
    write(project, "events/shapes/__init__.py", "class Circle: ...\n")
    write(project, "write/money.py", "class Money: ...\n")

    def refused(spec: str) -> tuple[str, str]:
        with pytest.raises(CqrsGenError) as refusal:
            add_command(project, "PayOrder", [f"total:{spec}"])
        return refusal.value.what, refusal.value.hint

    add_command(project, "PayOrder", ["a:shop.events.money.Money", "b:shop.events.shapes.Circle?"])
    add_command(project, "PayOrder", ["total:elsewhere.Money"])
    assert refused("dict[str,shop.events.money.Mony]") == (
        "there is no class `shop.events.money.Mony`",
        "write it first, in `src/shop/events/money.py`",
    )
    assert refused("shop.write.money.Money") == (
        "`shop.write.money.Money` is out of reach: an event that carries it is read by both sides",
        "move it, and write `shop.money.Money`",
    )
    assert refused("shop.money.Money?")[1] == "write it first, in `src/shop/money.py`"


def test_a_name_in_which_the_verb_is_two_words_reads_as_one(tmp_path: Path) -> None:
    addition = add_command(shop(tmp_path), "ReRunFailedJob", [])

    assert context(addition, "event")["name"] == "FailedJobRerun"
