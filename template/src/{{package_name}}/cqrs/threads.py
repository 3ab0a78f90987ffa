"""Threads of the framework's own: what handlers run in threads does not hold it up."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import ParamSpec, TypeVar

from .errors import as_exception

P = ParamSpec("P")
T = TypeVar("T")


class Threads:
    """A pool for one kind of work."""

    def __init__(self, name: str, size: int) -> None:
        self._pool = ThreadPoolExecutor(size, name)

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function as `asyncio.to_thread` does, in a thread of this pool."""
        work = partial(function, *args, **kwargs)
        loop, context = asyncio.get_running_loop(), copy_context()
        return await loop.run_in_executor(self._pool, lambda: context.run(_contained, work))


def _contained(work: Callable[[], T]) -> T:
    try:
        return work()
    except BaseException as error:
        contained = as_exception(error)
        if contained is error:
            raise
        raise contained from error


LOOKING = Threads("looking", min(32, (os.cpu_count() or 1) + 4))
"""What queries and decisions read."""

BACKGROUND = Threads("background", 16)
"""What keeps the service going: projecting, and telling how things stand."""
