"""The files of a store: whether a path still leads to those that a connection has open."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple, TypeAlias

from .errors import StoreUnavailable
from .timing import TIMING, Timing

Inode: TypeAlias = tuple[int, int]


class StoreReplaced(StoreUnavailable):
    """A store whose files are not those that were opened: what is written to them is lost."""


class FileReplaced(StoreReplaced):
    """A store whose path leads to another file, or to none."""


class LogReplaced(StoreReplaced):
    """A store whose log was removed while the database file is in its place."""


class Stamp(NamedTuple):
    """When a file was last written, and its size."""

    written: int
    size: int


class StoreFile:
    """A store's database file, as the first connection of this process found it."""

    def __init__(self, path: Path, timing: Timing = TIMING) -> None:
        self.path = path
        self.timing = timing
        self._name = str(path)
        self._inode: Inode | None = None
        self._missing_since: float | None = None

    @property
    def is_known(self) -> bool:
        """Whether a connection has been opened, so that the file must be there."""
        return self._inode is not None

    def pin(self) -> None:
        """Remember the file that the first connection has opened; require it of the others."""
        self.require_if_known()
        self._inode = self._inode or _inode(self._name)

    def require_if_known(self) -> None:
        """Raise StoreUnavailable if the file is not the one opened; any will do for the first."""
        if self._inode is not None:
            self.require()

    def require(self) -> Stamp:
        """Return the stamp of the file; raise StoreUnavailable if it is not the one opened."""
        try:
            found = os.stat(self._name)  # noqa: PTH116  half the time, and it is asked each commit
        except OSError as error:
            self._fail_missing(error)
            raise StoreUnavailable(f"`{self.path}` is missing: {error.strerror}") from None
        self._missing_since = None
        if self._inode not in {None, (found.st_dev, found.st_ino)}:
            raise FileReplaced(f"`{self.path}` was replaced by another file")
        return Stamp(found.st_mtime_ns, found.st_size)

    def _fail_missing(self, error: OSError) -> None:
        now = time.monotonic()
        self._missing_since = since = self._missing_since or now
        if now - since > self.timing.missing:
            raise FileReplaced(f"`{self.path}` was removed: {error.strerror}") from None


class OpenFiles:
    """The files behind one connection: the database, its log and the index of the log."""

    def __init__(self, store: StoreFile) -> None:
        self.store = store
        store.pin()
        self._sides = {name: _inode(name) for name in (f"{store.path}-wal", f"{store.path}-shm")}

    def require_all(self) -> Stamp:
        """Return the database's stamp; raise StoreUnavailable if a file is not the one opened."""
        stamp = self.store.require()
        for name, inode in self._sides.items():
            if inode is not None and _inode(name) != inode:
                raise LogReplaced(f"`{name}` was removed or replaced")
        return stamp

    def remove_log(self) -> None:
        """Remove the log from beside a file that it does not belong to: it would be applied there.

        Only when all of it has been copied into the file that it does belong to.
        """
        for name, inode in self._sides.items():
            if inode is not None and _inode(name) == inode:
                Path(name).unlink(missing_ok=True)

    @contextmanager
    def afresh(self) -> Iterator[sqlite3.Connection]:
        """Open the store as a restart would: with nothing kept of what was read before."""
        uri = f"{self.store.path.as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
            yield connection


def _inode(name: str) -> Inode | None:
    try:
        found = os.stat(name)  # noqa: PTH116  as above
    except OSError:
        return None
    return found.st_dev, found.st_ino
