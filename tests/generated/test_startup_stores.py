"""What a store holds and the code no longer fits is told at start-up, not at the next event."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, NewType
from uuid import UUID

import pytest
from lab import Bank, Deposited, Open, Opened, in_a_loop, journal, serving
from shop.cqrs import Event, InvalidEvent, RetiredEvent, WiringError
from shop.cqrs.reading import Change, Projection, ReadModel, on
from shop.cqrs.writing import tables
from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Index, Integer, String, Table, Text
from test_promises_events import ACCOUNT, bank, happening, named, recorded_once
from test_runtime_projector import lag

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from shop.cqrs.journal import Recorded


async def told(folder: Path, made: Bank) -> tuple[str, ...]:
    """Give the faults that keep a service from starting on the stores in a folder."""
    with pytest.raises(WiringError) as error:
        async with serving(folder, made):
            pass
    return error.value.faults


def run(folder: Path, store: str, *statements: str) -> list[tuple[Any, ...]]:
    """Execute statements as somebody else does who has the file; give the rows of the last."""
    with closing(sqlite3.connect(folder / f"{store}.db")) as connection, connection:
        for statement in statements[:-1]:
            connection.execute(statement)
        return connection.execute(statements[-1]).fetchall()


Columns = dict[str, object]


def showing(
    columns: Mapping[str, object],
    *,
    version: int = 1,
    key: Mapping[str, object] | None = None,
    indexes: tuple[str, ...] = (),
) -> Bank:
    """Make a bank with one read model of these columns."""
    model = ReadModel(
        "seen",
        version=version,
        key=key or {"account": UUID},
        columns=columns,
        indexes=indexes,
    )

    class Seen(Projection):
        read_model = model

        @on(Opened)
        def opened(self, recorded: Recorded[Opened]) -> Iterator[Change]:
            yield model.upsert(key={"account": recorded.event.account})

    return Bank(projections=(Seen,), queries=(), query_handlers=())


class Colour(StrEnum):
    RED = "red"


class Shade(StrEnum):
    RED = "red"


Name = NewType("Name", str)

AS_IT_WAS: Columns = {"owner": str, "times": int | None}


@pytest.mark.parametrize(
    ("columns", "what"),
    [
        (AS_IT_WAS | {"note": str | None}, "`note` is missing"),
        ({"owner": str}, "`times` is not declared"),
        ({"owner": str, "time": int | None}, "`time` is missing; `times` is not declared"),
        (AS_IT_WAS | {"owner": int}, "`owner` is TEXT, not BIGINT"),
        (AS_IT_WAS | {"times": str | None}, "`times` is BIGINT, not TEXT"),
        (AS_IT_WAS | {"times": datetime | None}, "`times` is BIGINT, not DATETIME"),
        (AS_IT_WAS | {"owner": str | None}, "`owner` may not be NULL"),
        (AS_IT_WAS | {"times": int}, "`times` may be NULL"),
        (AS_IT_WAS | {"owner": Decimal}, "`owner` was made for `str`, not `Decimal`"),
        (AS_IT_WAS | {"owner": list[str]}, "`owner` was made for `str`, not `list[str]`"),
        (AS_IT_WAS | {"owner": Colour}, "`owner` was made for `str`, not `object`"),
    ],
    ids=str,
)
@in_a_loop
async def test_a_read_model_whose_columns_changed_without_a_version_is_told(
    tmp_path: Path, columns: Columns, what: str
) -> None:
    async with serving(tmp_path, showing(AS_IT_WAS)):
        pass

    [fault] = await told(tmp_path, showing(columns))
    assert fault == (
        f"the read model `seen` has other columns than its table `seen_v1`: {what}. "
        "Raise its `version` to 2, and a new table is filled from the journal"
    )
    async with serving(tmp_path, showing(columns, version=2)):
        pass


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (timedelta, datetime),
        (list[str], dict[str, int]),
        (list[int], list[str]),
        (list[Colour], Colour),
    ],
    ids=str,
)
@in_a_loop
async def test_types_that_one_kind_of_column_keeps_are_told_apart(
    tmp_path: Path, before: object, now: object
) -> None:
    async with serving(tmp_path, showing({"x": before})):
        pass

    [fault] = await told(tmp_path, showing({"x": now}))

    assert "`x` was made for `" in fault


@pytest.mark.parametrize(
    ("before", "now"),
    [(str, Name), (Colour, Shade), (list[Colour], list[Shade]), (int | None, "int | None")],
    ids=str,
)
@in_a_loop
async def test_another_name_for_the_same_is_no_change(
    tmp_path: Path, before: object, now: object
) -> None:
    changed = Name | None if now == "int | None" else now
    before = str | None if now == "int | None" else before
    for kept in (before, changed, before):
        async with serving(tmp_path, showing({"x": kept})):
            pass


@pytest.mark.parametrize("key", [{"owner": str}, {"account": UUID, "owner": str}], ids=str)
@in_a_loop
async def test_a_read_model_with_another_key_is_told(
    tmp_path: Path, key: Mapping[str, object]
) -> None:
    async with serving(tmp_path, showing({"owner": str})):
        pass

    columns = {
        name: kind for name, kind in {"account": UUID, "owner": str}.items() if name not in key
    }
    [fault] = await told(tmp_path, showing(columns, key=key))

    assert "`owner` is not in the key" in fault


@in_a_loop
async def test_a_new_index_is_made_on_the_table_that_is_there(tmp_path: Path) -> None:
    for indexes in ((), ("owner",), ("owner",)):
        async with serving(tmp_path, showing(AS_IT_WAS, indexes=indexes)):
            pass

    listed = run(
        tmp_path, "read", "SELECT name FROM pragma_index_list('seen_v1') WHERE origin = 'c'"
    )
    assert listed == [("seen_v1_owner",)]


@in_a_loop
async def test_a_read_store_of_0_3_0_starts_and_its_columns_are_compared_too(
    tmp_path: Path,
) -> None:
    optional: Columns = {"owner": str | None, "times": int | None}
    async with serving(tmp_path, showing(optional)) as service:
        await service.bus.execute(Open(owner="Ann"))
        await service.catch_up()
    run(tmp_path, "read", "DROP TABLE read_models")

    assert len(await told(tmp_path, showing({"owner": str | None}))) == 1
    async with serving(tmp_path, showing(optional)) as service:
        assert await lag(service, "seen_v1") == (service.journal.head(), 0, None)
    assert len(await told(tmp_path, showing(optional | {"owner": Decimal | None}))) == 1


@pytest.mark.parametrize("before", [{}, {"owner": Decimal | None}], ids=str)
@in_a_loop
async def test_a_table_that_was_dropped_is_filled_again(tmp_path: Path, before: Columns) -> None:
    async with serving(tmp_path, showing(before)) as service:
        await service.bus.execute(Open(owner="Ann"))
        await service.catch_up()
    run(tmp_path, "read", "DROP TABLE seen_v1")

    async with serving(tmp_path, showing(AS_IT_WAS | {"owner": str | None})) as service:
        await service.catch_up()

    assert len(run(tmp_path, "read", "SELECT * FROM seen_v1")) == 1


@contextmanager
def declared(*parts: Any, name: str = "cards") -> Iterator[Table]:  # noqa: ANN401  columns and constraints
    """Declare a table of the write side."""
    table = Table(name, tables, *parts)
    try:
        yield table
    finally:
        tables.remove(table)


BANK = Bank(projections=(), queries=(), query_handlers=())


@pytest.mark.parametrize(
    ("there", "what"),
    [
        ("id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE", "`due` is missing"),
        (
            "id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, due DATETIME, old TEXT",
            "`old` is not declared",
        ),
        (
            "id INTEGER PRIMARY KEY, name INTEGER NOT NULL UNIQUE, due DATETIME",
            "`name` is INTEGER, not VARCHAR(50)",
        ),
        (
            "id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, due DATETIME",
            "`id` is TEXT, not INTEGER",
        ),
        ("id INTEGER PRIMARY KEY, name TEXT UNIQUE, due DATETIME", "`name` may be NULL"),
        (
            "id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, due DATE NOT NULL",
            "`due` is DATE, not DATETIME and may not be NULL",
        ),
        (
            "id INTEGER, name TEXT NOT NULL UNIQUE PRIMARY KEY, due DATETIME",
            "`id` is not in the key; `name` is in the key",
        ),
        ("id INTEGER PRIMARY KEY, name TEXT NOT NULL, due DATETIME", "`name` is not unique"),
    ],
)
@in_a_loop
async def test_a_table_of_the_write_side_that_is_not_as_declared_is_told(
    tmp_path: Path, there: str, what: str
) -> None:
    run(tmp_path, "write", f"CREATE TABLE cards ({there})")
    columns = (
        Column("id", Integer, primary_key=True),
        Column("name", String(50), nullable=False, unique=True),
        Column("due", DateTime),
    )

    with declared(*columns):
        [fault] = await told(tmp_path, BANK)
    assert fault == (
        f"the table `cards` of the write store is not as it is declared: {what}. "
        "Change the table by a migration, or what is declared"
    )


@pytest.mark.parametrize(
    "there",
    [
        "Id INT NOT NULL PRIMARY KEY, NAME varchar(20) NOT NULL, due TEXT, is_open INTEGER",
        "id bigint, name text not null, due timestamp, is_open bool default 1, primary key (id)",
    ],
)
@in_a_loop
async def test_a_table_that_was_migrated_by_hand_fits(tmp_path: Path, there: str) -> None:
    run(
        tmp_path,
        "write",
        f"CREATE TABLE Cards ({there})",
        "CREATE UNIQUE INDEX cards_name ON Cards (name)",
    )
    columns = (
        Column("id", Integer, primary_key=True),
        Column("name", String(50), nullable=False, unique=True),
        Column("due", DateTime),
        Column("is_open", Boolean),
    )

    with declared(*columns):
        async with serving(tmp_path, BANK):
            pass


@in_a_loop
async def test_a_new_index_of_the_write_side_is_made_unless_it_forbids_something(
    tmp_path: Path,
) -> None:
    run(tmp_path, "write", "CREATE TABLE cards (id INTEGER PRIMARY KEY, name TEXT, kind TEXT)")
    columns = ("id", Integer, True), ("name", Text, False), ("kind", Text, False)
    with declared(*(Column(n, t, primary_key=k) for n, t, k in columns), Index("by_name", "name")):
        async with serving(tmp_path, BANK):
            pass
    assert ("by_name",) in run(tmp_path, "write", "SELECT name FROM pragma_index_list('cards')")

    unique = Index("by_kind", "kind", unique=True)
    with declared(*(Column(n, t, primary_key=k) for n, t, k in columns), unique):
        [fault] = await told(tmp_path, BANK)
    assert "`kind` is not unique" in fault


@pytest.mark.parametrize("name", ["journal", "RECEIPTS", "Journal_Names", "heartbeats"])
@in_a_loop
async def test_a_table_with_the_name_of_one_of_the_frameworks_is_told(
    tmp_path: Path, name: str
) -> None:
    with declared(Column("id", Integer, primary_key=True), name=name):
        assert await told(tmp_path, BANK) == (
            f"the table `{name}` has the name of one of the framework's: rename it",
        )


@in_a_loop
async def test_tables_that_sql_does_not_tell_apart_are_told(tmp_path: Path) -> None:
    one, other = (Column("id", Integer, primary_key=True) for _ in range(2))
    with declared(one), declared(other, name="Cards"):
        assert await told(tmp_path, BANK) == (
            "the tables `cards` and `Cards` have one name in SQL: rename one of them",
        )


@in_a_loop
async def test_a_table_that_cannot_be_made_is_a_fault_among_the_others(tmp_path: Path) -> None:
    await recorded_once(tmp_path, Deposited(account=ACCOUNT, amount=5))
    with declared(Column("id", ForeignKey("nothing.id"), primary_key=True)):
        faults = await told(tmp_path, replace(BANK, events=(Opened,)))

    assert "`cards` cannot be made: " in faults[0]
    assert "could not find table 'nothing'" in faults[0]
    assert "the journal holds `Deposited`" in faults[1]


GONE = (
    "the journal holds `Deposited`, and no class in `events` is called so: bring it back, "
    'say which class it is now by `NAME = "Deposited"`, '
    "or retire it: `class Deposited(RetiredEvent)`"
)


@in_a_loop
async def test_an_event_whose_class_was_renamed_without_its_name_is_told(tmp_path: Path) -> None:
    await recorded_once(tmp_path, Deposited(account=ACCOUNT, amount=5))

    assert await told(tmp_path, bank(named("MoneyPaidIn"))) == (GONE,)
    async with serving(tmp_path, bank(named("MoneyPaidIn", kept_as="Deposited"))):
        pass


@in_a_loop
async def test_what_another_release_writes_is_known_too(tmp_path: Path) -> None:
    async with serving(tmp_path, bank(Opened)):
        as_0_3_0_does = (
            "INSERT INTO journal VALUES "
            "(1, 'an id', 'Deposited', 1, '{}', '2025-01-01 00:00:00', 'c', 'c')"
        )
        run(tmp_path, "write", as_0_3_0_does)

    # It is known before anybody has read the journal for it.
    assert run(tmp_path, "write", "SELECT * FROM journal_names") == [("Deposited", 1)]
    assert await told(tmp_path, bank(Opened)) == (GONE,)


@in_a_loop
async def test_the_names_in_a_journal_of_0_3_0_are_known_when_it_is_first_opened(
    tmp_path: Path,
) -> None:
    await recorded_once(tmp_path, Deposited(account=ACCOUNT, amount=5))
    run(tmp_path, "write", "DROP TRIGGER journal_names_insert", "DROP TABLE journal_names")

    assert await told(tmp_path, bank(Opened)) == (GONE,)


@in_a_loop
async def test_what_the_journal_holds_no_more_is_no_fault(tmp_path: Path) -> None:
    await recorded_once(tmp_path, Deposited(account=ACCOUNT, amount=5))
    run(tmp_path, "write", "DELETE FROM journal")

    async with serving(tmp_path, bank(Opened)):
        pass

    assert run(tmp_path, "write", "SELECT * FROM journal_names") == []


def version(number: int, *, reads: bool = False) -> type[Event]:
    """Make an event in a version, which reads those before or does not."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Paid(Event):
        VERSION: ClassVar[int] = number
        account: UUID

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Reading(Paid):
        NAME: ClassVar[str] = "Paid"

        @classmethod
        def upcast(cls, version: int, body: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG003
            return body

    return Reading if reads else Paid


NO_UPCAST = (
    "the journal holds version 1 of `Paid`, and `Paid` is version 2: "
    "override `upcast` to bring it forward"
)
FROM_LATER = (
    "the journal holds version 3 of `Paid`, and `Paid` is version 2: "
    "a later release has recorded it, so run that one here too"
)


@in_a_loop
async def test_versions_that_the_class_does_not_read_are_told(tmp_path: Path) -> None:
    one, two, three = version(1), version(2), version(3, reads=True)
    made: Any = one
    await recorded_once(tmp_path, made(account=ACCOUNT))

    assert await told(tmp_path, bank(two)) == (NO_UPCAST,)
    made = three
    await recorded_once(tmp_path, made(account=ACCOUNT))
    assert await told(tmp_path, bank(two)) == (NO_UPCAST, FROM_LATER)
    async with serving(tmp_path, bank(version(4, reads=True))):
        pass


@in_a_loop
async def test_all_that_no_longer_fits_is_told_at_once(tmp_path: Path) -> None:
    async with serving(tmp_path, showing(AS_IT_WAS)) as service:
        await service.bus.execute(happening(Deposited(account=ACCOUNT, amount=1)))
    run(tmp_path, "write", "CREATE TABLE cards (id TEXT PRIMARY KEY)")

    with declared(Column("id", Integer, primary_key=True)):
        faults = await told(tmp_path, replace(showing({}), events=(Opened,)))

    assert [fault.split("`")[1] for fault in faults] == ["cards", "Deposited", "seen"]


def retired(name: str) -> type[RetiredEvent]:
    """Retire an event."""
    return type(name, (RetiredEvent,), {"__slots__": ()})


@in_a_loop
async def test_projections_pass_over_an_event_that_is_retired(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        deposited, opened = Deposited(account=ACCOUNT, amount=1), Opened(account=ACCOUNT, owner="A")
        await service.bus.execute(happening(deposited, opened, deposited, deposited))

    gone = retired("Deposited")
    async with serving(tmp_path, bank(Opened, gone)) as service:
        await service.catch_up()
        assert await lag(service, "any_v1") == (service.journal.head(), 0, None)
        assert [type(event) for event in journal(service)] == [gone, Opened, gone, gone]
    assert run(tmp_path, "read", "SELECT times FROM any_v1") == [(1,)]


@in_a_loop
async def test_a_retired_event_is_known_by_its_name_and_in_every_version(tmp_path: Path) -> None:
    made: Any = version(3, reads=True)
    await recorded_once(tmp_path, made(account=ACCOUNT))

    class Gone(RetiredEvent):
        __slots__ = ()
        NAME: ClassVar[str] = "Paid"

    async with serving(tmp_path, bank(Opened, Gone)) as service:
        await service.catch_up()
        assert (await lag(service, "any_v1"))[1:] == (0, None)


@in_a_loop
async def test_a_retired_event_may_keep_its_fields(tmp_path: Path) -> None:
    await recorded_once(tmp_path, Deposited(account=ACCOUNT, amount=5))

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Kept(RetiredEvent):
        NAME: ClassVar[str] = "Deposited"
        account: UUID
        colour: Colour

    async with serving(tmp_path, bank(Opened, Kept)) as service:
        await service.catch_up()
        assert (await lag(service, "any_v1"))[1:] == (0, None)


@in_a_loop
async def test_a_retired_event_is_not_recorded(tmp_path: Path) -> None:
    gone = retired("Gone")
    async with serving(tmp_path, bank(Opened, gone)) as service:
        with pytest.raises(InvalidEvent, match="`Gone` was recorded, and it is retired"):
            await service.bus.execute(happening(gone()))

        assert journal(service) == []
