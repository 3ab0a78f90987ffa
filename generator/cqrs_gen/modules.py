"""The modules of a package's folders: those that are Python, and those that are not."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import Failed
from .files import read_bytes
from .kinds import BUILT_IN
from .sources import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .project import Project

HANDLERS = ("write/handlers", "read/handlers")


def unreadable(project: Project) -> Iterator[str]:
    """Tell of the files that should hold messages and are not Python."""
    for folder in (*(kind.folder for kind in BUILT_IN), *HANDLERS):
        for path in _files(project, folder):
            try:
                Source.parse(project, path, read_bytes(path))
            except Failed as error:
                yield error.what
            except OSError as error:
                place = path.relative_to(project.root).as_posix()
                yield f"`{place}` cannot be read: {error.strerror}"


def read(project: Project, path: Path) -> Iterator[Source]:
    """Parse one file, if it is there; raises Failed where it is not Python."""
    if path.is_file():
        yield Source.parse(project, path, read_bytes(path))


def sources(project: Project, folder: str, mark: str = "") -> Iterator[Source]:
    """Parse what is Python; parsing takes long, so only files with the mark are parsed."""
    marked = re.compile(mark.encode())
    for path in _files(project, folder):
        try:
            content = read_bytes(path)
            if marked.search(content):
                yield Source.parse(project, path, content)
        except (Failed, OSError):
            continue  # `list` tells of it


def _files(project: Project, folder: str) -> Iterator[Path]:
    for place, folders, names in os.walk(project.source / folder):  # `rglob` takes twice as long
        folders.sort()
        here = Path(place)
        yield from (here / name for name in sorted(names) if name.endswith(".py"))
