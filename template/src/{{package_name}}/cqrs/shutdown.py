"""How a process that serves ends: within its grace, whatever hangs."""

from __future__ import annotations

import asyncio
import faulthandler
import logging
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from types import FrameType
from typing import Never

log = logging.getLogger(__name__)

SIGNALS = (signal.SIGTERM, signal.SIGINT)

TIDYING_SECONDS = 1.5
"""What the service may take to stop, after requests have had their grace."""

LAST_WORDS_SECONDS = 0.5
"""How long the last lines may take to get into the log."""


class Shutdown:
    """Ends the process when it is told to, or when the service has failed for good.

    `status` is what the process exits with. It is 1 until everything has been put in order.
    """

    def __init__(self, grace: float) -> None:
        self.status = 1
        self._grace = grace
        self._told: int | None = None
        self._begun = Event()
        self._end_by = 0.0
        self._stop: Callable[[], None] = _do_nothing
        self._release: Callable[[], None] = _do_nothing

    @property
    def is_begun(self) -> bool:
        """Whether the process is to end."""
        return self._begun.is_set()

    @property
    def seconds_left(self) -> float:
        """How long the service may still take to stop."""
        return max(0.0, self._end_by - time.monotonic())

    @contextmanager
    def on_signals(self) -> Iterator[None]:
        """Begin at a signal; at a second one, end at once."""
        Thread(target=self._watch, name="shutdown", daemon=True).start()
        before = {each: signal.signal(each, self._on_signal) for each in SIGNALS}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)

    def call(self, stop: Callable[[], None], release: Callable[[], None]) -> None:
        """Call `stop` in this event loop when it begins, at once if it has begun already.

        If the event loop hangs until its time is up, `release` is called in a thread.
        """
        loop = asyncio.get_running_loop()
        self._stop = lambda: _soon(loop, stop)
        self._release = release
        if self.is_begun:
            stop()

    def begin(self) -> None:
        """Let the process end within its grace."""
        if self.is_begun:
            return
        self._end_by = time.monotonic() + self._grace + TIDYING_SECONDS
        # A thread needs the interpreter's lock, which what hangs may hold: this one needs nothing.
        with suppress(OSError, ValueError):
            seconds = self._grace + TIDYING_SECONDS + LAST_WORDS_SECONDS
            faulthandler.dump_traceback_later(seconds + 0.25, exit=True, file=sys.__stderr__ or 2)
        self._begun.set()
        self._stop()

    def finish(self) -> None:
        """Note that everything has been put in order."""
        self._release = _do_nothing
        self.status = 0 if self._told in {None, signal.SIGTERM} else 128 + self._told

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if self._told is not None:
            _end(128 + number, "told to stop a second time", _do_nothing)
        self._told = number
        self.begin()

    def _watch(self) -> None:
        self._begun.wait()
        time.sleep(self.seconds_left)
        words = f"the process did not end by itself; what still runs:\n{_stacks()}"
        _end(self.status, words, self._release)


def _end(status: int, words: str, release: Callable[[], None]) -> Never:
    # In threads: whoever hangs may hold the log's lock or a store's, or not read what is written.
    last = [Thread(target=release, daemon=True), Thread(target=_say, args=(words,), daemon=True)]
    for each in last:
        each.start()
    for each in last:
        each.join(LAST_WORDS_SECONDS / 2)
    os._exit(status)


def _say(words: str) -> None:
    log.error("%s", words)
    logging.shutdown()


def _stacks() -> str:
    frames = sys._current_frames()  # noqa: SLF001  there is no other way
    waiting = (each for each in threading.enumerate() if not each.daemon and each.ident in frames)
    return "\n".join(
        f"{each.name}:\n{''.join(traceback.format_stack(frames[each.ident or 0]))}"
        for each in waiting
    )


def _soon(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
    with suppress(RuntimeError):  # the loop is closed: it has stopped already
        loop.call_soon_threadsafe(stop)


def _do_nothing() -> None:
    pass
