"""The read store: rows and checkpoint change in one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from uuid import uuid4

from sqlalchemy import Connection, Engine, MetaData, Table, delete, insert, select

from ..messages import BEGINNING, Position
from ..timing import TIMING, Timing
from .changes import Change
from .checkpoints import (
    CHECKPOINTS,
    DEAD_LETTERS,
    FURTHEST,
    HALT,
    MOVE,
    READ_ALL,
    READ_NAMED,
    RELEASE,
    RESUME,
    Checkpoint,
    Lease,
    at,
    move,
    new,
    prepare,
)
from .projection import Projection
from .tables import forget, prepare_read_models


class ReadStore:
    """Keep the read models and the checkpoints of their projections.

    Each store that is opened is a projector of its own: a projection belongs to one at a time.
    `clock` returns the time in seconds that leases go by.
    """

    def __init__(
        self,
        writer: Engine,
        reader: Engine,
        clock: Callable[[], float] = time.time,
        timing: Timing = TIMING,
    ) -> None:
        self.holder = str(uuid4())
        self.clock = clock
        self._timing = timing
        self._writer = writer
        self._reader = reader

    def prepare(self, projections: Sequence[Projection]) -> list[str]:
        """Make the tables that are missing; describe those that no longer fit their read models.

        A new projection begins at the beginning, and so does one whose table was missing.
        """
        with self._writer.begin() as connection:
            prepare(connection)
            made, faults = prepare_read_models(connection, [p.read_model for p in projections])
            known = set(connection.scalars(select(CHECKPOINTS.c.projection)))
            names = [each.name() for each in projections]
            for name in made & known:
                _forget(connection, name)
            if fresh := [new(name) for name in names if name in made or name not in known]:
                connection.execute(insert(CHECKPOINTS), fresh)
        return faults

    def checkpoints(self, projections: Sequence[str] | None = None) -> dict[str, Checkpoint]:
        """Return the checkpoints of these projections, or of all, by name."""
        with self._reader.connect() as connection:
            if projections is None:
                rows = connection.execute(READ_ALL).all()
            else:
                rows = connection.execute(READ_NAMED, {"named": projections}).all()
        return {row[0]: Checkpoint.of(row) for row in rows}

    def furthest(self) -> Position:
        """Return the position of the checkpoint that is furthest ahead."""
        with self._reader.connect() as connection:
            row = connection.execute(FURTHEST).first()
        return BEGINNING if row is None else Position(*row)

    def checkpoint(self, projection: str) -> Checkpoint:
        """Return the checkpoint of one projection."""
        return self.checkpoints([projection])[projection]

    def is_free(self, checkpoint: Checkpoint) -> bool:
        """Return whether no other projector holds the projection."""
        return checkpoint.is_free(self._lease())

    def advance(
        self, projection: str, seen: Position, reached: Position, changes: Sequence[Change]
    ) -> bool:
        """Apply changes and move the checkpoint, both or neither.

        Only from `seen`, and only while no other projector has the projection: else nothing is
        applied, and False comes back. So what is delivered twice has its effect once.
        """
        return self.advance_together([projection], seen, reached, changes)

    def advance_together(
        self,
        projections: Sequence[str],
        seen: Position,
        reached: Position,
        changes: Sequence[Change],
    ) -> bool:
        """Apply the changes of several projections and move all their checkpoints, or nothing."""
        parameters = move(projections, seen, reached, self._lease())
        with self._writer.connect() as connection, connection.begin() as transaction:
            if connection.execute(MOVE, parameters).rowcount != len(projections):
                transaction.rollback()
                return False
            _apply(connection, changes)
            return True

    def halt(self, projection: str, seen: Position, failure: str) -> None:
        """Note why a projection has stopped at `seen`, and leave it to whoever tries again."""
        parameters = at([projection], seen, self._lease())
        with self._writer.begin() as connection:
            connection.execute(HALT, {**parameters, "why": failure})

    def resume(self) -> None:
        """Let the projections that have halted try again."""
        with self._writer.begin() as connection:
            connection.execute(RESUME)

    def skip(self, projection: str, seen: Position, past: Position, failure: str) -> bool:
        """Leave out the event at `past`, which follows `seen`, and keep a record that it was."""
        parameters = move([projection], seen, past, self._lease())
        letter = {"projection": projection, **past._asdict(), "failure": failure}
        with self._writer.begin() as connection:
            if connection.execute(MOVE, parameters).rowcount != 1:
                return False
            connection.execute(insert(DEAD_LETTERS), letter)
            return True

    def rebuild(self, projection: Projection) -> None:
        """Empty a read model and put its projection back to the beginning."""
        with self._writer.begin() as connection:
            connection.execute(delete(projection.read_model.table))
            _forget(connection, projection.name())
            connection.execute(insert(CHECKPOINTS).values(new(projection.name())))

    def prune(self, projections: Iterable[Projection]) -> tuple[str, ...]:
        """Drop the tables of read models in versions older than those of these projections."""
        newest = {each.read_model.name: each.read_model.version for each in projections}
        old = [name for name in self.checkpoints() if _is_older(name, newest)]
        with self._writer.begin() as connection:
            for name in old:
                Table(name, MetaData()).drop(connection, checkfirst=True)
                forget(connection, name)
                _forget(connection, name)
        return tuple(old)

    def release(self) -> None:
        """Leave the projections to another projector at once."""
        with self._writer.begin() as connection:
            connection.execute(RELEASE, {"mine": self.holder})

    def _lease(self) -> Lease:
        now = self.clock()
        return Lease(self.holder, now, now + self._timing.lease)


def _apply(connection: Connection, changes: Sequence[Change]) -> None:
    # A run of one statement goes out as one executemany.
    statements = [change.statement for change in changes]
    for _, run in groupby(zip(statements, changes, strict=True), key=lambda pair: id(pair[0])):
        batch = list(run)
        connection.execute(batch[0][0], [change.parameters for _, change in batch])


def _forget(connection: Connection, projection: str) -> None:
    for table in (CHECKPOINTS, DEAD_LETTERS):
        connection.execute(delete(table).where(table.c.projection == projection))


def _is_older(table: str, newest: Mapping[str, int]) -> bool:
    name, _, version = table.rpartition("_v")
    return name in newest and version.isdecimal() and int(version) < newest[name]
