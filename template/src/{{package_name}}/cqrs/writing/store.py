"""The write store: one lane that commits whatever has queued up in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Engine, Row, Select

from ..codec import Codec
from ..errors import StoreUnavailable
from ..journal import JOURNAL, Origin
from ..journal_names import keep_names, unreadable
from ..messages import Ack, Event, Position
from .commit import Outcome, Submission, as_conflict, commit
from .declared import prepare_declared
from .receipts import FORGET, KEPT, RECALL, RECEIPTS, Receipt, recall
from .unit_of_work import Effects, Parameters, tables

MOST_AT_ONCE = 256
"""How many commands share a transaction at most, so that none waits for too many others."""


class Waiting(NamedTuple):
    """A submission, and the future that its command awaits."""

    submission: Submission
    answer: asyncio.Future[Position | None]


Settled: TypeAlias = list[tuple[Waiting, Outcome]]


class WriteStore:
    """Apply what commands decided: from the event loop one hop, from there on one thread.

    `on_commit` is called in the event loop after each transaction that recorded events.
    """

    def __init__(
        self, writer: Engine, reader: Engine, codec: Codec, on_commit: Callable[[], None]
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._codec = codec
        self._on_commit = on_commit
        self._queue: SimpleQueue[Waiting | None] = SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._lane = Thread(target=self._work, name="write lane", daemon=True)
        self._open = False

    def prepare(self, events: Iterable[type[Event]]) -> list[str]:
        """Make the tables that are missing; describe what in the store no longer fits."""
        with self._writer.begin() as connection:
            JOURNAL.metadata.create_all(connection)
            RECEIPTS.metadata.create_all(connection)
            keep_names(connection)
            return [*prepare_declared(connection, tables), *unreadable(connection, events)]

    def start(self) -> None:
        """Begin to commit."""
        # One for all: to take it out of the pool costs half as much as a transaction.
        self._connection = self._writer.connect()
        self._open = True
        self._lane.start()

    async def apply(
        self, effects: Effects, origin: Origin, receipt: Receipt | None = None
    ) -> Position | None:
        """Apply all of it or nothing; give the position of its last event, None without one."""
        if not (effects.executions or effects.events or receipt):
            return None
        events = tuple(map(self._codec.encode, effects.events))
        if not self._open:
            raise StoreUnavailable("The service is stopping and takes no more commands")
        answer: asyncio.Future[Position | None] = self._loop.create_future()
        submission = Submission(effects.executions, events, origin, receipt)
        self._queue.put(Waiting(submission, answer))
        return await answer

    async def fetch(self, select: Select[Any], parameters: Parameters) -> Sequence[Row[Any]]:
        """Read, on a connection that cannot write."""
        return await asyncio.to_thread(self._fetch, select, parameters)

    async def recall(self, receipt: Receipt) -> Ack | None:
        """Give the ack that a key gave before; KeyReused if that was another command."""
        rows = await self.fetch(RECALL, recall(receipt.key))
        return receipt.ack(rows[0]) if rows else None

    def prune(self) -> int:
        """Forget the keys that have been kept long enough; tell how many."""
        with self._writer.begin() as connection:
            return connection.execute(FORGET, {"until": datetime.now(UTC) - KEPT}).rowcount

    async def close(self) -> None:
        """Finish what has queued up, then stop."""
        self._open = False
        self._queue.put(None)
        await asyncio.to_thread(self._lane.join)

    def _fetch(self, select: Select[Any], parameters: Parameters) -> Sequence[Row[Any]]:
        with self._reader.connect() as connection:
            return connection.execute(select, parameters).all()

    def _work(self) -> None:
        batch: list[Waiting] = []
        try:
            while batch := self._next_batch():
                outcomes = self._outcomes([waiting.submission for waiting in batch])
                settled = list(zip(batch, outcomes, strict=True))
                self._loop.call_soon_threadsafe(self._settle, settled)
        finally:
            self._loop.call_soon_threadsafe(self._give_up, batch)
            self._connection.close()

    def _next_batch(self) -> list[Waiting]:
        first = self._queue.get()
        batch = [] if first is None else [first]
        while batch and len(batch) < MOST_AT_ONCE:
            try:
                waiting = self._queue.get_nowait()
            except Empty:
                break
            if waiting is None:
                self._queue.put(None)
                break
            batch.append(waiting)
        return batch

    def _outcomes(self, submissions: Sequence[Submission]) -> list[Outcome]:
        try:
            return self._commit(submissions)
        except StoreUnavailable as error:
            told = f"Nothing was written: {error}"
            return [Outcome(error=StoreUnavailable(told)) for _ in submissions]
        except Exception as error:  # noqa: BLE001  the lane outlives whatever it is
            if len(submissions) == 1:
                return [Outcome(error=as_conflict(error))]
        # One of them has undone them all: each for itself, then.
        return [outcome for each in submissions for outcome in self._outcomes([each])]

    def _commit(self, submissions: Sequence[Submission]) -> list[Outcome]:
        try:
            return commit(self._connection, submissions)
        except Exception:
            # The pool undoes what a COMMIT that failed has left open.
            self._connection.close()
            self._connection = self._writer.connect()
            raise

    def _settle(self, settled: Settled) -> None:
        for waiting, outcome in settled:
            if waiting.answer.done():
                continue  # its caller has gone
            if outcome.error is None:
                waiting.answer.set_result(outcome.position)
            else:
                waiting.answer.set_exception(outcome.error)
        if any(outcome.position for _, outcome in settled):
            self._on_commit()

    def _give_up(self, batch: list[Waiting]) -> None:
        """Leave nobody waiting, if the lane has ended before its time."""
        self._open = False
        while not self._queue.empty():
            if (waiting := self._queue.get()) is not None:
                batch.append(waiting)
        crashed = StoreUnavailable(
            "The write lane has crashed; whether this was written is unknown"
        )
        self._settle([(waiting, Outcome(error=crashed)) for waiting in batch])
