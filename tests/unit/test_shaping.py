"""What each event does to a row: it sets what it carries, starts the rest, or ends the row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from unit.test_keys import event

from cqrs_gen.errors import Conflict, InvalidField
from cqrs_gen.fields import parse_fields
from cqrs_gen.gathering import gather
from cqrs_gen.keys import EVENT_ID, SCOPE, KeyPart, key_of_rows
from cqrs_gen.lifecycle import begins, ends_rows
from cqrs_gen.shaping import Effect, shape

if TYPE_CHECKING:
    from cqrs_gen.scan import FoundMessage

CREATED = event("UserCreated", "user_id:UUID", "email:str")
MONEY = "shop.events.money.Money"


def effects(events: list[FoundMessage], *wanted: str) -> list[tuple[list[str], list[str], bool]]:
    made = shape(events, key_of_rows(events), parse_fields(wanted))
    return [_told(effect) for effect in made.effects]


def _told(effect: Effect) -> tuple[list[str], list[str], bool]:
    return [f.name for f in effect.set], [f.name for f in effect.start], effect.removes


def test_what_an_event_carries_is_set_and_the_rest_starts() -> None:
    assert effects([CREATED], "email:str", "logins:int") == [(["email"], ["logins"], False)]


def test_the_key_is_no_column_as_well() -> None:
    made = shape([CREATED], key_of_rows([CREATED]), parse_fields(["user_id:UUID", "email:str"]))

    assert [field.name for field in made.columns] == ["email"]
    assert [field.name for field in made.fields] == ["user_id", "email"]


def test_what_ends_the_entity_ends_its_row_and_needs_nothing_else() -> None:
    deleted = event("UserDeleted", "user_id:UUID", "email:int")

    assert effects([CREATED, deleted], "email:str", f"balance:{MONEY}?") == [
        (["email"], ["balance"], False),
        ([], [], True),
    ]


@pytest.mark.parametrize("name", ["UserDeleted", "UserRemoved", "UserErased", "UserPurged"])
def test_these_end_a_row(name: str) -> None:
    assert ends_rows(event(name), ["user_id"])


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("UserRemovedFromTeam", "user_id"),
        ("UserBlocked", "user_id"),
        ("UserDeleted", "email"),
        ("UserDeleted", "scope"),
        ("OrderDeleted", "user_id"),
    ],
)
def test_these_do_not(name: str, key: str) -> None:
    assert not ends_rows(event(name), [key])


def test_an_event_may_begin_an_entity() -> None:
    assert begins(event("UserCreated"))
    assert begins(event("ItemAddedToCart"))
    assert not begins(event("UserBlocked"))


def test_what_only_ends_rows_makes_no_read_model() -> None:
    with pytest.raises(Conflict) as refusal:
        effects([event("UserDeleted", "user_id:UUID")])

    assert refusal.value.what == "`UserDeleted` only ends rows, and no event makes any"


def test_the_example_is_the_first_event_that_makes_a_row() -> None:
    events = [event("UserDeleted", "user_id:UUID"), CREATED]

    assert shape(events, key_of_rows(events), ()).example == CREATED


def test_a_column_of_another_type_than_the_event_has_is_refused() -> None:
    with pytest.raises(Conflict) as refusal:
        effects([CREATED], "email:int")

    assert refusal.value.what == "`email` is `str` in `UserCreated` and `int` here"
    assert refusal.value.hint == "write `email:str`, or give the field another name"


def test_a_column_may_be_optional_where_the_event_has_a_value_but_not_the_other_way() -> None:
    assert effects([CREATED], "email:str?") == [(["email"], [], False)]
    with pytest.raises(Conflict, match=r"`email` is `str\?` in"):
        effects([event("UserSeen", "user_id:UUID", "email:str?")], "email:str")


def test_a_column_that_has_nothing_to_start_from_is_refused() -> None:
    with pytest.raises(Conflict) as refusal:
        effects([CREATED], f"balance:{MONEY}")

    assert refusal.value.what == (
        "`balance` has nothing to start from: `UserCreated` does not carry it"
    )
    assert refusal.value.hint == f"let it be empty at first: `balance:{MONEY}?`"


def test_a_column_has_no_default() -> None:
    with pytest.raises(InvalidField, match="`logins` cannot have a default"):
        effects([CREATED], "logins:int=5")


KEY = key_of_rows([CREATED])


def gathered(*events: FoundMessage, key: tuple[KeyPart, ...] = KEY) -> list[str]:
    return [f"{field.name}:{field.type.spec}" for field in gather(events, key).fields]


def test_all_that_events_carry_is_gathered_in_order() -> None:
    seen = event("UserSeen", "user_id:UUID", "at:datetime", "email:str")

    assert gathered(CREATED, seen) == ["user_id:UUID", "email:str", "at:datetime"]


def test_what_some_call_optional_is_optional() -> None:
    seen = event("UserSeen", "user_id:UUID", "email:str?")

    assert gathered(CREATED, seen) == ["user_id:UUID", "email:str?"]


def test_what_has_no_zero_and_is_not_in_all_events_is_optional() -> None:
    paid = event("UserPaid", "user_id:UUID", f"balance:{MONEY}")

    assert gathered(paid) == ["user_id:UUID", f"balance:{MONEY}"]
    assert gathered(CREATED, paid) == ["user_id:UUID", "email:str", f"balance:{MONEY}?"]


def test_a_field_whose_type_is_disputed_is_left_out_and_named() -> None:
    seen = event("UserSeen", "user_id:UUID", "email:int")

    assert gathered(CREATED, seen) == ["user_id:UUID"]
    assert gather([CREATED, seen], KEY).disputed == ("email",)


def test_events_that_end_rows_have_no_say() -> None:
    deleted = event("UserDeleted", "user_id:UUID", "email:int", "reason:str")

    assert gathered(CREATED, deleted) == ["user_id:UUID", "email:str"]
    assert gathered(CREATED, deleted, key=(EVENT_ID,)) == ["user_id:UUID", "reason:str"]


def test_whatever_is_gathered_can_be_shaped() -> None:
    events = [
        CREATED,
        event("UserSeen", "user_id:UUID", "email:str?", f"balance:{MONEY}", "at:datetime"),
        event("UserMoved", "user_id:UUID", "at:date", "tags:list[str]"),
        event("UserDeleted", "user_id:UUID", "why:int"),
    ]

    for key in (KEY, (EVENT_ID,), (SCOPE,)):
        assert shape(events, key, gather(events, key).fields).columns
