"""Threads of the framework's own: what handlers run in threads does not hold it up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Threads:
    """A pool for one kind of work."""

    def __init__(self, name: str, size: int) -> None:
        self._pool = ThreadPoolExecutor(size, name)

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function as `asyncio.to_thread` does, in a thread of this pool."""
        work = partial(copy_context().run, function, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)


LOOKING = Threads("looking", 8)
"""What queries and decisions read."""

BACKGROUND = Threads("background", 16)
"""What keeps the service going: projecting, and telling how things stand."""
