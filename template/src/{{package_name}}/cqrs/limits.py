"""How long a handler may take, and how what it has begun in a store is called off."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Coroutine
from contextvars import ContextVar
from threading import Lock
from typing import Any, ClassVar, TypeVar

from .errors import TimedOut, as_exception

T = TypeVar("T")

AGAIN_SECONDS = 0.05
"""An interruption counts only for what runs at that moment: it is repeated until all has ended."""


class TimeLimit:
    """How long the handler of a message may take, in all, from now on."""

    __slots__ = ("_called_off", "_deadline", "_loop", "_message", "_reading", "_seconds")
    _lock: ClassVar[Lock] = Lock()

    def __init__(self, message: type, seconds: float) -> None:
        self._message = message
        self._seconds = seconds
        self._loop = asyncio.get_running_loop()
        self._deadline = self._loop.time() + seconds
        self._reading: list[sqlite3.Connection] = []
        self._called_off = False

    async def run(self, handling: Coroutine[Any, Any, T]) -> T:
        """Await a handler; raise TimedOut, and interrupt what it reads, if it takes too long."""
        token = current.set(self)
        limit = asyncio.timeout_at(self._deadline)
        try:
            async with limit:
                result = await handling
        except BaseException as error:
            self._call_off()
            if limit.expired():
                raise self._timed_out() from error
            if isinstance(error, SystemExit):  # it would end the process, or its event loop
                raise as_exception(error) from error
            raise
        finally:
            current.reset(token)
        # A handler that blocks the event loop cannot be cancelled, but its time is up all the same.
        if self._loop.time() > self._deadline:
            raise self._timed_out()
        return result

    def enter(self, connection: sqlite3.Connection) -> None:
        """Note that a thread of the handler reads; none begins once the handler is called off."""
        with self._lock:
            if self._called_off:
                raise self._timed_out()
            self._reading.append(connection)

    def leave(self, connection: sqlite3.Connection) -> None:
        """Forget a connection that is given back: its next reader is another's."""
        with self._lock:
            if connection in self._reading:
                self._reading.remove(connection)

    def _call_off(self) -> None:
        with self._lock:
            self._called_off = True
            for connection in self._reading:
                connection.interrupt()
            if self._reading:
                self._loop.call_later(AGAIN_SECONDS, self._call_off)

    def _timed_out(self) -> TimedOut:
        return TimedOut(
            f"`{self._message.__name__}` took longer than its limit of {self._seconds:g} s"
        )


current: ContextVar[TimeLimit | None] = ContextVar("limit", default=None)
"""The limit of the handler that runs: threads that it starts have it too."""
