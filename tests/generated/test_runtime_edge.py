"""The edge of a generated project: JSON in, messages out, and every fault told at once."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

import pytest
from pydantic import Field
from shop.cqrs import (
    Ack,
    Command,
    Event,
    InvalidEvent,
    InvalidMessage,
    NoHandler,
    Position,
    Query,
)
from shop.cqrs.codec import Codec, Encoded
from shop.cqrs.edge import find_message, read_message, show
from shop.cqrs.reading import Page


class Size(Enum):
    SMALL = "small"


@dataclass(frozen=True, slots=True)
class Line:
    article: UUID
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOrderCommand(Command):
    customer: UUID
    name: Annotated[str, Field(min_length=1, max_length=20)]
    lines: list[Line] = field(default_factory=list)
    total: Decimal = Decimal(0)
    paid: bool = False
    weight: float = 0.0
    size: Size | None = None
    due: date | None = None
    at: datetime | None = None
    hour: time | None = None
    lasts: timedelta | None = None
    photo: bytes = b""

    def __post_init__(self) -> None:
        if self.name == "nobody":
            raise ValueError("nobody orders nothing")


@dataclass(frozen=True, slots=True, kw_only=True)
class GetOrderQuery(Query[str]):
    order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GetOrder(Query[str]):
    pass


CUSTOMER = UUID(int=7)
WHOLE = {
    "customer": str(CUSTOMER),
    "name": "象 Ann",
    "lines": [{"article": str(CUSTOMER), "count": 2}],
    "total": "12.10",
    "paid": True,
    "weight": 2,
    "size": "small",
    "due": "2024-02-29",
    "at": "2024-02-29T12:00:00+09:00",
    "hour": "12:30:00",
    "lasts": "PT90M",
    "photo": "_wA=",
}


def test_a_message_is_read_from_json() -> None:
    message = read_message(PlaceOrderCommand, json.dumps(WHOLE))

    assert message == PlaceOrderCommand(
        customer=CUSTOMER,
        name="象 Ann",
        lines=[Line(article=CUSTOMER, count=2)],
        total=Decimal("12.10"),
        paid=True,
        weight=2.0,
        size=Size.SMALL,
        due=date(2024, 2, 29),
        at=datetime(2024, 2, 29, 3, tzinfo=UTC),
        hour=time(12, 30),
        lasts=timedelta(minutes=90),
        photo=b"\xff\x00",
    )
    assert isinstance(message.weight, float)
    assert isinstance(message.lines[0], Line)


def faults(**changed: object) -> tuple[str, ...]:
    """Give what is wrong with an order after a change."""
    with pytest.raises(InvalidMessage) as error:
        read_message(PlaceOrderCommand, json.dumps(WHOLE | changed))
    return error.value.faults


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"customer": 7}, "customer: "),
        ({"customer": "no UUID"}, "customer: "),
        ({"name": 5}, "name: Input should be a valid string"),
        ({"name": None}, "name: Input should be a valid string"),
        ({"name": ""}, "name: String should have at least 1 character"),
        ({"paid": "true"}, "paid: Input should be a valid boolean"),
        ({"paid": 1}, "paid: Input should be a valid boolean"),
        ({"weight": "2"}, "weight: Input should be a valid number"),
        ({"total": "much"}, "total: "),
        ({"size": "tiny"}, "size: Input should be 'small'"),
        ({"at": "noon"}, "at: "),
        ({"photo": "no base64!"}, "photo: "),
        ({"lines": [{"article": str(CUSTOMER), "count": "2"}]}, "lines.0.count: "),
        ({"lines": [{"article": str(CUSTOMER)}]}, "lines.0.count: "),
        ({"lines": [WHOLE["lines"][0] | {"colour": "red"}]}, "lines.0.colour: there is no such"),  # type: ignore[index]
        ({"name": "nobody"}, "nobody orders nothing"),
    ],
    ids=str,
)
def test_what_is_not_of_its_type_is_refused(changed: dict[str, object], told: str) -> None:
    [fault] = faults(**changed)

    assert told in fault


def test_all_faults_are_told_at_once() -> None:
    body = '{"nam": "Ann", "paid": "yes", "weigth": 2, "xyz": 1, "lines": [{}]}'

    with pytest.raises(InvalidMessage) as error:
        read_message(PlaceOrderCommand, body)

    assert sorted(error.value.faults) == [
        "customer: Field required",
        "lines.0.article: Field required",
        "lines.0.count: Field required",
        "nam: there is no such field; did you mean `name`?",
        "name: Field required",
        "paid: Input should be a valid boolean",
        "weigth: there is no such field; did you mean `weight`?",
        "xyz: there is no such field",
    ]
    assert str(error.value).startswith("`PlaceOrderCommand` is not right:\n  - ")
    assert all(fault in str(error.value) for fault in error.value.faults)


@pytest.mark.parametrize(
    "body", ["", "{", "nothing", '{"a": 1,}', "[" * 100_000, "\udcff", b"\xff"]
)
def test_what_is_no_json_is_refused(body: str | bytes) -> None:
    with pytest.raises(InvalidMessage, match="is not right") as error:
        read_message(PlaceOrderCommand, body)

    assert len(error.value.faults) == 1


@pytest.mark.parametrize("body", ["[]", "5", "null", '"text"', "true", "[{}]"])
def test_json_that_is_no_object_is_refused(body: str) -> None:
    with pytest.raises(InvalidMessage, match="should be an object"):
        read_message(PlaceOrderCommand, body)


MESSAGES: tuple[type[Any], ...] = (GetOrderQuery, PlaceOrderCommand, GetOrder)


def test_a_message_is_found_by_its_name_with_or_without_its_ending() -> None:
    assert find_message("PlaceOrder", MESSAGES) is PlaceOrderCommand
    assert find_message("PlaceOrderCommand", MESSAGES) is PlaceOrderCommand
    assert find_message("GetOrderQuery", MESSAGES) is GetOrderQuery


def test_a_whole_name_comes_before_a_short_one() -> None:
    assert find_message("GetOrder", MESSAGES) is GetOrder
    assert find_message("GetOrder", MESSAGES[::-1]) is GetOrder


def test_a_name_that_nearly_fits_is_guessed() -> None:
    with pytest.raises(NoHandler) as error:
        find_message("PlaceOder", MESSAGES)
    assert str(error.value) == "No handler registered for PlaceOder; did you mean `PlaceOrder`?"

    with pytest.raises(NoHandler, match=r"^No handler registered for xyz$"):
        find_message("xyz", MESSAGES)


@dataclass(frozen=True, slots=True)
class View:
    order: UUID
    lines: list[Line]
    total: Decimal
    at: datetime
    size: Size
    photo: bytes
    weight: float


VIEW = View(
    order=CUSTOMER,
    lines=[Line(article=CUSTOMER, count=2)],
    total=Decimal("1.10"),
    at=datetime(2024, 1, 1, tzinfo=UTC),
    size=Size.SMALL,
    photo=b"\xff\x00",
    weight=float("inf"),
)
SHOWN = {
    "order": str(CUSTOMER),
    "lines": [{"article": str(CUSTOMER), "count": 2}],
    "total": "1.10",
    "at": "2024-01-01T00:00:00Z",
    "size": "small",
    "photo": "_wA=",
    "weight": "Infinity",
}


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (None, None),
        (5, 5),
        (VIEW, SHOWN),
        (Page(items=[VIEW], next="abc"), {"items": [SHOWN], "next": "abc"}),
        ({"a": [VIEW, None]}, {"a": [SHOWN, None]}),
        (Ack(id=CUSTOMER, position=Position(0, 42)), {"id": str(CUSTOMER), "position": "0-42"}),
        (Ack(id=5, position=None), {"id": 5, "position": None}),
        (Ack(id=None, position=None), {"id": None, "position": None}),
    ],
    ids=str,
)
def test_an_answer_is_shown_as_json(answer: object, shown: object) -> None:
    assert json.loads(show(answer)) == shown


@pytest.mark.parametrize(
    "text", ["", "5", "-", "0-", "-5", "0-x", "0--5", "a-5", " 0-5", "0-5-6", "0-\u0665"]
)
def test_what_is_no_position_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a position: two numbers with a dash"):
        Position.parse(text)


def test_a_position_is_read_as_it_was_written() -> None:
    assert Position.parse(str(Position(3, 42))) == Position(3, 42)
    assert Position(0, 9) < Position(0, 10) < Position(1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed(Event):
    view: View
    weight: float
    tare: float = 0.0
    note: str = "new"


def test_an_event_is_read_as_it_was_recorded() -> None:
    codec = Codec([Weighed])
    event = Weighed(view=VIEW, weight=float("-inf"), tare=0.1)

    encoded = codec.encode(event)

    assert codec.decode(encoded) == event
    assert encoded.name == "Weighed"
    json.loads(encoded.body, parse_constant=lambda constant: pytest.fail(f"{constant} is no JSON"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated(Event):
    stars: Annotated[int, Field(le=5)]


def test_an_event_that_its_own_class_would_not_read_again_is_not_recorded() -> None:
    with pytest.raises(InvalidEvent, match="`Rated` was recorded with what it cannot hold"):
        Codec([Rated]).encode(Rated(stars=6))


def test_an_event_of_long_ago_is_read_with_the_defaults_of_today() -> None:
    codec = Codec([Weighed])
    body = json.loads(codec.encode(Weighed(view=VIEW, weight=1.0)).body)
    del body["note"]
    body["gone"] = "a field that the class had once"

    read = codec.decode(Encoded("Weighed", 1, json.dumps(body)))

    assert isinstance(read, Weighed)
    assert read.note == "new"
