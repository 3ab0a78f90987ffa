"""The same work as a generated project's stores do, in other hands."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore
from shop.cqrs.journal import JOURNAL
from sqlalchemy import Engine, Select, create_engine, event, insert
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from sqlalchemy.engine.interfaces import DBAPIConnection

APPEND = insert(JOURNAL)
NEXT = "SELECT row, body FROM journal WHERE row > ? ORDER BY row LIMIT 1000"
UPSERT = "INSERT INTO stats VALUES (?, 0, NULL) ON CONFLICT DO NOTHING"
BODY = f'{{"user_id":"{uuid4()}","email":"ann@example.org","name":"Ann"}}'


class AsyncCore:
    """A row of the journal a transaction, by SQLAlchemy's async Core on aiosqlite.

    One connection for all callers: more of them only wait for SQLite's lock, and sleep too long.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @classmethod
    @asynccontextmanager
    async def on(cls, file: Path) -> AsyncIterator[AsyncCore]:
        """Make the table in a file, in WAL mode and with synchronous NORMAL."""
        one = {"pool_size": 1, "max_overflow": 0}
        engine = create_async_engine(f"sqlite+aiosqlite:///{file}", **one)
        event.listen(engine.sync_engine, "connect", _as_the_write_store_does)
        async with engine.begin() as connection:
            await connection.run_sync(JOURNAL.metadata.create_all)
        yield cls(engine)
        await engine.dispose()

    async def append(self) -> None:
        """Insert a row; SQLite numbers it."""
        async with self._engine.begin() as connection:
            await connection.execute(APPEND, _row())


class Recorder:
    """An event a call, by the eventsourcing library's recorder, on one connection."""

    def __init__(self, file: Path, *, synchronous: str) -> None:
        store = SQLiteDatastore(str(file), pool_size=1, max_overflow=0)
        self._recorder = SQLiteApplicationRecorder(store)
        self._recorder.create_table()
        with store.get_connection(commit=False) as connection:  # the pool keeps it
            connection.cursor().execute(f"PRAGMA synchronous = {synchronous}")

    def append(self) -> None:
        """Insert an event of a new aggregate."""
        stored = StoredEvent(
            originator_id=uuid4(), originator_version=1, topic="UserCreated", state=BODY.encode()
        )
        self._recorder.insert_events([stored])


class ByHand:
    """A projection without any framework: sqlite3 and json, batches of a thousand, a checkpoint."""

    def __init__(self, journal: Path, file: Path) -> None:
        self._journal = sqlite3.connect(journal)
        self._read = sqlite3.connect(file, isolation_level=None)
        self._read.execute("PRAGMA journal_mode = WAL")
        self._read.execute("PRAGMA synchronous = NORMAL")
        self.start_anew()

    def start_anew(self) -> None:
        """Empty the read model."""
        self._read.executescript(
            """DROP TABLE IF EXISTS stats; DROP TABLE IF EXISTS checkpoint;
            CREATE TABLE stats (user_id CHAR(32) PRIMARY KEY, login_count BIGINT, last_seen TEXT);
            CREATE TABLE checkpoint (row BIGINT); INSERT INTO checkpoint VALUES (0)"""
        )

    def catch_up(self) -> None:
        """Project all that the journal holds."""
        seen = 0
        while rows := self._journal.execute(NEXT, (seen,)).fetchall():
            changes = [(UUID(json.loads(body)["user_id"]).hex,) for _, body in rows]
            seen = rows[-1][0]
            self._read.execute("BEGIN IMMEDIATE")
            self._read.executemany(UPSERT, changes)
            self._read.execute("UPDATE checkpoint SET row = ?", (seen,))
            self._read.execute("COMMIT")

    def close(self) -> None:
        """Close both files."""
        self._journal.close()
        self._read.close()


class SyncCore:
    """A select by SQLAlchemy's synchronous Core in a thread."""

    def __init__(self, file: Path) -> None:
        self._engine: Engine = create_engine(f"sqlite:///{file}")

    async def first(self, select: Select[Any], parameters: Mapping[str, object]) -> object:
        """Give the first row."""
        return await asyncio.to_thread(self._first, select, parameters)

    def _first(self, select: Select[Any], parameters: Mapping[str, object]) -> object:
        with self._engine.connect() as connection:
            return connection.execute(select, parameters).first()


def _row() -> dict[str, object]:
    caused_by: UUID = uuid4()
    return {
        "event_id": uuid4(),
        "name": "UserCreated",
        "version": 1,
        "body": BODY,
        "recorded_at": datetime.now(UTC),
        "correlation_id": caused_by,
        "causation_id": caused_by,
    }


def _as_the_write_store_does(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.close()
