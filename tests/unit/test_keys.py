"""By what rows are told apart: what was asked by, the entity, the event, or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from cqrs_gen.errors import Conflict
from cqrs_gen.fields import Field, parse_fields
from cqrs_gen.keys import (
    EVENT_ID,
    SCOPE,
    KeyPart,
    inferred_question,
    key_of_question,
    key_of_rows,
    with_key,
)
from cqrs_gen.kinds import EVENT
from cqrs_gen.scan import FoundMessage
from cqrs_gen.types import Type

USER_ID = Field("user_id", Type("UUID"))


def event(name: str, *fields: str) -> FoundMessage:
    return FoundMessage(name, name, EVENT, f"shop.events.{name}", Path(), 1, parse_fields(fields))


CREATED = event("UserCreated", "user_id:UUID", "email:str", "born:date?", "score:float")
DELETED = event("UserDeleted", "user_id:UUID")
COUNTED = event("VisitorsCounted", "count:int")


def test_rows_are_told_apart_by_the_entity_of_the_events() -> None:
    assert key_of_rows([CREATED]) == (KeyPart(USER_ID, "event.user_id"),)
    assert key_of_rows([COUNTED, CREATED]) == (KeyPart(USER_ID, "event.user_id"),)


def test_without_an_entity_each_event_makes_a_row() -> None:
    assert key_of_rows([COUNTED]) == (EVENT_ID,)
    assert key_of_rows([event("UserSeen", "user_id:UUID?")]) == (EVENT_ID,)


def test_a_query_tells_rows_apart_by_what_it_asks_by() -> None:
    asked = parse_fields(["email:str", "user_id:UUID"])

    assert [part.expression for part in key_of_question([DELETED, CREATED], asked)] == [
        "event.email",
        "event.user_id",
    ]


def test_an_optional_question_has_a_key_all_the_same() -> None:
    assert key_of_question([CREATED], parse_fields(["user_id:UUID?"])) == (
        KeyPart(USER_ID, "event.user_id"),
    )


@pytest.mark.parametrize("asked", ["weather:str", "email:int", "born:date", "score:float"])
def test_what_no_event_carries_just_so_is_no_key(asked: str) -> None:
    assert key_of_question([CREATED], parse_fields([asked])) == (SCOPE,)


def test_a_query_that_asks_by_nothing_has_one_row() -> None:
    assert key_of_question([CREATED], ()) == (SCOPE,)


def test_a_query_asks_by_the_entity_that_it_begins_with() -> None:
    assert inferred_question("UserStats", [CREATED]) == (USER_ID,)
    assert inferred_question("Dashboard", [CREATED]) == ()
    assert inferred_question("VisitorsStats", [COUNTED]) == ()


def test_an_event_without_the_key_does_not_feed() -> None:
    key = key_of_question([CREATED], parse_fields(["email:str"]))

    assert with_key([CREATED, DELETED], key, were_named=False) == (CREATED,)


def test_an_event_that_was_named_and_has_no_key_is_refused() -> None:
    key = key_of_question([CREATED], parse_fields(["email:str"]))

    with pytest.raises(Conflict) as refusal:
        with_key([CREATED, DELETED], key, were_named=True)

    assert refusal.value.what == (
        "`UserDeleted` does not carry `email:str`, by which the rows are told apart"
    )
    assert refusal.value.hint == "leave `UserDeleted` out, or add the field to it"


@pytest.mark.parametrize("key", [EVENT_ID, SCOPE])
def test_a_key_that_no_event_has_to_carry_keeps_all(key: KeyPart) -> None:
    assert with_key([CREATED, COUNTED], [key], were_named=True) == (CREATED, COUNTED)
