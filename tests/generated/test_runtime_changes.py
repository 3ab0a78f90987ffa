"""Changes of a read model in a generated project: make, set, count up, remove."""

from __future__ import annotations

from copy import copy
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

import pytest
from shop.cqrs.messages import BEGINNING, Position
from shop.cqrs.reading import Change, Projection, ReadModel
from shop.cqrs.reading.store import ReadStore
from shop.cqrs.sqlite import reader, writer
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Delete, Insert

KEY = UUID(int=1)
STOCK = ReadModel(
    "stock",
    version=1,
    key={"shop": int, "article": UUID},
    columns={
        "name": str,
        "count": int,
        "weight": float,
        "worth": Decimal,
        "discount": Decimal | None,
        "sold": int | None,
        "note": str | None,
    },
    indexes=("name",),
)
START = {"name": "", "count": 0, "weight": 0.0, "worth": Decimal(0)}


class Stock(Projection):
    read_model = STOCK


class Table:
    """The read model in a store of its own."""

    def __init__(self, folder: Path) -> None:
        url = f"sqlite:///{folder}/read.db"
        self.writer, self.reader = writer(url), reader(url)
        self.store = ReadStore(self.writer, self.reader)
        self.store.prepare([Stock()])
        self.position = BEGINNING

    def apply(self, *changes: Change) -> None:
        """Apply changes, as the projector does."""
        seen, self.position = self.position, Position(0, self.position.row + 1)
        assert self.store.advance("stock_v1", seen, self.position, changes)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Give every row, by its columns that are neither key nor None nor as they started."""
        with self.reader.connect() as connection:
            found = connection.execute(select(STOCK.table).order_by("shop")).mappings().all()
        return [
            {n: v for n, v in row.items() if n != "article" and v is not None and START.get(n) != v}
            for row in found
        ]


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    """Give the test a read model."""
    table = Table(tmp_path)
    yield table
    table.reader.dispose()
    table.writer.dispose()


def less(*names: str) -> dict[str, object]:
    """Give what a row starts with, without some."""
    return {name: value for name, value in START.items() if name not in names}


def key(shop: int = 1) -> dict[str, object]:
    """Give the key of a row."""
    return {"shop": shop, "article": KEY}


def test_start_is_what_only_a_new_row_begins_with(table: Table) -> None:
    start = less("name")
    table.apply(STOCK.upsert(key=key(), set={"name": "Tea"}, start=start | {"count": 7}))
    table.apply(STOCK.upsert(key=key(), set={"name": "Chai"}, start=start | {"count": 9}))

    assert table.rows == [{"shop": 1, "name": "Chai", "count": 7}]


def test_a_change_that_only_starts_a_row_leaves_an_old_one_alone(table: Table) -> None:
    for count in (7, 9):
        table.apply(STOCK.upsert(key=key(), start=START | {"count": count}))

    assert table.rows == [{"shop": 1, "count": 7}]


def test_add_counts_up_from_what_a_new_row_is_given(table: Table) -> None:
    start = less("count", "weight", "worth")
    add = {"count": 2, "weight": 0.5, "worth": Decimal("0.1")}
    for _ in range(3):
        table.apply(STOCK.upsert(key=key(), add=add, start=start))

    assert table.rows == [{"shop": 1, "count": 6, "weight": 1.5, "worth": Decimal("0.3")}]


def test_decimals_are_added_without_loss(table: Table) -> None:
    for worth in ("0.10", "123456789012345678901234.000000001", "-0.10"):
        add = {"worth": Decimal(worth)}
        table.apply(STOCK.upsert(key=key(), add=add, start=less("worth")))

    assert table.rows == [{"shop": 1, "worth": Decimal("123456789012345678901234.000000001")}]


def test_what_was_none_counts_from_zero(table: Table) -> None:
    table.apply(STOCK.upsert(key=key(), start=START))
    for _ in range(2):
        add = {"sold": 3, "discount": Decimal("1.5")}
        table.apply(STOCK.upsert(key=key(), add=add, start=START))

    assert table.rows == [{"shop": 1, "sold": 6, "discount": Decimal("3.0")}]


def test_a_value_is_set_to_none_and_back(table: Table) -> None:
    shown = []
    for note in ("fresh", None, "stale"):
        table.apply(STOCK.upsert(key=key(), set={"note": note}, start=START))
        shown += [row.get("note") for row in table.rows]

    assert shown == ["fresh", None, "stale"]


def test_a_row_is_removed_by_its_whole_key_and_a_second_time_is_no_fault(table: Table) -> None:
    for shop in (1, 2):
        table.apply(STOCK.upsert(key=key(shop), start=START))
    for _ in range(2):
        table.apply(STOCK.remove(key=key(1)))

    assert table.rows == [{"shop": 2}]


def test_changes_have_their_effect_in_the_order_in_which_they_were_given(table: Table) -> None:
    table.apply(
        STOCK.upsert(key=key(), add={"count": 1}, start=less("count")),
        STOCK.remove(key=key()),
        STOCK.upsert(key=key(), add={"count": 5}, start=less("count")),
        STOCK.upsert(key=key(2), add={"count": 2}, start=less("count")),
        STOCK.upsert(key=key(), set={"count": 9}, start=less("count")),
        STOCK.upsert(key=key(), add={"count": 1}, start=less("count")),
    )

    assert table.rows == [{"shop": 1, "count": 10}, {"shop": 2, "count": 2}]


def test_the_same_names_in_other_roles_are_another_statement(table: Table) -> None:
    table.apply(STOCK.upsert(key=key(), set={"count": 4}, start=less("count")))
    table.apply(STOCK.upsert(key=key(), add={"count": 4}, start=less("count")))
    table.apply(STOCK.upsert(key=key(), start={**less("count"), "count": 4}))

    assert table.rows == [{"shop": 1, "count": 8}]


def test_a_statement_is_built_once_for_each_table_and_its_columns() -> None:
    other = ReadModel("stock", version=1, key={"shop": int}, columns={"count": int})
    first = STOCK.upsert(key=key(), set={"count": 1})

    assert first.statement is STOCK.upsert(key=key(2), set={"count": 2}).statement
    assert first.statement is not STOCK.upsert(key=key(), add={"count": 1}).statement
    assert first.statement is not other.upsert(key={"shop": 1}, set={"count": 1}).statement
    assert STOCK.remove(key=key()).statement is STOCK.remove(key=key(2)).statement


class Rebuilt(NamedTuple):
    """A change whose statement is no longer kept, and built again whenever it is asked for."""

    change: Change

    @property
    def statement(self) -> Insert | Delete:
        return copy(self.change.statement)

    @property
    def parameters(self) -> dict[str, Any]:
        return self.change.parameters


def test_more_statements_than_are_kept_do_not_get_mixed_up(table: Table) -> None:
    changes = (
        *(STOCK.upsert(key=key(shop), set={"count": 1}, start=less("count")) for shop in (1, 2)),
        *(STOCK.upsert(key=key(shop), add={"count": 1}, start=less("count")) for shop in (1, 2)),
        STOCK.remove(key=key(2)),
    )

    table.apply(*map(Rebuilt, changes))  # type: ignore[arg-type]  # as good as one

    assert table.rows == [{"shop": 1, "count": 2}]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (STOCK.upsert(key=key(), set={"count": 1}, add={"count": 1}), "names a column twice"),
        (STOCK.upsert(key=key(), set={"shop": 2}), "names a column twice"),
        (STOCK.upsert(key=key(), add={"name": "x"}), "`stock_v1.name` is no number"),
        (STOCK.upsert(key=key(), set={"colour": "red"}), "colour"),
        (STOCK.remove(key={"colour": "red"}), "colour"),
    ],
    ids=["set and add", "key and set", "add to text", "no such column", "no such key"],
)
def test_a_change_that_makes_no_sense_is_told(table: Table, change: Change, told: str) -> None:
    with pytest.raises(Exception, match=told):
        table.apply(change)


def test_a_row_without_what_it_must_have_is_told(table: Table) -> None:
    with pytest.raises(IntegrityError, match="NOT NULL constraint failed: stock_v1"):
        table.apply(STOCK.upsert(key=key(), set={"count": 1}))


def test_columns_are_reached_by_name() -> None:
    assert STOCK.c["name"] is STOCK.table.c.name
    assert [index.name for index in STOCK.table.indexes] == ["stock_v1_name"]
