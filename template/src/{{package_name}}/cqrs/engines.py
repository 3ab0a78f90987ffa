"""The four ways into the two stores: to change each, and only to look at each."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from . import sqlite
from .settings import Settings
from .timing import TIMING, Timing


@dataclass(frozen=True, slots=True)
class Engines:
    """What the stores are reached by; nothing that only looks can write."""

    write: Engine
    look_at_write: Engine
    read: Engine
    look_at_read: Engine

    @classmethod
    def open(cls, settings: Settings, timing: Timing = TIMING) -> Engines:
        """Open both stores."""
        write, look_at_write = sqlite.open_store(settings.write_url, timing)
        read, look_at_read = sqlite.open_store(settings.read_url, timing)
        return cls(write, look_at_write, read, look_at_read)

    def require_files(self) -> None:
        """Raise StoreUnavailable if the read store's files are not those that were opened."""
        with self.read.connect() as connection:
            sqlite.files_of(connection).require_all()

    def dispose(self) -> None:
        """Close every connection; the writers' last, for they tidy up behind them."""
        for engine in (self.look_at_write, self.look_at_read, self.write, self.read):
            # What a thread still uses comes back to a pool that is thrown away.
            event.listen(engine.pool, "checkin", _close)
            engine.dispose()


def _close(_connection: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
    entry.close()
