"""What a projection counts up stays exact, or the projection halts and says which column it was."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from shop.cqrs.messages import BEGINNING, Position
from shop.cqrs.reading import Change, Projection, ReadModel
from shop.cqrs.reading.store import ReadStore
from shop.cqrs.sqlite import reader, writer
from shop.cqrs.values import MOST_INT
from sqlalchemy import select

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TOTALS = ReadModel(
    "totals",
    version=1,
    key={"id": int},
    columns={
        "count": int | None,
        "sold": int,
        "worth": Decimal | None,
        "price": Decimal,
        "weight": float | None,
        "at": datetime | None,
        "hour": time | None,
        "name": str | None,
        "lasts": timedelta | None,
    },
)
START: dict[str, Any] = {"sold": 0, "price": Decimal(0)}
INFINITY = float("inf")


class Totals(Projection):
    read_model = TOTALS


@pytest.fixture
def apply(tmp_path: Path) -> Iterator[Callable[[Change], dict[str, Any]]]:
    """Apply a change as the projector does, and give what then stands in the row."""
    url = f"sqlite:///{tmp_path}/read.db"
    changing, looking = writer(url), reader(url)
    store = ReadStore(changing, looking)
    store.prepare([Totals()])
    position = BEGINNING

    def apply(change: Change) -> dict[str, Any]:
        nonlocal position
        reached = Position(0, position.row + 1)
        assert store.advance("totals_v1", position, reached, [change])
        position = reached
        with looking.connect() as connection:
            row = connection.execute(select(TOTALS.table)).mappings().one()
        return {name: value for name, value in row.items() if value is not None}

    yield apply
    looking.dispose()
    changing.dispose()


def adding(**add: object) -> Change:
    """Count up from a row's zeros."""
    start = {name: zero for name, zero in START.items() if name not in add}
    return TOTALS.upsert(key={"id": 1}, add=add, start=start)


def setting(**values: object) -> Change:
    """Set columns of a row."""
    start = {name: zero for name, zero in START.items() if name not in values}
    return TOTALS.upsert(key={"id": 1}, set=values, start=start)


@pytest.mark.parametrize("column", ["count", "sold"])
def test_a_counter_goes_to_its_ends_and_no_further(
    apply: Callable[[Change], dict[str, Any]], column: str
) -> None:
    for end in (MOST_INT, -MOST_INT - 1):
        apply(setting(**{column: 0}))
        apply(adding(**{column: end - (end > 0)}))
        row = apply(adding(**{column: int(end > 0)}))
        assert (row[column], type(row[column])) == (end, int)

        with pytest.raises(Exception, match=f"`totals_v1.{column}` cannot hold the sum exactly"):
            apply(adding(**{column: 1 if end > 0 else -1}))


@pytest.mark.parametrize("column", ["worth", "price"])
def test_decimals_are_summed_exactly_however_many_digits_they_have(
    apply: Callable[[Change], dict[str, Any]], column: str
) -> None:
    large, small = Decimal("9" * 400), Decimal("1E-400")
    less = large.copy_negate()  # `-large` would round it
    for added in (large, small, large, small.copy_negate(), Decimal("0E+300"), less):
        row = apply(adding(**{column: added}))

    assert row[column] == large


def test_what_an_older_journal_holds_is_projected_as_it_was(
    apply: Callable[[Change], dict[str, Any]],
) -> None:
    large = Decimal("1E+1000")
    old = {"name": "a\0", "hour": time(12, tzinfo=UTC), "weight": float("nan"), "worth": large}

    row = apply(setting(**old))

    assert row == {"id": 1, "name": "a\0", "hour": time(12), "worth": large} | START


def test_a_sum_of_decimals_with_too_many_digits_is_refused(
    apply: Callable[[Change], dict[str, Any]],
) -> None:
    apply(setting(worth=Decimal("1E+1000")))

    with pytest.raises(Exception, match=r"`totals_v1\.worth` cannot hold the sum exactly"):
        apply(adding(worth=Decimal("0.1")))


def test_infinity_less_infinity_is_refused(apply: Callable[[Change], dict[str, Any]]) -> None:
    assert apply(adding(weight=INFINITY))["weight"] == INFINITY
    assert apply(adding(weight=1.0))["weight"] == INFINITY

    with pytest.raises(Exception, match=r"`totals_v1\.weight` cannot hold the sum exactly"):
        apply(adding(weight=-INFINITY))


def test_what_is_no_integer_is_not_added_to_a_counter(
    apply: Callable[[Change], dict[str, Any]],
) -> None:
    for column in ("count", "sold"):
        with pytest.raises(
            TypeError, match=rf"`totals_v1\.{column}` counts in integers, not by 0\.5"
        ):
            apply(adding(**{column: 0.5}))


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"count": 2**63}, "count: an integer has at most 64 bits"),
        ({"lasts": timedelta(days=3_000_000)}, "lasts: a duration must be within -719162 and"),
        (
            {"at": datetime(9999, 12, 31, 23, tzinfo=timezone(-timedelta(hours=5)))},
            "at: a datetime must be within the years 1 to 9999 in UTC",
        ),
    ],
    ids=str,
)
def test_what_a_projection_computes_and_no_column_can_hold_is_named(
    apply: Callable[[Change], dict[str, Any]], values: dict[str, Any], fault: str
) -> None:
    with pytest.raises(ValueError, match=f"`totals_v1` cannot hold a change: {fault}"):
        apply(setting(**values))


def test_a_key_that_no_column_can_hold_is_named() -> None:
    with pytest.raises(ValueError, match="`totals_v1` cannot hold a change: id: an integer"):
        _ = TOTALS.remove(key={"id": 2**63}).parameters
