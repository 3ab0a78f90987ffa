"""Which events feed a read model: those that were named, or those that its name speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from unit.shops import add_event, shop

from cqrs_gen.errors import InvalidName, NotFound
from cqrs_gen.feeding import entities_in, events_to_feed

if TYPE_CHECKING:
    from pathlib import Path

    from cqrs_gen.project import Project


def names(project: Project, subject: str, *on: str) -> list[str]:
    return [event.name for event in events_to_feed(project, subject, on)]


def test_a_subject_may_begin_with_several_entities_the_longest_first() -> None:
    assert entities_in("OrderLineStats")[:3] == ["OrderLineStat", "OrderLine", "Order"]
    assert entities_in("Users") == ["User"]
    assert entities_in("People") == ["Person"]


def test_what_a_subject_holds_comes_after_what_it_begins_with() -> None:
    assert entities_in("OpenOrders") == ["OpenOrder", "Open", "Order"]
    assert entities_in("OrdersByUser") == ["OrdersByUser", "OrdersBy", "Order"]


def test_a_name_may_say_more_of_an_entity_before_it(tmp_path: Path) -> None:
    project = shop(tmp_path)
    for name in ("OrderPlaced", "UserCreated"):
        add_event(project, name)

    assert names(project, "AllUsers") == ["UserCreated"]
    assert names(project, "IsUserActive") == ["UserCreated"]
    assert names(project, "UserOrders") == ["UserCreated"]
    with pytest.raises(NotFound):
        names(project, "ItemsByUser")


def test_the_events_of_the_longest_entity_are_taken(tmp_path: Path) -> None:
    project = shop(tmp_path)
    for name in ("OrderPlaced", "OrderLineAdded", "UserCreated"):
        add_event(project, name)

    assert names(project, "OrderLines") == ["OrderLineAdded"]
    assert names(project, "OrderStats") == ["OrderPlaced"]
    assert names(project, "Order") == ["OrderPlaced"]


def test_what_begins_an_entity_comes_first(tmp_path: Path) -> None:
    project = shop(tmp_path)
    for name in ("UserBlocked", "UserCreated", "UserDeleted"):
        add_event(project, name)

    assert names(project, "UserStats") == ["UserCreated", "UserBlocked", "UserDeleted"]


def test_events_that_were_named_keep_their_order_and_come_once(tmp_path: Path) -> None:
    project = shop(tmp_path)
    for name in ("UserCreated", "UserBlocked"):
        add_event(project, name)

    named = names(project, "Anything", "UserBlocked", "UserCreated", "UserBlockedEvent")

    assert named == ["UserBlocked", "UserCreated"]


def test_a_missing_event_is_refused_with_the_nearest_and_the_line_to_type(tmp_path: Path) -> None:
    project = shop(tmp_path)
    add_event(project, "UserCreated")

    with pytest.raises(NotFound) as refusal:
        names(project, "Users", "UserCreatd")

    assert refusal.value.what == "the project has no event `UserCreatd`"
    assert refusal.value.hint == (
        "did you mean `UserCreated`?\nor make it: `cqrs-gen add event UserCreatd user_id:UUID`"
    )


def test_without_one_that_is_near_there_is_the_line_to_type(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as refusal:
        names(shop(tmp_path), "Users", "OrderLineAdded")

    assert refusal.value.hint == ("make it: `cqrs-gen add event OrderLineAdded order_line_id:UUID`")


def test_what_can_be_no_event_is_refused_as_a_name(tmp_path: Path) -> None:
    with pytest.raises(InvalidName):
        names(shop(tmp_path), "Users", "user created")


def test_where_nothing_tells_of_the_subject_it_is_said_what_there_is(tmp_path: Path) -> None:
    project = shop(tmp_path)
    for number in range(7):
        add_event(project, f"Thing{number}Happened")

    with pytest.raises(NotFound) as refusal:
        names(project, "UserStats")

    assert refusal.value.what == "no event in the project tells of `UserStats`"
    assert refusal.value.hint == (
        "say which events feed it: `--on Thing0Happened`\n"
        "there are `Thing0Happened`, `Thing1Happened`, `Thing2Happened`, `Thing3Happened`, "
        "`Thing4Happened` and 2 more"
    )


def test_what_there_is_begins_with_what_is_nearest(tmp_path: Path) -> None:
    project = shop(tmp_path)
    for name in ("AccountOpened", "InvoiceSent", "UsersImported"):
        add_event(project, name)

    with pytest.raises(NotFound) as refusal:
        names(project, "UserImports")

    assert refusal.value.hint.splitlines()[0] == "say which events feed it: `--on UsersImported`"


def test_in_a_project_without_events_one_is_to_be_made_first(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as refusal:
        names(shop(tmp_path), "UserStats")

    assert refusal.value.hint == "make one first: `cqrs-gen add event UserCreated user_id:UUID`"
