"""How a query waits until the read models behind it have caught up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple, TypeAlias

from ..errors import CqrsError, InvalidMessage, StaleRead, StoreUnavailable
from ..messages import BEGINNING, Position
from ..threads import BACKGROUND
from ..timing import TIMING, Timing
from .checkpoints import Checkpoint
from .store import ReadStore

ENDLESS = Position(2**63, 2**63)
"""The head of a journal that has every position."""

Names: TypeAlias = tuple[str, ...]
Known: TypeAlias = Mapping[str, Checkpoint]
Generations: TypeAlias = Mapping[str, str]
"""The generation of each projection's checkpoint: another one once it has begun anew."""
Outcome: TypeAlias = asyncio.Future[Generations | CqrsError]


class Standing(NamedTuple):
    """How far some projections have come, as one look at the read store showed it."""

    slowest: str
    reached: Position
    halted: Mapping[str, Checkpoint]
    generations: Generations

    @classmethod
    def of(cls, names: Names, known: Known) -> Standing:
        """Find the slowest of these projections, and those that have halted."""
        positions = {name: known[name].position if name in known else BEFORE for name in names}
        slowest = min(positions, key=positions.__getitem__)
        found = {name: known[name] for name in names if name in known}
        halted = {name: each for name, each in found.items() if each.failure is not None}
        generations = {name: each.generation for name, each in found.items()}
        return cls(slowest, positions[slowest], halted, generations)

    def outcome(self, position: Position, head: Position) -> Generations | CqrsError | None:
        """Return what comes of waiting for a position; None if that is still open."""
        if position <= self.reached:
            return self.generations
        if position > head:
            fault = f"after: {position} is not in the journal, which ends at {head}"
            return InvalidMessage("The query is not right", [fault])
        for name, checkpoint in self.halted.items():
            if checkpoint.position < position:
                told = f"`{name}` has halted at {checkpoint.position}: {checkpoint.failure}"
                return StaleRead(told)
        return None


BEFORE = Position(-1, 0)
"""Where a projection is that has no checkpoint: nowhere yet."""


class Freshness:
    """Know how far each projection is, and let queries wait for the slowest of theirs.

    However many wait, one task looks at the stores for all of them, and only while anybody waits.
    `head` returns where the journal ends: what is asked for beyond it will not come.
    """

    def __init__(
        self,
        store: ReadStore,
        patience: float,
        head: Callable[[], Position] = lambda: ENDLESS,
        timing: Timing = TIMING,
    ) -> None:
        self._store = store
        self._patience = patience
        self._head = head
        self._timing = timing
        self._known: Known = {}
        self._waiting: dict[Names, dict[Outcome, Position]] = {}
        self._wake = asyncio.Event()
        self._next_look = asyncio.Event()
        self._poller: asyncio.Task[None] | None = None

    def moved(self) -> None:
        """Say that a projection has got on: whoever waits is served by another look."""
        self._wake.set()

    def deadline(self) -> float:
        """Return when patience ends that begins now, by the clock of the event loop."""
        return asyncio.get_running_loop().time() + self._patience

    async def wait(
        self, projections: Sequence[str], position: Position, deadline: float | None = None
    ) -> Generations:
        """Wait until all have passed the position, and return the generations that have.

        Raises StaleRead when patience ends or one of them has halted before the position, and
        InvalidMessage if the journal has not assigned it.
        """
        names = tuple(projections)
        standing = Standing.of(names, self._known)
        if position <= standing.reached:
            return standing.generations
        until = self.deadline() if deadline is None else deadline
        outcome = await self._outcome(names, position, until)
        if isinstance(outcome, CqrsError):
            raise outcome
        return outcome

    def forget(self) -> None:
        """Know nothing any more: a read model was seen to have begun anew."""
        self._known = {}

    async def _outcome(
        self, names: Names, position: Position, deadline: float
    ) -> Generations | CqrsError:
        outcome: Outcome = asyncio.get_running_loop().create_future()
        looked = self._join(names, position, outcome)
        try:
            await looked.wait()  # however short patience is, one look is due
            async with asyncio.timeout_at(deadline):
                return await outcome
        except TimeoutError:
            return self._stale(names, position)
        finally:
            self._leave(names, outcome)

    def _join(self, names: Names, position: Position, outcome: Outcome) -> asyncio.Event:
        self._waiting.setdefault(names, {})[outcome] = position
        self._wake.set()
        if self._poller is None or self._poller.done():
            self._poller = asyncio.create_task(self._poll())
        return self._next_look

    def _leave(self, names: Names, outcome: Outcome) -> None:
        del self._waiting[names][outcome]
        if not self._waiting[names]:
            del self._waiting[names]
            self._wake.set()  # the poller ends with the last of them

    async def _poll(self) -> None:
        while self._waiting:
            self._wake.clear()  # before looking: what moves meanwhile is not missed
            looked, self._next_look = self._next_look, asyncio.Event()
            try:
                self._known, head = await BACKGROUND.run(self._look)
            except Exception as error:  # noqa: BLE001  they are told, whatever it is
                self._give_up(error)
            else:
                self._settle(head)
            looked.set()
            await _within(self._wake, self._timing.poll)

    def _look(self) -> tuple[Known, Position]:
        return self._store.checkpoints(), self._head()

    def _settle(self, head: Position) -> None:
        for names, waiting in self._waiting.items():
            standing = Standing.of(names, self._known)
            for outcome, position in waiting.items():
                found = standing.outcome(position, head)
                if found is not None and not outcome.done():
                    outcome.set_result(found)

    def _give_up(self, error: Exception) -> None:
        for outcome in (each for waiting in self._waiting.values() for each in waiting):
            if not outcome.done():
                outcome.set_result(StoreUnavailable(f"Nobody can tell how fresh it is: {error}"))

    def _stale(self, names: Names, position: Position) -> StaleRead:
        standing = Standing.of(names, self._known)
        return StaleRead(
            f"`{standing.slowest}` is at {max(standing.reached, BEGINNING)} and has not reached "
            f"{position} within {self._patience:g} s: is a projector running?"
        )


async def _within(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
