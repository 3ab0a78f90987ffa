"""One projection on its way through the journal."""

from __future__ import annotations

import logging
import time

from ..errors import StoreUnavailable
from ..journal import Journal
from ..messages import Position
from ..observing import batch_observer
from .projection import Projection
from .store import ReadStore

BATCH = 1000
"""How many events go into one transaction of the read store at most."""

RETRIES = (0.05, 0.2, 1.0)
"""Seconds before each new try of an event that fails; after the last one the projection halts."""

log = logging.getLogger(__name__)


class Track:
    """Project batch after batch; a failure holds up this projection and no other."""

    def __init__(self, projection: Projection, journal: Journal, store: ReadStore) -> None:
        self.name = projection.name()
        self._changes_of = projection.changes()
        self._journal = journal
        self._store = store
        self._batch = BATCH
        self._failures = 0
        self._resume_at = 0.0
        self._observe = batch_observer()

    @property
    def retrying(self) -> bool:
        """Whether an event has failed and will be tried again."""
        return self._failures > 0

    def step(self) -> bool:
        """Project one batch; True if it did, so that there may be more."""
        if time.monotonic() < self._resume_at:
            return False
        try:
            return self._step()
        except Exception as error:  # noqa: BLE001  a store out of reach: no fault of the events'
            log.warning("%s waits for its store: %s", self.name, error)
            self._resume_at = time.monotonic() + RETRIES[-1]
            return False

    def _step(self) -> bool:
        checkpoint = self._store.checkpoint(self.name)
        if checkpoint.failure or not checkpoint.is_free(self._store.holder, time.time()):
            self._failures = 0  # it is another's to try again
            return False
        try:
            return self._project(checkpoint.position)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001  the others go on, whatever it is
            self._fail(checkpoint.position, error)
            return True

    def _project(self, seen: Position) -> bool:
        events = self._journal.read(seen, self._batch)
        if not events:
            return False
        changes = [change for recorded in events for change in self._changes_of(recorded)]
        if self._store.advance(self.name, seen, events[-1].position, changes):
            self._observe(self.name, len(events))
        self._failures = 0
        self._batch = min(BATCH, self._batch * 2)
        return True

    def skip(self, position: Position) -> bool:
        """Leave out the event at a position, if that is where the projection has halted."""
        checkpoint = self._store.checkpoint(self.name)
        if checkpoint.failure is None or self._journal.after(checkpoint.position) != position:
            return False
        return self._store.skip(self.name, checkpoint.position, position, checkpoint.failure)

    def _fail(self, seen: Position, error: Exception) -> None:
        if self._batch > 1:
            self._batch = 1  # what comes before the event that fails goes through
        elif self._failures < len(RETRIES):
            log.warning("%s failed and tries again: %r", self.name, error)
            self._resume_at = time.monotonic() + RETRIES[self._failures]
            self._failures += 1
        else:
            log.error("%s has halted: %r", self.name, error)
            self._failures = 0
            self._store.halt(self.name, seen, f"{type(error).__name__}: {error}")
