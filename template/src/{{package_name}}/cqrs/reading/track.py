"""One projection on its way through the journal."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence

from ..codec import name_of
from ..journal import Entry, Journal
from ..messages import Position
from ..observing import batch_observer
from .changes import Change
from .checkpoints import Checkpoint
from .projection import Projection
from .store import ReadStore

BATCH = 1000
"""How many events go into one transaction of the read store at most."""

UNKNOWN = ""
"""Stands for names that no class reads: a later release may listen to them, so nobody passes."""

log = logging.getLogger(__name__)


class Track:
    """Know what one projection makes of events, and what to do where it fails.

    `retries` are the seconds before each new try; after the last one the projection halts.
    """

    def __init__(
        self,
        projection: Projection,
        journal: Journal,
        store: ReadStore,
        retries: Sequence[float],
    ) -> None:
        self.name = projection.name()
        self.batch = BATCH
        heard = (name_of(event_type) for event_type, _ in projection.methods())
        self._event_names = {UNKNOWN, *heard}
        self._changes_of = projection.changes()
        self._journal = journal
        self._store = store
        self._retries = retries
        self._failures = 0
        self._resume_at = 0.0
        self._observe = batch_observer()

    @property
    def retrying(self) -> bool:
        """Whether an event has failed and will be tried again."""
        return self._failures > 0

    def is_due(self, checkpoint: Checkpoint) -> bool:
        """Return whether the projection may go on from its checkpoint now."""
        if time.monotonic() < self._resume_at:
            return False
        if checkpoint.failure or not self._store.is_free(checkpoint):
            self._failures = 0  # it is another's to try again
            return False
        return True

    def changes(self, entries: Mapping[str, Sequence[Entry]]) -> list[Change]:
        """Return what it makes of entries, which come by name; of others it decodes nothing."""
        heard = [entry for name in self._event_names for entry in entries.get(name, ())]
        heard.sort(key=lambda entry: entry.position)
        return [change for entry in heard for change in self._changes_of(entry.decode())]

    def moved(self, events: int) -> None:
        """Note that the projection has got on, past so many events."""
        self._observe(self.name, events)
        self._failures = 0
        self.batch = min(BATCH, self.batch * 2)

    def fail(self, seen: Position, error: Exception) -> None:
        """Try again in smaller steps and ever later; halt when that has not helped."""
        if self.batch > 1:
            self.batch = 1  # what comes before the event that fails goes through
        elif self._failures < len(self._retries):
            log.warning("%s failed and tries again: %r", self.name, error)
            self._resume_at = time.monotonic() + self._retries[self._failures]
            self._failures += 1
        else:
            log.error("%s has halted: %r", self.name, error)
            self._failures = 0
            self._store.halt(self.name, seen, _reason(error))

    def skip(self, position: Position) -> bool:
        """Leave out the event at a position, if that is where the projection has halted."""
        checkpoint = self._store.checkpoint(self.name)
        if checkpoint.failure is None or self._journal.after(checkpoint.position) != position:
            return False
        return self._store.skip(self.name, checkpoint.position, position, checkpoint.failure)


def _reason(error: Exception) -> str:
    # A failure may quote anything, also what no store can keep as text.
    return f"{type(error).__name__}: {error}".encode(errors="backslashreplace").decode()
