"""The memory that requests take up together: what they read, and what they have yet to send."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock

from .errors import Overloaded, ResponseTooLarge

SMALL = 64 * 1024
"""How many bytes a request may always hold, however much the others do."""

SCALAR = 16
"""How many bytes a number, or a text besides its characters, is counted as."""

share: ContextVar[Share | None] = ContextVar("share", default=None)
"""What the request that is being answered holds; None outside of requests."""


class Budget:
    """How many bytes all requests under way may hold together."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.held = 0
        self.lock = Lock()  # rows are counted in the thread that reads them

    @contextmanager
    def open_share(self) -> Iterator[Share]:
        """Count what is held until the request has been answered."""
        opened = Share(self)
        token = share.set(opened)
        try:
            yield opened
        finally:
            share.reset(token)
            opened.close()


class Share:
    """What one request holds of the budget."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._held = 0
        self._is_open = True

    def hold(self, size: int) -> None:
        """Count bytes that the request takes up; raise Overloaded if too many are held."""
        budget = self._budget
        with budget.lock:
            if not self._is_open:
                raise Overloaded("The request has ended")
            if self._held + size > budget.size:
                raise ResponseTooLarge("The query reads more than the service may hold")
            if self._held + size > SMALL and budget.held + size > budget.size:
                raise Overloaded("The requests under way hold as much as they may")
            self._held += size
            budget.held += size

    def close(self) -> None:
        """Give back what was held."""
        with self._budget.lock:
            self._is_open = False
            self._budget.held -= self._held


def hold(size: int) -> None:
    """Count bytes of the request that is being answered, if there is one."""
    if (held := share.get()) is not None:
        held.hold(size)


def size_of(value: object) -> int:
    """Estimate what a value from a read model takes up: mostly its text."""
    if isinstance(value, str | bytes):
        return len(value) + SCALAR
    if isinstance(value, Mapping):
        return sum(size_of(key) + size_of(item) for key, item in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return sum(map(size_of, value))
    return SCALAR
