"""How a query waits until the read models behind it have caught up."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from ..errors import StaleRead
from ..messages import BEGINNING, Position
from .store import ReadStore

POLL_SECONDS = 0.05
"""How soon it is noticed that a projector in another process has got on."""


class Freshness:
    """Know how far each projection is, and wait for the slowest of some."""

    def __init__(self, store: ReadStore, patience: float) -> None:
        self._store = store
        self._patience = patience
        self._known: dict[str, Position] = {}
        self._moved = asyncio.Event()

    def moved(self) -> None:
        """Say that a projection has got on: whoever waits looks again."""
        self._moved.set()
        self._moved = asyncio.Event()

    async def wait(self, projections: Sequence[str], position: Position) -> None:
        """Wait until all have passed the position; StaleRead when patience ends."""
        moved = self._moved
        if self._behind(projections, position) is not None:
            await self._look(projections, position)
        try:
            async with asyncio.timeout(self._patience):
                while self._behind(projections, position) is not None:
                    await _within(moved, POLL_SECONDS)
                    moved = self._moved  # before looking: what moves meanwhile is not missed
                    await self._look(projections, position)
        except TimeoutError:
            raise self._stale(projections, position) from None

    async def _look(self, projections: Sequence[str], position: Position) -> None:
        for name, checkpoint in (await asyncio.to_thread(self._store.checkpoints)).items():
            self._known[name] = checkpoint.position
            halted = name in projections and checkpoint.failure is not None
            if halted and checkpoint.position < position:
                raise StaleRead(
                    f"`{name}` has halted at {checkpoint.position}: {checkpoint.failure}"
                )

    def _behind(self, projections: Sequence[str], position: Position) -> str | None:
        late = (name for name in projections if self._known.get(name, BEGINNING) < position)
        return next(late, None)

    def _stale(self, projections: Sequence[str], position: Position) -> StaleRead:
        name = self._behind(projections, position) or ""
        return StaleRead(
            f"`{name}` is at {self._known.get(name, BEGINNING)} and has not reached {position} "
            f"within {self._patience:g} s: is a projector running?"
        )


async def _within(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
