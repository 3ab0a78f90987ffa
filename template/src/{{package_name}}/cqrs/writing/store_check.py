"""Whether what is committed stands in the store that a restart will find."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, select

from ..errors import StoreUnavailable
from ..journal import JOURNAL
from ..sqlite import files_of
from ..store_file import OpenFiles, Stamp, StoreReplaced
from .commit import Outcome

LAST = select(JOURNAL.c.row, JOURNAL.c.event_id).order_by(JOURNAL.c.row.desc()).limit(1)
EVENT_ID = 'SELECT event_id FROM journal WHERE "row" = ?'

SPOILT = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR})
"""What is said of a file that is another store, or none; anything else may pass."""


class StoreCheck:
    """Compares the files that a connection has open with those that its path leads to.

    A file that was copied over is the same file still, and a connection goes on with the pages
    that it has kept. So the last event is looked up afresh whenever the file has been written to.
    """

    def __init__(self) -> None:
        self._stamp: Stamp | None = None
        self._row = 0
        self._event_id: object = None

    def begin(self, connection: Connection) -> None:
        """Take the journal as it is now for what it must go on from."""
        if (last := connection.execute(LAST).one_or_none()) is not None:
            self._row, self._event_id = last

    def remember(self, outcomes: Sequence[Outcome]) -> None:
        """Note the last event of a transaction."""
        for outcome in reversed(outcomes):
            if outcome.position is not None:
                self._row, self._event_id = outcome.position.row, outcome.last_event
                return

    def require_file(self, connection: Connection) -> None:
        """Raise StoreUnavailable if the database file is not the one that was opened."""
        files = files_of(connection)
        self._require_events(files, files.store.require())

    def require_all(self, connection: Connection) -> None:
        """Raise StoreUnavailable if the database file or its log is not the one that was opened."""
        files = files_of(connection)
        self._require_events(files, files.require_all())

    def _require_events(self, files: OpenFiles, stamp: Stamp) -> None:
        if stamp == self._stamp:
            return
        if self._row and self._found(files) != self._event_id:
            raise StoreReplaced(f"`{files.store.path}` no longer holds event {self._row}")
        self._stamp = stamp

    def _found(self, files: OpenFiles) -> UUID | None:
        try:
            with files.afresh() as connection:
                found = connection.execute(EVENT_ID, (self._row,)).fetchone()
        except sqlite3.Error as error:
            if error.sqlite_errorcode & 0xFF in SPOILT:
                return None
            raise StoreUnavailable(f"`{files.store.path}` is out of reach: {error}") from None
        return None if found is None else UUID(found[0])
