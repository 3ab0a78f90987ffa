"""How often a function is looked into anew: with other arguments it may do other things.

Without a bound, functions that call each other with ever other arguments would never end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from .frames import Frame

MOST = 6
"""So many sets of arguments are told apart; with any further one, only annotations count."""


class Contexts:
    """Keep count of the sets of arguments with which each function was entered."""

    def __init__(self, plain: Callable[[Frame], Frame]) -> None:
        self._plain = plain
        self._seen: dict[tuple[object, ...], set[tuple[object, ...]]] = {}
        self._open: set[tuple[object, ...]] = set()

    def enter(self, frame: Frame) -> Frame | None:
        """Enter a function, if it is not being looked into already; `leave` it afterwards."""
        if frame.identity in self._open:
            return None
        self._open.add(frame.identity)
        return self._known(frame)

    def leave(self, frame: Frame) -> None:
        """Be done with a function."""
        self._open.discard(frame.identity)

    def _known(self, frame: Frame) -> Frame:
        seen = self._seen.setdefault(frame.identity, set())
        if frame.key not in seen and len(seen) >= MOST:
            return self._plain(frame)
        seen.add(frame.key)
        return frame
