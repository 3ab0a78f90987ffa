"""The projector: brings the read models up to the journal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from ..journal import Journal
from ..messages import Position
from ..threads import BACKGROUND
from .projection import Projection
from .store import ReadStore
from .track import Track

POLL_SECONDS = 0.05
"""How soon events that another process has written are noticed."""


class Projector:
    """Run projections, a batch of each in turn, until none has anything more to read.

    `on_move` is called in the event loop whenever a projection has got on.
    """

    def __init__(
        self,
        projections: Iterable[Projection],
        journal: Journal,
        store: ReadStore,
        on_move: Callable[[], None],
    ) -> None:
        self._tracks = [Track(projection, journal, store) for projection in projections]
        self._on_move = on_move
        self._news = asyncio.Event()
        self._turn = asyncio.Lock()
        self._stopping = False

    async def run(self) -> None:
        """Project until `stop`, woken by `notice` or else by the clock."""
        while not self._stopping:
            self._news.clear()
            await self._advance()
            try:
                await asyncio.wait_for(self._news.wait(), POLL_SECONDS)
            except TimeoutError:
                continue

    async def catch_up(self) -> None:
        """Project what the journal holds now, with all retries: what is then behind has halted."""
        await self._advance()
        while not self._stopping and any(track.retrying for track in self._tracks):
            await asyncio.sleep(POLL_SECONDS)
            await self._advance()

    def skip(self, position: Position) -> list[str]:
        """Leave out the event at a position, for every projection that has halted at it."""
        return [track.name for track in self._tracks if track.skip(position)]

    def notice(self) -> None:
        """Say that the journal has grown."""
        self._news.set()

    def stop(self) -> None:
        """Let `run` end after the batch that it is at."""
        self._stopping = True
        self._news.set()

    async def _advance(self) -> None:
        async with self._turn:
            while not self._stopping and await BACKGROUND.run(self._step_each):
                self._on_move()

    def _step_each(self) -> bool:
        stepped = [track.step() for track in self._tracks]
        return any(stepped)
