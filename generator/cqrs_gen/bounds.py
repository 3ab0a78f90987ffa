"""Bounds for what a template may take: time, memory, and what it makes."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Never

SECONDS = 10.0
MEMORY = 512 * 1024 * 1024
LONGEST = 4 * 1024 * 1024
"""As many letters as one template makes at most."""


@contextmanager
def bounded_time(seconds: float = SECONDS) -> Iterator[None]:
    """Raise TimeoutError inside after so many seconds, where the system can interrupt us."""
    if not hasattr(signal, "setitimer") or threading.current_thread() != threading.main_thread():
        yield
        return

    def end(*_: object) -> Never:
        raise TimeoutError(f"it takes longer than {seconds:.0f} seconds")

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def bounded_memory(size: int = MEMORY) -> Iterator[None]:
    """Raise MemoryError inside once so many bytes more are taken, where the system can tell."""
    if sys.platform != "linux":
        yield
        return
    import resource  # noqa: PLC0415  not every system has it

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    now = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    wanted = now * resource.getpagesize() + size
    if soft != resource.RLIM_INFINITY:
        wanted = min(wanted, soft)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def joined(parts: Iterable[str], longest: int = LONGEST) -> str:
    """Join what a template makes; raises OverflowError once that is too much."""
    found: list[str] = []
    left = longest
    for part in parts:
        left -= len(part)
        if left < 0:
            raise OverflowError(f"it makes more than {longest} letters")
        found.append(part)
    return "".join(found)
