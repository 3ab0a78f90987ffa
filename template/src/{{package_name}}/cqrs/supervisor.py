"""The supervisor: keeps the background parts of a service running."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from .store_file import StoreReplaced
from .timing import TIMING, Timing

log = logging.getLogger(__name__)

Part: TypeAlias = Callable[[], Awaitable[None]]
"""Runs until it is told to end; whatever it raises is a failure."""


class Supervisor:
    """Restarts a part that fails, with growing pauses, and gives up on one that keeps failing.

    `on_failure` is called once, with what to tell callers, when a part is given up.
    """

    def __init__(self, on_failure: Callable[[str], None], timing: Timing = TIMING) -> None:
        self._on_failure = on_failure
        self._pauses = timing.restarts
        self._steady = timing.steady
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._down: set[str] = set()
        self._failed = asyncio.get_running_loop().create_future()
        self._stopping = False

    @property
    def down(self) -> tuple[str, ...]:
        """The parts that should run and do not."""
        return tuple(sorted(self._down))

    async def failure(self) -> str:
        """Wait until a part is given up, and return what happened."""
        failure: str = await asyncio.shield(self._failed)
        return failure

    def start(self, name: str, part: Part) -> None:
        """Run a part until it ends as it was told to, or is given up."""
        self._tasks[name] = asyncio.create_task(self._keep_running(name, part), name=name)

    def stop(self) -> tuple[asyncio.Task[None], ...]:
        """Restart nothing from now on; return the tasks of all parts, which end when they do."""
        self._stopping = True
        for name in self._down:
            self._tasks[name].cancel()
        return tuple(self._tasks.values())

    async def _keep_running(self, name: str, part: Part) -> None:
        failures = 0
        while True:
            began = time.monotonic()
            if (error := await _failure_of(part)) is None:
                return
            self._down.add(name)
            failures = 1 if time.monotonic() - began > self._steady else failures + 1
            if self._stopping or isinstance(error, StoreReplaced) or failures > len(self._pauses):
                break
            pause = self._pauses[failures - 1]
            # The traceback once: the same one every few seconds hides what else is in the log.
            traceback = error if failures == 1 else None
            log.error("the %s failed: %r; restart in %g s", name, error, pause, exc_info=traceback)
            await asyncio.sleep(pause)
            self._down.discard(name)
        self._give_up(name, error)

    def _give_up(self, name: str, error: BaseException) -> None:
        failure = f"The {name} has failed for good: {error or type(error).__name__}"
        log.critical("%s", failure, exc_info=error)
        if not (self._stopping or self._failed.done()):
            self._failed.set_result(failure)
            self._on_failure(failure)


async def _failure_of(part: Part) -> BaseException | None:
    try:
        await part()
    except BaseException as error:
        task = asyncio.current_task()
        if isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling():
            raise
        return error
    return None
