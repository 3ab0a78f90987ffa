"""How long a handler may take, and how what it has begun in a store is called off."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Coroutine
from contextvars import ContextVar
from threading import Lock
from typing import Any, TypeVar

from .errors import TimedOut, as_exception

T = TypeVar("T")

AGAIN_SECONDS = 0.05
"""An interruption counts only for what runs at that moment: it is repeated until all has ended."""


class Lookups:
    """The connections on which the threads of one handler are reading."""

    __slots__ = ("_called_off", "_lock", "_open")

    def __init__(self) -> None:
        self._open: set[sqlite3.Connection] = set()
        self._lock = Lock()
        self._called_off = False

    def enter(self, connection: sqlite3.Connection) -> None:
        """Note a connection; nothing more is read once the handler has been called off."""
        with self._lock:
            if self._called_off:
                raise TimedOut("Its handler has been called off")
            self._open.add(connection)

    def leave(self, connection: sqlite3.Connection) -> None:
        """Forget a connection that is given back: its next reader is another's."""
        with self._lock:
            self._open.discard(connection)

    def call_off(self) -> None:
        """Interrupt what is being read, and let nothing more begin."""
        with self._lock:
            self._called_off = True
            for connection in self._open:
                connection.interrupt()
            if self._open:
                asyncio.get_running_loop().call_later(AGAIN_SECONDS, self.call_off)


current: ContextVar[Lookups | None] = ContextVar("lookups", default=None)
"""Those of the handler that runs: threads that it starts have them too."""


class TimeLimit:
    """How long the handler of a message may take, in all, from now on."""

    __slots__ = ("_deadline", "_message", "_seconds")

    def __init__(self, message: str, seconds: float) -> None:
        self._message = message
        self._seconds = seconds
        self._deadline = asyncio.get_running_loop().time() + seconds

    async def run(self, handling: Coroutine[Any, Any, T]) -> T:
        """Await a handler; raise TimedOut, and interrupt what it reads, if it takes too long."""
        lookups = Lookups()
        token = current.set(lookups)
        limit = asyncio.timeout_at(self._deadline)
        try:
            async with limit:
                result = await handling
        except BaseException as error:
            lookups.call_off()
            if limit.expired():
                raise self._timed_out() from error
            if isinstance(error, SystemExit):  # it would end the process, or its event loop
                raise as_exception(error) from error
            raise
        finally:
            current.reset(token)
        # A handler that blocks the event loop cannot be cancelled, but its time is up all the same.
        if limit.expired() or asyncio.get_running_loop().time() > self._deadline:
            raise self._timed_out()
        return result

    def _timed_out(self) -> TimedOut:
        return TimedOut(f"`{self._message}` took longer than its limit of {self._seconds:g} s")
