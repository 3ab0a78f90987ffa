"""Pages of a generated project: one after the other, every row once, in one order."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from lab import in_a_loop
from shop.cqrs import InvalidMessage
from shop.cqrs.reading import Paging, Reader, ReadModel
from shop.cqrs.sqlite import reader, writer
from sqlalchemy import bindparam, insert, select

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from shop.cqrs.reading import Page
    from sqlalchemy import Engine


class Size(Enum):
    SMALL = "small"
    LARGE = "large"


ITEMS = ReadModel(
    "items",
    version=1,
    key={"id": UUID},
    columns={"group": str, "at": datetime, "size": Size, "price": Decimal},
)
NOON = datetime(2024, 1, 1, 12, tzinfo=UTC)
ROWS: list[dict[str, Any]] = [
    {
        "id": UUID(int=number),
        "group": "ab"[number % 2],
        "at": NOON + timedelta(hours=number // 4),
        "size": list(Size)[number % 2],
        "price": Decimal(number),
    }
    for number in range(1, 24)
]
SELECT = select(ITEMS.c["id"], ITEMS.c["group"])
ORDERS: dict[str, tuple[list[str], Callable[[dict[str, Any]], Any]]] = {
    "a key": (["id"], lambda row: row["id"]),
    "columns and a key": (["group", "at", "id"], lambda row: (row["group"], row["at"], row["id"])),
    "JSON and a key": (["size", "id"], lambda row: (f'"{row["size"].value}"', row["id"])),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    id: UUID
    group: str


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[tuple[Engine, Reader]]:
    """Give the test a read model with rows, and a reader of it."""
    url = f"sqlite:///{tmp_path}/x.db"
    store, look = writer(url), reader(url)
    with store.begin() as connection:
        ITEMS.table.create(connection)
        connection.execute(insert(ITEMS.table), ROWS)
    yield store, Reader(look)
    look.dispose()
    store.dispose()


async def pages(look: Reader, paging: Paging, limit: int) -> list[Page[Item]]:
    """Ask for page after page."""
    found = [await look.page(Item, paging, {}, limit=limit, cursor=None)]
    while (cursor := found[-1].next) is not None:
        found.append(await look.page(Item, paging, {}, limit=limit, cursor=cursor))
    return found


@in_a_loop
@pytest.mark.parametrize("limit", [1, 5, 22, 23, 24])
@pytest.mark.parametrize("order", ORDERS)
async def test_pages_hold_every_row_once_and_in_order(
    stores: tuple[Engine, Reader], order: str, limit: int
) -> None:
    columns, rank = ORDERS[order]
    paging = Paging(SELECT, by=[ITEMS.c[name] for name in columns])

    found = await pages(stores[1], paging, limit)

    shown = [item for page in found for item in page.items]
    assert shown == [Item(id=r["id"], group=r["group"]) for r in sorted(ROWS, key=rank)]
    assert {len(page.items) for page in found[:-1]} <= {limit}
    assert len(found) == -(-len(ROWS) // limit)


@in_a_loop
async def test_rows_that_come_and_go_neither_repeat_nor_hide_others(
    stores: tuple[Engine, Reader],
) -> None:
    store, look = stores
    paging = Paging(SELECT, by=[ITEMS.c["id"]])
    first = await look.page(Item, paging, {}, limit=5, cursor=None)
    with store.begin() as connection:
        connection.execute(
            ITEMS.table.delete().where(ITEMS.c["id"].in_([UUID(int=2), UUID(int=5)]))
        )
        connection.execute(insert(ITEMS.table), [{**ROWS[0], "id": UUID(int=0)}])

    second = await look.page(Item, paging, {}, limit=5, cursor=first.next)

    assert [item.id.int for item in (*first.items, *second.items)] == list(range(1, 11))


@in_a_loop
async def test_a_filter_holds_on_every_page(stores: tuple[Engine, Reader]) -> None:
    paging = Paging(SELECT.where(ITEMS.c["group"] == bindparam("group")), by=[ITEMS.c["id"]])
    asked = {"group": "a"}
    first = await stores[1].page(Item, paging, asked, limit=3, cursor=None)
    second = await stores[1].page(Item, paging, asked, limit=3, cursor=first.next)

    assert [item.id.int for item in (*first.items, *second.items)] == [2, 4, 6, 8, 10, 12]


def test_pages_do_not_go_by_what_may_be_none() -> None:
    model = ReadModel("m", version=1, key={"id": int}, columns={"note": str | None})

    with pytest.raises(ValueError, match="it may be None"):
        Paging(select(model.c["id"]), by=[model.c["note"], model.c["id"]])


def encoded(text: str) -> str:
    """Write text as a cursor is written."""
    return urlsafe_b64encode(text.encode()).decode()


MANY = ReadModel(
    "many",
    version=1,
    key={"number": int},
    columns={"at": datetime, "lasts": timedelta, "weight": float, "raw": bytes, "sum": Decimal},
)
OUT_OF_RANGE = {
    "number": str(2**63),
    "at": '"9999-12-31T23:59:59-05:00"',
    "lasts": '"-P999999999DT1S"',
    "weight": '"NaN"',
    "sum": '"1E+1000000"',
}


@pytest.mark.parametrize("column", OUT_OF_RANGE)
def test_a_cursor_that_holds_what_no_column_does_is_refused(column: str) -> None:
    paging = Paging(select(MANY.c["number"]), by=[MANY.c[column]])

    with pytest.raises(InvalidMessage, match=r"cursor: `.*` is not one that a page gave"):
        paging.statement(5, encoded(f"[{OUT_OF_RANGE[column]}]"))


def number_of(number: int) -> int:
    """Make a view of a row that is one number."""
    return number


@in_a_loop
async def test_pages_go_by_bytes_that_are_no_text(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/x.db"
    store, look = writer(url), reader(url)
    row = {"at": NOON, "lasts": timedelta(), "weight": 0.0, "sum": Decimal(0)}
    with store.begin() as connection:
        MANY.table.create(connection)
        rows = [{**row, "number": n, "raw": bytes([255, n])} for n in range(3)]
        connection.execute(insert(MANY.table), rows)
    paging = Paging(select(MANY.c["number"]), by=[MANY.c["raw"]])

    first = await Reader(look).page(number_of, paging, {}, limit=2, cursor=None)
    second = await Reader(look).page(number_of, paging, {}, limit=2, cursor=first.next)
    look.dispose()
    store.dispose()

    assert [*first.items, *second.items] == [0, 1, 2]


@in_a_loop
async def test_a_page_may_be_as_large_as_an_integer(stores: tuple[Engine, Reader]) -> None:
    paging = Paging(SELECT, by=[ITEMS.c["id"]])

    for limit in (2**63 - 1, 2**70):
        page = await stores[1].page(Item, paging, {}, limit=limit, cursor=None)
        assert (len(page.items), page.next) == (len(ROWS), None)


@pytest.mark.parametrize("limit", [0, -1, -(2**70)])
def test_a_page_has_at_least_one_row(limit: int) -> None:
    with pytest.raises(InvalidMessage, match="limit: a page has at least one row"):
        Paging(SELECT, by=[ITEMS.c["id"]]).statement(limit, None)


BAD: dict[str, Any] = {
    "empty": "",
    "no base64": "?",
    "not ASCII": "象",
    "no JSON": encoded("nothing"),
    "no list": encoded("5"),
    "too short": encoded("[]"),
    "too long": encoded(f'["{UUID(int=1)}", 1]'),
    "another type": encoded('["no UUID"]'),
}


@in_a_loop
@pytest.mark.parametrize("cursor", BAD.values(), ids=BAD.keys())
async def test_a_cursor_that_no_page_gave_is_refused(
    stores: tuple[Engine, Reader], cursor: str
) -> None:
    paging = Paging(SELECT, by=[ITEMS.c["id"]])

    with pytest.raises(InvalidMessage, match=r"cursor: `.*` is not one that a page gave"):
        await stores[1].page(Item, paging, {}, limit=3, cursor=cursor)
