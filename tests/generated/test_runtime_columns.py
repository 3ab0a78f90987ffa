"""Columns of a generated project: every Python type comes back as it was kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, NewType
from uuid import UUID

import pytest
from pydantic import Field
from shop.cqrs.columns import COLUMN_TYPES, AsJson, column
from shop.cqrs.sqlite import reader, writer
from sqlalchemy import MetaData, Table, bindparam, insert, literal, select

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NOON = datetime(2024, 2, 29, 12, 30, 15, 123456, tzinfo=UTC)
IN_TOKYO = NOON.astimezone(timezone(timedelta(hours=9)))

UserId = NewType("UserId", UUID)
Name = Annotated[str, Field(max_length=80)]


class Colour(Enum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Money:
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Photo:
    pixels: bytes
    weight: float


KEPT: list[tuple[object, object]] = [
    (str, "Ångström, 象 \N{SNOWMAN} '\"\\ \n"),
    (str, ""),
    (int, -(2**63)),
    (int, 2**63 - 1),
    (float, 0.1),
    (float, float("inf")),
    (bool, True),
    (bool, False),
    (bytes, b"\x00\xff"),
    (Decimal, Decimal("-12345678901234567890.123456789012345678901234567890")),
    (Decimal, Decimal("1.10")),
    (date, date(1, 1, 1)),
    (datetime, NOON),
    (datetime, datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)),
    (time, time(23, 59, 59, 999999)),
    (timedelta, timedelta(days=400, microseconds=1)),
    (timedelta, -timedelta(days=400, microseconds=1)),
    (UUID, UUID(int=2**128 - 1)),
    (UserId, UUID(int=5)),
    (Name, "Ann"),
    (Colour, Colour.RED),
    (Money, Money(Decimal("1.10"), "EUR")),
    (list[str], ["a", ""]),
    (list[Money], [Money(Decimal("0.1"), "EUR")]),
    (dict[str, int], {"a": 1}),
    (dict[UUID, datetime], {UUID(int=1): NOON}),
    (tuple[int, str], (1, "a")),
    (set[date], {date(2024, 1, 1)}),
    (int | str, 5),
    (int | str, "5"),
    (list[bytes], [b"text", b"\xff\x00"]),
    (dict[bytes, bytes], {b"\xff": b"\xff"}),
    (Photo, Photo(b"\xff", float("inf"))),
    (list[Photo], [Photo(b"text", 0.5), Photo(b"\xff", float("-inf"))]),
    (list[float], [float("inf"), 0.5]),
    (dict[str, Any], {"a": None, "b": [1]}),
]


@pytest.fixture
def round_trip(tmp_path: Path) -> Iterator[Callable[[object, object], Any]]:
    """Keep a value in a column of a type, and give what is read back."""
    url = f"sqlite:///{tmp_path}/x.db"
    store, look = writer(url), reader(url)

    def kept(python_type: object, value: object) -> Any:  # noqa: ANN401  whatever it is
        table = Table(f"t{abs(hash((str(python_type), str(value))))}", MetaData())
        table.append_column(column("value", python_type))
        with store.begin() as connection:
            table.create(connection)
            connection.execute(insert(table), [{"value": value}])
        with look.connect() as connection:
            return connection.scalar(select(table.c.value))

    yield kept
    look.dispose()
    store.dispose()


@pytest.mark.parametrize(("python_type", "value"), KEPT, ids=str)
def test_a_value_comes_back_as_it_was(
    round_trip: Callable[[object, object], Any], python_type: object, value: object
) -> None:
    found = round_trip(python_type, value)

    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("python_type", {str(each): each for each, _ in KEPT}.values(), ids=str)
def test_none_comes_back_where_it_may_stand(
    round_trip: Callable[[object, object], Any], python_type: type
) -> None:
    assert round_trip(python_type | None, None) is None


def test_none_is_kept_out_where_it_may_not_stand() -> None:
    assert not column("value", int).nullable
    assert not column("value", list[int]).nullable
    assert column("value", int | None).nullable
    assert column("value", Annotated[int | None, "maybe"]).nullable


def test_every_type_that_has_a_column_is_tried() -> None:
    assert set(COLUMN_TYPES) <= {each for each, _ in KEPT if isinstance(each, type)}


def test_names_for_a_type_do_not_change_how_it_is_kept() -> None:
    for python_type in (UserId, Annotated[UserId, "whose"], UserId | None):
        assert isinstance(column("value", python_type).type, COLUMN_TYPES[UUID])
    assert isinstance(column("value", Name).type, COLUMN_TYPES[str])


def test_a_moment_is_given_in_utc_wherever_it_was_noted(
    round_trip: Callable[[object, object], Any],
) -> None:
    found = round_trip(datetime, IN_TOKYO)

    assert found == NOON
    assert found.tzinfo is UTC


def test_a_moment_without_a_zone_is_taken_to_be_utc(
    round_trip: Callable[[object, object], Any],
) -> None:
    assert round_trip(datetime, NOON.replace(tzinfo=None)) == NOON


def test_moments_are_ordered_as_they_followed(tmp_path: Path) -> None:
    store = writer(f"sqlite:///{tmp_path}/x.db")
    table = Table("t", MetaData(), column("at", datetime, key=True))
    later = NOON + timedelta(hours=1)
    with store.begin() as connection:
        table.create(connection)
        connection.execute(insert(table), [{"at": IN_TOKYO}, {"at": later}])
        after = select(table.c.at).where(table.c.at > bindparam("after"))
        found = connection.scalars(after, {"after": IN_TOKYO}).all()
    store.dispose()

    assert found == [later]


def test_a_value_that_may_be_anything_may_be_none(
    round_trip: Callable[[object, object], Any],
) -> None:
    assert round_trip(Any, None) is None
    assert not column("value", Any).nullable


def test_bytes_that_are_text_stay_as_they_were_written(tmp_path: Path) -> None:
    store = writer(f"sqlite:///{tmp_path}/x.db")
    table = Table("t", MetaData(), column("value", list[bytes]))
    with store.begin() as connection:
        table.create(connection)
        connection.exec_driver_sql("INSERT INTO t VALUES ('[\"abcd\"]')")
        connection.execute(insert(table), [{"value": [b"abcd"]}])
        connection.execute(insert(table), [{"value": [b"\xff"]}])
        texts = connection.exec_driver_sql("SELECT value FROM t").scalars().all()
        found = connection.scalars(select(table.c.value)).all()
    store.dispose()

    assert texts == ['["abcd"]', '["abcd"]', 'base64:["_w=="]']
    assert found == [[b"abcd"], [b"abcd"], [b"\xff"]]


def test_what_does_not_fit_its_column_is_refused_when_it_is_kept(
    round_trip: Callable[[object, object], Any],
) -> None:
    with pytest.raises(Exception, match="Expected `str`"):
        round_trip(list[str], [1])


def test_two_json_types_do_not_share_a_statement(tmp_path: Path) -> None:
    store = writer(f"sqlite:///{tmp_path}/x.db")
    kept: list[tuple[object, object]] = [
        (list[int], [1]),
        (list[Money], [Money(Decimal(1), "EUR")]),
    ]
    with store.begin() as connection:
        found = [
            connection.scalar(select(literal(value, AsJson(python_type))))
            for python_type, value in kept
        ]
    store.dispose()

    assert found == [[1], [Money(Decimal(1), "EUR")]]
