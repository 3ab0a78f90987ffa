"""What queries look through in a generated project: it cannot write, whatever is tried."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from lab import ALL, Bank, Open, in_a_loop, serving
from shop.cqrs import StoreUnavailable
from shop.cqrs.engines import Engines
from shop.cqrs.reading import Reader
from shop.cqrs.sqlite import reader
from shop.cqrs.timing import Timing
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine

IMPATIENT = Timing(busy=0.05)
STATEMENTS = {
    "INSERT": "INSERT INTO dead_letters VALUES ('x', 0, 0, '')",
    "INSERT OR": "INSERT OR REPLACE INTO dead_letters VALUES ('x', 0, 0, '')",
    "UPDATE": "UPDATE checkpoints SET failure = 'x'",
    "DELETE": "DELETE FROM checkpoints",
    "RETURNING": "DELETE FROM checkpoints RETURNING projection",
    "CTE": "WITH r AS (SELECT 1) INSERT INTO dead_letters SELECT 'x', 0, 0, '' FROM r",
    "DROP": "DROP TABLE checkpoints",
    "CREATE": "CREATE TABLE planted (x)",
    "CREATE VIEW": "CREATE VIEW planted AS SELECT 1",
    "CREATE TRIGGER": "CREATE TRIGGER p AFTER UPDATE ON checkpoints BEGIN SELECT 1; END",
    "VIRTUAL": "CREATE VIRTUAL TABLE planted USING fts5(x)",
    "ALTER": "ALTER TABLE checkpoints ADD COLUMN planted",
    "REINDEX": "REINDEX checkpoints",
    "ANALYZE": "ANALYZE",
    "TEMP": "CREATE TEMP TABLE planted (x)",
    "ATTACH": "ATTACH DATABASE '{folder}/planted.db' AS planted",
    "ATTACH memory": "ATTACH DATABASE ':memory:' AS planted",
    "DETACH": "DETACH DATABASE main",
    "PRAGMA": "PRAGMA query_only = OFF",
    "PRAGMA user_version": "PRAGMA user_version = 7",
    "PRAGMA writable_schema": "PRAGMA writable_schema = ON",
    "pragma function": "SELECT * FROM pragma_user_version",
    "VACUUM": "VACUUM",
    "VACUUM INTO": "VACUUM INTO '{folder}/planted.db'",
    "BEGIN IMMEDIATE": "BEGIN IMMEDIATE",
    "SAVEPOINT": "SAVEPOINT planted",
    "load_extension": "SELECT load_extension('{folder}/planted')",
    "writefile": "SELECT writefile('{folder}/planted.db', 'x')",
}
IN_A_TRANSACTION = ("INSERT", "UPDATE", "DELETE", "WITH", "DROP", "CREATE", "ALTER", "REINDEX")


@pytest.fixture
def engines(tmp_path: Path) -> Iterator[Engines]:
    """Give the test stores that are in use."""
    settings = Bank().service(tmp_path).settings

    async def prepare() -> None:
        async with serving(tmp_path) as service:
            await service.bus.execute(Open(owner="Ann"))
            await service.catch_up()

    asyncio.run(prepare())
    engines = Engines.open(settings, IMPATIENT)
    yield engines
    engines.dispose()


def contents(engine: Engine) -> list[str]:
    """Give all that is in a store, as SQL."""
    with engine.connect() as connection:
        return list(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]  # sqlite3's


def refuse(connection: Connection, statement: str, folder: Path) -> None:
    """Try to write, which must fail."""
    with pytest.raises(DatabaseError):
        connection.execute(text(statement.format(folder=folder))).all()


def test_where_writing_is_allowed_they_do_write(engines: Engines) -> None:
    tried = [each for each in STATEMENTS.values() if each.startswith(IN_A_TRANSACTION)]
    for statement in tried:
        with engines.read.connect() as connection:
            connection.execute(text(statement))
            connection.rollback()
    assert len(tried) > len(IN_A_TRANSACTION)


def test_nor_by_a_function_of_the_connections_own(engines: Engines, tmp_path: Path) -> None:
    before = contents(engines.read)

    with engines.look_at_read.connect() as connection:
        plain = connection.connection.driver_connection
        assert plain is not None
        plain.create_function("planted", 0, lambda: plain.execute("DELETE FROM checkpoints"))
        refuse(connection, "SELECT planted()", tmp_path)
        refuse(connection, "SELECT decimal_add('1', '2')", tmp_path)

    assert contents(engines.read) == before


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS.keys())
def test_nothing_can_be_written(engines: Engines, tmp_path: Path, statement: str) -> None:
    before = contents(engines.read)

    with engines.look_at_read.connect() as connection:
        refuse(connection, statement, tmp_path)
        assert connection.execute(text("SELECT count(*) FROM checkpoints")).scalar() == 1

    assert contents(engines.read) == before
    assert not list(tmp_path.glob("planted*"))


def test_nor_on_a_second_connection_nor_after_the_pool_was_emptied(
    engines: Engines, tmp_path: Path
) -> None:
    for look in (engines.look_at_read, engines.look_at_write):
        for _ in range(2):
            with look.connect() as first, look.connect() as second:
                assert first.connection.driver_connection is not second.connection.driver_connection
                for connection in (first, second):
                    refuse(connection, "CREATE TABLE planted (x)", tmp_path)
                    refuse(connection, STATEMENTS["ATTACH"], tmp_path)
            look.dispose()


def test_nor_in_threads(engines: Engines, tmp_path: Path) -> None:
    before = contents(engines.read)

    async def write(statement: str) -> list[object]:
        look = Reader(engines.look_at_read)
        planted = text(statement.format(folder=tmp_path))
        return await look.all(dict, planted, {})  # type: ignore[arg-type]  # no select

    async def write_all() -> list[object]:
        tries = (write(statement) for statement in STATEMENTS.values())
        return await asyncio.gather(*tries, return_exceptions=True)

    for _ in range(3):
        assert {isinstance(each, DatabaseError) for each in asyncio.run(write_all())} == {True}

    assert contents(engines.read) == before
    assert not list(tmp_path.glob("planted*"))


@in_a_loop
async def test_many_look_at_once_without_taking_each_others_connection(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        await service.bus.execute(Open(owner="Ann"))
        fetch = service.write_store.fetch
        for _ in range(20):
            found = await asyncio.gather(*(fetch(ALL, {}) for _ in range(64)))
            assert all([tuple(row) for row in rows] == [("Ann", 0)] for rows in found)


def test_looking_makes_no_file(tmp_path: Path) -> None:
    look = reader(f"sqlite:///{tmp_path}/x.db")

    with pytest.raises(StoreUnavailable, match="is out of reach: unable to open"):
        look.connect()

    assert not list(tmp_path.iterdir())


@in_a_loop
async def test_how_far_projections_are_is_seen_while_another_process_writes(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path, timing=IMPATIENT) as service:
        with service.engines.read.begin():
            status = await service.status()

    assert [lag.projection for lag in status.projections] == ["balances_v1"]


def test_who_looks_does_not_wait_for_who_writes(engines: Engines) -> None:
    with engines.read.begin() as connection:
        connection.execute(text("UPDATE checkpoints SET failure = 'not yet'"))
        with engines.look_at_read.connect() as look:
            assert look.execute(text("SELECT failure FROM checkpoints")).scalar() is None


def test_who_writes_does_not_wait_for_who_looks(engines: Engines) -> None:
    with engines.look_at_read.connect() as look:
        under_way = look.connection.cursor()
        under_way.execute("SELECT projection FROM checkpoints UNION ALL SELECT 'x'")
        under_way.fetchone()
        with engines.read.begin() as connection:
            connection.execute(text("UPDATE checkpoints SET failure = 'now'"))
        under_way.close()
