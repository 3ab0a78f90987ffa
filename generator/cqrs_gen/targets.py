"""What stands at a path now, looked at before anything is written there."""

from __future__ import annotations

import os
import stat
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, TypeAlias

from cqrs_gen.boundary import require_inside
from cqrs_gen.changes import Blocked, Misspelt

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 256 * 1024 * 1024
"""The largest file that is compared with what would be written, in bytes."""

Found: TypeAlias = str | Blocked | None
"""A file's text just as it is on disk, something that no file may replace, or nothing."""


class Targets:
    """Looks at paths below `root` as they are now, listing each folder once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._listed: dict[PurePosixPath, frozenset[str]] = {}

    def find(self, path: PurePosixPath) -> Found:
        """Say what stands at `path`; bytes that are no UTF-8 come as lone surrogates.

        Raises Failed where `path` leads out of the root, or into a folder of git's own.
        """
        require_inside(self.root, path)
        folder = PurePosixPath()
        for part in path.parts:
            try:
                names = self._names(folder)
            except NotADirectoryError:
                return Blocked(path, f"`{folder}` is not a folder")
            except OSError as error:
                return Blocked(path, f"`{folder}` cannot be read: {error.strerror}")
            if part not in names:
                return self._find_misspelt(path, folder / part, names)
            folder /= part
        return _read(self.root, path)

    def _names(self, folder: PurePosixPath) -> frozenset[str]:
        if folder not in self._listed:
            with os.scandir(self.root / folder) as entries:
                self._listed[folder] = frozenset(entry.name for entry in entries)
        return self._listed[folder]

    def _find_misspelt(
        self, path: PurePosixPath, missing: PurePosixPath, names: frozenset[str]
    ) -> Misspelt | None:
        wanted = missing.name.casefold()
        for name in sorted(names):
            if name.casefold() == wanted:
                return Misspelt(path, f"`{missing.with_name(name)}` differs only by case")
        # File systems also fold accents and Windows' short names: ask, do not guess.
        if os.path.lexists(self.root / missing):
            return Misspelt(path, f"`{missing}` is there already, spelt differently")
        return None


def _read(root: Path, path: PurePosixPath) -> str | Blocked:
    try:
        found = (root / path).lstat()
        if not stat.S_ISREG(found.st_mode):
            return Blocked(path, _kind(found.st_mode))
        if found.st_size > LARGEST:
            return Blocked(path, "it is too large")
        return (root / path).read_bytes().decode("utf-8", "surrogateescape")
    except OSError as error:
        return Blocked(path, f"it cannot be read: {error.strerror}")


def _kind(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "a symbolic link is there"
    return "a folder is there" if stat.S_ISDIR(mode) else "it is no regular file"
