"""The write store: one lane that commits whatever has queued up in one transaction."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Connection, Engine, Row, Select

from ..codec import Codec
from ..errors import StoreUnavailable, as_exception
from ..journal import JOURNAL, Origin
from ..journal_names import keep_names, unreadable
from ..messages import Ack, Event, Position
from ..sqlite import checkpoint, files_of
from ..store_file import FileReplaced, LogReplaced, StoreReplaced
from ..threads import LOOKING
from ..timing import TIMING, Timing
from .commit import Outcome, Submission, as_conflict, commit
from .declared import prepare_declared
from .heartbeat import HEARTBEATS, Heartbeat
from .receipts import FORGET, KEPT, RECALL, RECEIPTS, Receipt, recall
from .store_check import StoreCheck
from .unit_of_work import Effects, Parameters, tables

log = logging.getLogger(__name__)

MOST_AT_ONCE = 256
"""How many commands share a transaction at most, so that none waits for too many others."""

STOPPING = "The service is stopping and takes no more commands"
RESTARTING = "Nothing was written: the write lane is being restarted"
UNKNOWN = "The write lane did not finish; whether this was written is unknown"


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
        self,
        writer: Engine,
        reader: Engine,
        codec: Codec,
        on_commit: Callable[[], None],
        timing: Timing = TIMING,
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._codec = codec
        self._on_commit = on_commit
        self._timing = timing
        self._queue: SimpleQueue[Waiting | None] = SimpleQueue()
        self._batch: list[Waiting] = []
        self._loop = asyncio.get_running_loop()
        self._connection: Connection | None = None
        self._check = StoreCheck()
        self._replaced: StoreReplaced | None = None
        self._refusal: str | None = STOPPING
        self.heartbeat = Heartbeat(self.apply, timing.beat)

    def prepare(self, events: Iterable[type[Event]]) -> list[str]:
        """Make the tables that are missing; describe what in the store no longer fits."""
        with self._writer.begin() as connection:
            JOURNAL.metadata.create_all(connection)
            RECEIPTS.metadata.create_all(connection)
            HEARTBEATS.metadata.create_all(connection)
            keep_names(connection)
            return [*prepare_declared(connection, tables), *unreadable(connection, events)]

    def start(self) -> None:
        """Take commands; `run` is what commits them."""
        with self._writer.begin() as connection:
            self._check.begin(connection)
        self._connected()
        self._refusal = None

    async def run(self) -> None:
        """Commit what queues up, until `close`; raise what ended the lane before its time."""
        ended = self._loop.create_future()
        Thread(target=self._work, args=(ended,), name="write lane", daemon=True).start()
        if self._refusal is RESTARTING:
            self._refusal = None
        await ended

    async def apply(
        self, effects: Effects, origin: Origin, receipt: Receipt | None = None
    ) -> Position | None:
        """Apply all of it or nothing; give the position of its last event, None without one."""
        if not (effects.executions or effects.events or receipt):
            return None
        events = tuple(map(self._codec.encode, effects.events))
        if self._refusal is not None:
            raise StoreUnavailable(self._refusal)
        answer: asyncio.Future[Position | None] = self._loop.create_future()
        submission = Submission(effects.executions, events, origin, receipt)
        self._queue.put(Waiting(submission, answer))
        return await answer

    async def fetch(self, select: Select[Any], parameters: Parameters) -> Sequence[Row[Any]]:
        """Read, on a connection that cannot write."""
        return await LOOKING.run(self._fetch, select, parameters)

    async def recall(self, receipt: Receipt) -> Ack | None:
        """Give the ack that a key gave before; KeyReused if that was another command."""
        rows = await self.fetch(RECALL, recall(receipt.key))
        return receipt.ack(rows[0]) if rows else None

    def prune(self) -> int:
        """Forget the keys that have been kept long enough; tell how many."""
        with self._writer.begin() as connection:
            return connection.execute(FORGET, {"until": datetime.now(UTC) - KEPT}).rowcount

    def close(self) -> None:
        """Take no more commands; `run` ends when what has queued up is finished."""
        self._refusal = self._refusal or STOPPING
        self._queue.put(None)

    def fail(self, refusal: str) -> None:
        """Take no more commands, and answer those that wait: nothing will commit them."""
        self._refusal = refusal
        self._refuse_queued(f"Nothing was written: {refusal}")

    def abandon(self) -> None:
        """Answer those that wait for a lane that hangs; what it has begun may yet be written."""
        self._refuse(self._batch, UNKNOWN)
        self._refuse_queued(f"Nothing was written: {STOPPING}")

    def _fetch(self, select: Select[Any], parameters: Parameters) -> Sequence[Row[Any]]:
        with self._reader.connect() as connection:
            return connection.execute(select, parameters).all()

    def _work(self, ended: asyncio.Future[None]) -> None:
        failure: BaseException | None = None
        try:
            while batch := self._next_batch():
                outcomes = self._outcomes([waiting.submission for waiting in batch])
                settled = list(zip(batch, outcomes, strict=True))
                self._loop.call_soon_threadsafe(self._settle, settled)
                self._require_in_place()
        except BaseException as error:  # noqa: BLE001  SystemExit would end the lane in silence
            failure = error
        finally:
            self._disconnect()
            with suppress(RuntimeError):  # the loop has gone, and with it whoever waited
                self._loop.call_soon_threadsafe(self._end, ended, failure)

    def _next_batch(self) -> list[Waiting]:
        # Noted as soon as it has left the queue: whatever happens then, nobody is forgotten.
        self._batch = batch = []
        if (first := self._first()) is not None:
            batch.append(first)
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

    def _first(self) -> Waiting | None:
        while True:
            try:
                return self._queue.get(timeout=self._timing.look)
            except Empty:
                self._look()
                self._require_in_place()

    def _outcomes(self, submissions: Sequence[Submission]) -> list[Outcome]:
        try:
            return self._commit(submissions)
        except StoreUnavailable as error:
            self._look()
            return _all_told(f"Nothing was written: {error}", submissions)
        except BaseException as error:  # noqa: BLE001  the lane outlives whatever it is
            if len(submissions) == 1:
                return [Outcome(error=as_conflict(error))]
        # One of them has undone them all: each for itself, then.
        return [outcome for each in submissions for outcome in self._outcomes([each])]

    def _commit(self, submissions: Sequence[Submission]) -> list[Outcome]:
        connection = self._connected()
        self._check.require_file(connection)
        try:
            outcomes = commit(connection, submissions)
        except BaseException:
            # The pool undoes what a COMMIT that failed has left open.
            self._disconnect()
            raise
        self._check.remember(outcomes)
        if lost := self._look():
            return _all_told(f"Whether this was written is unknown: {lost}", submissions)
        return outcomes

    def _look(self) -> StoreUnavailable | None:
        """Return what is wrong with the files, unless all that was committed could be saved."""
        try:
            self._require_files(self._connected())
        except StoreReplaced as error:
            self._replaced = error
            return error
        except StoreUnavailable as error:
            return error
        return None

    def _require_files(self, connection: Connection) -> None:
        try:
            self._check.require_all(connection)
        except LogReplaced as error:
            self._replaced = error
            checkpoint(connection)
        except FileReplaced as error:
            self._replaced = error
            log.error("%s; what was committed is in the file that was there", error)  # noqa: TRY400
            checkpoint(connection)
            files_of(connection).remove_log()
            raise

    def _require_in_place(self) -> None:
        if self._replaced is not None:
            raise self._replaced

    def _connected(self) -> Connection:
        # One for all: to take it out of the pool costs half as much as a transaction.
        if self._connection is None:
            self._connection = self._writer.connect()
        return self._connection

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _settle(self, settled: Settled) -> None:
        for waiting, outcome in settled:
            if waiting.answer.done():
                continue  # its caller has gone
            if outcome.error is None:
                waiting.answer.set_result(outcome.position)
            else:
                waiting.answer.set_exception(outcome.error)
        if any(outcome.position for _, outcome in settled):
            self._tell()

    def _tell(self) -> None:
        try:
            self._on_commit()
        except BaseException:  # it would end the event loop, or go unseen
            log.exception("a commit could not be told")

    def _end(self, ended: asyncio.Future[None], failure: BaseException | None) -> None:
        """Leave nobody waiting, if the lane has ended before its time."""
        if failure is None:
            ended.set_result(None)
            return
        self._refusal = self._refusal or RESTARTING
        self._refuse(self._batch, UNKNOWN)
        self._refuse_queued(RESTARTING)
        ended.set_exception(as_exception(failure))

    def _refuse_queued(self, refusal: str) -> None:
        with suppress(Empty):
            while (waiting := self._queue.get_nowait()) is not None:
                self._refuse([waiting], refusal)
            self._queue.put(None)

    def _refuse(self, refused: Sequence[Waiting], why: str) -> None:
        self._settle([(waiting, Outcome(error=StoreUnavailable(why))) for waiting in refused])


def _all_told(why: str, submissions: Sequence[Submission]) -> list[Outcome]:
    return [Outcome(error=StoreUnavailable(why)) for _ in submissions]
