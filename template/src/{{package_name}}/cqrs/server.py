"""The server: answers requests until it is stopped, and those in flight within their grace."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from .in_flight import InFlight

FLUSH_SECONDS = 0.1
"""How long the answers to requests that are cut off may take to get out."""


class Server(uvicorn.Server):
    """Serves until it is stopped; signals are left to whoever runs it."""

    def __init__(self, config: uvicorn.Config, in_flight: InFlight, grace: float) -> None:
        super().__init__(config)
        self._in_flight = in_flight
        self._grace = grace

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield

    def stop(self) -> None:
        """Take no more requests, and cut off those that are not finished within the grace."""
        self.should_exit = True
        self._cutting_off = asyncio.create_task(self._cut_off())

    async def _cut_off(self) -> None:
        await asyncio.sleep(self._grace)
        answering = asyncio.create_task(self._in_flight.cut_off())
        await asyncio.wait({answering}, timeout=FLUSH_SECONDS)
        await asyncio.sleep(FLUSH_SECONDS)
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        self.force_exit = True
