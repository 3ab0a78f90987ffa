"""The journal: the ordered, durable log of events on the write side; it is the outbox too."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar
from uuid import UUID, uuid4

from pydantic import TypeAdapter
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    bindparam,
    func,
    insert,
    select,
    type_coerce,
)
from sqlalchemy.types import NullType

from .codec import Codec, Encoded
from .columns import UtcDateTime, in_utc
from .errors import UnknownEvent
from .messages import BEGINNING, Event, Position

E_co = TypeVar("E_co", bound=Event, covariant=True)

JOURNAL = Table(
    "journal",
    MetaData(),
    Column("row", Integer, primary_key=True),
    Column("event_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("correlation_id", Uuid, nullable=False),
    Column("causation_id", Uuid, nullable=False),
)

APPEND = insert(JOURNAL)
HEAD = 'SELECT max("row") FROM journal'
BEHIND = select(func.count()).where(JOURNAL.c.row > bindparam("after"))
SINCE = (
    select(JOURNAL.c.recorded_at)
    .where(JOURNAL.c.row > bindparam("after"))
    .order_by(JOURNAL.c.row)
    .limit(1)
)
NEXT = (
    # As the driver returns them: pydantic reads rows faster than the column types would.
    select(*(type_coerce(column, NullType()) for column in JOURNAL.c))
    .where(JOURNAL.c.row > bindparam("after"))
    .order_by(JOURNAL.c.row)
    .limit(bindparam("limit"))
)

Stored: TypeAlias = tuple[Any, ...]
"""A row as the driver returns it."""
Kept: TypeAlias = tuple[int, UUID, str, int, str, datetime, UUID, UUID]
KEPT: TypeAdapter[Kept] = TypeAdapter(Kept)


class Origin(NamedTuple):
    """What an event came from: the command that caused it, the conversation it belongs to."""

    causation_id: UUID
    correlation_id: UUID


class Recorded(NamedTuple, Generic[E_co]):
    """An event with where and when it was recorded (UTC), and what it came from."""

    event: E_co
    id: UUID
    position: Position
    at: datetime
    origin: Origin


def to_row(encoded: Encoded, position: Position, at: datetime, origin: Origin) -> dict[str, object]:
    """Make the row of the journal that keeps an event."""
    return {
        "row": position.row,
        "event_id": uuid4(),
        "name": encoded.name,
        "version": encoded.version,
        "body": encoded.body,
        "recorded_at": at,
        "correlation_id": origin.correlation_id,
        "causation_id": origin.causation_id,
    }


class Entry:
    """A row of the journal, which only those decode who want its event."""

    __slots__ = ("_decode", "_row", "name", "position")

    def __init__(self, row: Stored, decode: Callable[[Stored], Recorded[Event]]) -> None:
        self.position = Position(BEGINNING.transaction, row[0])
        self.name: str = row[2]
        self._row = row
        self._decode = decode

    def decode(self) -> Recorded[Event]:
        """Return the event, a new one for each who asks; raises UnknownEvent if no class fits."""
        return self._decode(self._row)


class Journal:
    """Read the journal in order, as the events that the service knows."""

    def __init__(self, engine: Engine, codec: Codec) -> None:
        self._engine = engine
        self._codec = codec

    def read(self, after: Position, limit: int) -> list[Recorded[Event]]:
        """Return at most `limit` events after a position; raises UnknownEvent at an unknown one."""
        return [entry.decode() for entry in self.entries(after, limit)]

    def entries(self, after: Position, limit: int) -> list[Entry]:
        """Return at most `limit` rows after a position, whether or not they can be decoded."""
        with self._engine.connect() as connection:
            rows = connection.execute(NEXT, {"after": after.row, "limit": limit}).all()
        return [Entry(tuple(row), self._decode) for row in rows]

    def knows(self, entry: Entry) -> bool:
        """Return whether a class reads events of this name, so that others can pass them over."""
        return self._codec.knows(entry.name)

    def head(self) -> Position:
        """Give the position of the last event."""
        with self._engine.connect() as connection:
            return head(connection)

    def after(self, position: Position) -> Position | None:
        """Give the position of the next event, whatever it holds; None at the head."""
        with self._engine.connect() as connection:
            row = connection.scalar(NEXT, {"after": position.row, "limit": 1})
        return None if row is None else Position(BEGINNING.transaction, row)

    def behind(self, position: Position) -> int:
        """Count the events after a position."""
        with self._engine.connect() as connection:
            return connection.scalar(BEHIND, {"after": position.row}) or 0

    def age(self, position: Position) -> float:
        """Return how many seconds ago the first event after a position was recorded, 0 without one.

        By a clock that was set back since then, it is 0 too.
        """
        with self._engine.connect() as connection:
            recorded_at = connection.scalar(SINCE, {"after": position.row})
        return 0.0 if recorded_at is None else max(0.0, time.time() - recorded_at.timestamp())

    def _decode(self, stored: Stored) -> Recorded[Event]:
        kept = KEPT.validate_python(stored)
        row, event_id, name, version, body, at, correlation_id, causation_id = kept
        position = Position(BEGINNING.transaction, row)
        try:
            event = self._codec.decode(Encoded(name, version, body))
        except UnknownEvent as error:
            raise UnknownEvent(f"Position {position} cannot be read: {error}") from None
        origin = Origin(causation_id, correlation_id)
        return Recorded(event, event_id, position, in_utc(at), origin)


def head(connection: Connection) -> Position:
    """Give the position of the last event, as one transaction sees it."""
    return Position(BEGINNING.transaction, connection.exec_driver_sql(HEAD).scalar() or 0)
