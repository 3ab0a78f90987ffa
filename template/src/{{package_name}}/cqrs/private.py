"""Files that their user alone can read, whatever the umask."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

FOLDER = 0o700
FILE = 0o600
BESIDE = ("", "-wal", "-shm")
"""What SQLite keeps of a store, by what its names end in; it makes the others like the first."""


def make_private(store: Path) -> None:
    """Make a store's file and folders where they are missing, and close its files to others."""
    _make_folder(store.parent)
    # Made anew, or not opened at all: to close a file takes the locks away that SQLite has on it.
    # What cannot be made, SQLite cannot open either, and says so in words of its own.
    with suppress(OSError):
        os.close(os.open(store, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE))
    for ending in BESIDE:
        with suppress(FileNotFoundError, PermissionError):  # it is not there, or another user's
            store.with_name(store.name + ending).chmod(FILE)


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        _make_folder(folder.parent)
        with suppress(FileExistsError):  # another process has made it just now
            folder.mkdir(FOLDER)
            folder.chmod(FOLDER)
