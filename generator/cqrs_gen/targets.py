"""What stands at a path now, looked at before anything is written there."""

from __future__ import annotations

import os
import stat
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, TypeAlias

from cqrs_gen.changes import Blocked
from cqrs_gen.errors import Failed

if TYPE_CHECKING:
    from pathlib import Path

GIT = ".git"
Found: TypeAlias = str | Blocked | None
"""A file's text just as it is on disk, something that no file may replace, or nothing."""


class Targets:
    """Looks at paths below `root` as they are now, listing each folder once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._listed: dict[PurePosixPath, frozenset[str]] = {}

    def find(self, path: PurePosixPath) -> Found:
        """Say what stands at `path`; bytes that are no UTF-8 come as lone surrogates.

        Raises Failed where `path` leads out of the root.
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
    ) -> Blocked | None:
        wanted = missing.name.casefold()
        for name in sorted(names):
            if name.casefold() == wanted:
                return Blocked(path, f"`{missing.with_name(name)}` differs only by case")
        # File systems also fold accents and Windows' short names: ask, do not guess.
        if os.path.lexists(self.root / missing):
            return Blocked(path, f"`{missing}` is there already, spelt differently")
        return None


def require_inside(root: Path, path: PurePosixPath) -> None:
    """Raise Failed if `path` is not a plain one below `root`, or a link leads it elsewhere.

    A link may lead to another folder of the repository around the root, as `tests` does in some.
    """
    # A backslash or a colon means nothing here, and a way out on Windows.
    is_plain = bool(path.parts) and ".." not in path.parts and not set("\\:\0") & set(str(path))
    real = (root / path.parent).resolve() if is_plain else root
    if path.is_absolute() or not is_plain or not _is_in_repository(real, root.resolve()):
        raise Failed(
            f"`{path}` leads out of the project",
            hint="mend the path in the slice's templates, or the link that it follows",
        )


def _is_in_repository(real: Path, root: Path) -> bool:
    if real.is_relative_to(root):
        return True
    top = next((each for each in (root, *root.parents) if (each / GIT).exists()), root)
    return real.is_relative_to(top) and GIT not in real.relative_to(top).parts


def _read(root: Path, path: PurePosixPath) -> str | Blocked:
    try:
        mode = (root / path).lstat().st_mode
        if not stat.S_ISREG(mode):
            return Blocked(path, _kind(mode))
        return (root / path).read_bytes().decode("utf-8", "surrogateescape")
    except OSError as error:
        return Blocked(path, f"it cannot be read: {error.strerror}")


def _kind(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "a symbolic link is there"
    return "a folder is there" if stat.S_ISDIR(mode) else "it is no regular file"
