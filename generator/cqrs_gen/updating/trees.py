"""Folders of files as they were rendered, and a project's files as they stand."""

from __future__ import annotations

import os
import stat
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from cqrs_gen.changes import Misspelt
from cqrs_gen.errors import Conflict
from cqrs_gen.targets import Targets

if TYPE_CHECKING:
    from cqrs_gen.changes import Blocked


class File(NamedTuple):
    """A file's text, bytes that are no UTF-8 as lone surrogates; a link's is where it leads."""

    text: str
    executable: bool = False
    is_link: bool = False


Tree: TypeAlias = dict[PurePosixPath, File]


def read_tree(folder: Path) -> Tree:
    """Read all files of a folder."""
    found: Tree = {}
    for here, folders, names in os.walk(folder):
        links = [name for name in folders if (Path(here) / name).is_symlink()]
        for name in (*names, *links):
            path = Path(here) / name
            found[PurePosixPath(path.relative_to(folder).as_posix())] = _read(path)
    return found


def changed_paths(old: Tree, new: Tree) -> set[PurePosixPath]:
    """Name the files that are not the same in both."""
    return {path for path in {*old, *new} if old.get(path) != new.get(path)}


class Standing:
    """A project's files as they stand, each looked at where it is asked for."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._targets = Targets(root)

    def place(self, path: PurePosixPath) -> PurePosixPath | None:
        """Say where a file is, where a folder above it is a link; None is out of the project."""
        folders = (self._root / folder for folder in path.parents)
        if not any(folder.is_symlink() for folder in folders):
            return path
        real = (self._root / path.parent).resolve()
        if not real.is_relative_to(self._root.resolve()):
            return None
        return PurePosixPath(real.relative_to(self._root.resolve()).as_posix()) / path.name

    def find(self, path: PurePosixPath, *, was_here: bool = False) -> File | None:
        """Give the file at a path, or None; raises Conflict where no file can ever be.

        One that `was_here` and is spelt differently now has been moved away: there is none.
        """
        found = self._targets.find(path)
        if found is None or (was_here and isinstance(found, Misspelt)):
            return None
        if isinstance(found, str):
            return File(found, is_executable(self._root / path))
        if (self._root / path).is_symlink():
            return _read(self._root / path)
        raise _in_the_way(found)


def _read(path: Path) -> File:
    if path.is_symlink():
        return File(str(path.readlink()), is_link=True)
    text = path.read_bytes().decode("utf-8", "surrogateescape")
    return File(text, is_executable(path))


def is_executable(path: Path) -> bool:
    """Tell whether a file may be run, as far as git keeps that."""
    return os.name == "posix" and bool(path.stat().st_mode & stat.S_IXUSR)


def _in_the_way(blocked: Blocked) -> Conflict:
    return Conflict(
        f"nothing is changed, since the template has a file `{blocked.path}` now: {blocked.why}",
        hint="move what is there out of the way, commit that, and run the same again",
    )
