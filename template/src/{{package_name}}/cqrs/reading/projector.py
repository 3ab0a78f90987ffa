"""The projector: brings the read models up to the journal."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from ..errors import StoreUnavailable
from ..journal import Entry, Journal
from ..messages import BEGINNING, Position
from ..threads import BACKGROUND
from ..timing import TIMING, Timing
from .changes import Change
from .projection import Projection
from .store import ReadStore
from .track import BATCH, UNKNOWN, Track

MOST_TOGETHER = 500
"""How many checkpoints one statement names at most."""

log = logging.getLogger(__name__)
T = TypeVar("T")


class Move(NamedTuple):
    """A projection with what it has made of a stretch of the journal."""

    track: Track
    changes: Sequence[Change]


class Stretch(NamedTuple):
    """Where some entries of the journal begin and end, and how many they are."""

    seen: Position
    reached: Position
    size: int


class Projector:
    """Run projections, a batch of each in turn, until none has anything more to read.

    Those that have come equally far share the reading of the journal and, where nothing fails,
    the transaction: however many there are, an event costs about the same. `on_move` is called
    in the event loop whenever a projection has got on.
    """

    def __init__(
        self,
        projections: Iterable[Projection],
        journal: Journal,
        store: ReadStore,
        on_move: Callable[[], None],
        timing: Timing = TIMING,
    ) -> None:
        retries = timing.retries
        self._tracks = [Track(projection, journal, store, retries) for projection in projections]
        self._journal = journal
        self._store = store
        self._on_move = on_move
        self._timing = timing
        self._news = asyncio.Event()
        self._turn = asyncio.Lock()
        self._stopping = False
        self._resume_at = 0.0
        self._out_of_reach: Exception | None = None

    async def run(self) -> None:
        """Project until `stop`, woken by `notice` or else by the clock."""
        while not self._stopping:
            self._news.clear()
            await self._advance()
            try:
                await asyncio.wait_for(self._news.wait(), self._timing.poll)
            except TimeoutError:
                continue

    async def catch_up(self, awaited: Sequence[str] = ()) -> None:
        """Project what the journal holds now, with all retries: what is then behind has halted.

        What another projector holds is left to it. Of the projections that are `awaited`, each
        then has got there or has halted, by whichever projector. Raises StoreUnavailable if a
        store is out of reach.
        """
        head = await BACKGROUND.run(self._journal.head) if awaited else BEGINNING
        await self._advance()
        while not self._stopping and await self._is_under_way(awaited, head):
            await asyncio.sleep(self._timing.poll)
            await self._advance()

    async def skip(self, position: Position) -> list[str]:
        """Leave out the event at a position, for every projection that has halted at it."""
        return await _to_its_end(BACKGROUND.run(self._skip, position))

    def notice(self) -> None:
        """Say that the journal has grown."""
        self._news.set()

    def stop(self) -> None:
        """Let `run` end after the batch that it is at."""
        self._stopping = True
        self._news.set()

    async def _advance(self) -> None:
        async with self._turn:
            while not self._stopping and await _to_its_end(BACKGROUND.run(self._step)):
                self._on_move()

    async def _is_under_way(self, awaited: Sequence[str], head: Position) -> bool:
        if self._out_of_reach is not None:
            raise StoreUnavailable(f"The projections wait for their store: {self._out_of_reach}")
        if any(track.retrying for track in self._tracks):
            return True
        if not awaited:
            return False
        checkpoints = await BACKGROUND.run(self._store.checkpoints, awaited)
        return any(each.failure is None and each.position < head for each in checkpoints.values())

    def _skip(self, position: Position) -> list[str]:
        return [track.name for track in self._tracks if track.skip(position)]

    def _step(self) -> bool:
        """Project a batch for each projection that is due; True if there may be more."""
        if time.monotonic() < self._resume_at:
            return False
        try:
            stepped = [
                self._step_together(tracks, seen, limit)
                for (seen, limit), tracks in self._due().items()
            ]
        except Exception as error:  # noqa: BLE001  a store out of reach: no fault of the events'
            log.warning("the projections wait for their store: %s", error)
            self._resume_at = time.monotonic() + self._timing.pause
            self._out_of_reach = error
            return False
        self._out_of_reach = None
        return any(stepped)

    def _due(self) -> Mapping[tuple[Position, int], list[Track]]:
        """Group the projections that may go on by where they are and how far they would go."""
        checkpoints = self._store.checkpoints()
        due: dict[tuple[Position, int], list[Track]] = defaultdict(list)
        for track in self._tracks:
            checkpoint = checkpoints.get(track.name)
            if checkpoint is not None and track.is_due(checkpoint):
                due[checkpoint.position, track.batch].append(track)
        return due

    def _step_together(self, tracks: Sequence[Track], seen: Position, limit: int) -> bool:
        try:
            entries = self._journal.entries(seen, limit)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001  each tries again in smaller steps
            for track in tracks:
                track.fail(seen, error)
            return True
        if not entries:
            return False
        stretch = Stretch(seen, entries[-1].position, len(entries))
        for moves in _portions(self._moves(tracks, seen, entries)):
            self._move(moves, stretch)
        return True

    def _moves(
        self, tracks: Iterable[Track], seen: Position, entries: Iterable[Entry]
    ) -> Iterator[Move]:
        by_name: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            by_name[entry.name if self._journal.knows(entry) else UNKNOWN].append(entry)
        for track in tracks:
            try:
                yield Move(track, track.changes(by_name))
            except Exception as error:  # noqa: BLE001  the others go on, whatever it is
                track.fail(seen, error)

    def _move(self, moves: Sequence[Move], stretch: Stretch) -> None:
        """Move projections in one transaction; where that fails, halve until one stands alone."""
        names = [move.track.name for move in moves]
        changes = [change for move in moves for change in move.changes]
        try:
            moved = self._store.advance_together(names, stretch.seen, stretch.reached, changes)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001  the others go on, whatever it is
            moved = False
            if len(moves) == 1:
                moves[0].track.fail(stretch.seen, error)
        if moved:
            for move in moves:
                move.track.moved(stretch.size)
        elif len(moves) > 1:
            middle = len(moves) // 2
            self._move(moves[:middle], stretch)
            self._move(moves[middle:], stretch)


def _portions(moves: Iterable[Move]) -> Iterator[list[Move]]:
    """Cut moves into what one transaction takes, so that none keeps others waiting for long."""
    portion: list[Move] = []
    size = 0
    for move in moves:
        if portion and (size + len(move.changes) > BATCH or len(portion) == MOST_TOGETHER):
            yield portion
            portion, size = [], 0
        portion.append(move)
        size += len(move.changes)
    if portion:
        yield portion


async def _to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """Await work in a thread; who is cancelled waits for it first, since it cannot be stopped."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
