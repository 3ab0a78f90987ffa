"""Lines of source files, to be shown beside what was found there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from cqrs_gen.files import read_bytes
from cqrs_gen.shown import visible

if TYPE_CHECKING:
    from cqrs_gen.checking.summaries import Place


LONGEST = 400
"""As many characters as are shown of a line."""


class Lines:
    """The lines of a project's files, each file read at most once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._files: dict[str, list[bytes]] = {}

    def at(self, path: str, line: int) -> str:
        """Give a line without its end, or as much as is shown of it; empty where there is none."""
        lines = self._of(path)
        found = lines[line - 1] if 0 < line <= len(lines) else b""
        return found.decode(errors="replace").rstrip()[:LONGEST]

    def column(self, path: str, place: Place) -> int:
        """Give the column that an editor shows, from 1: `ast` counts bytes, from 0."""
        return self._characters(path, place[0], place[1]) + 1

    def end_column(self, path: str, place: Place) -> int:
        """Give the column behind the last character."""
        return self._characters(path, place[2], place[3]) + 1

    def mark(self, path: str, place: Place) -> str:
        """Give the mark under a line: from the place's start to its end, or the line's."""
        shown = self.at(path, place[0])
        start = self._characters(path, place[0], place[1])
        end = self._characters(path, place[0], place[3]) if place[2] == place[0] else len(shown)
        before = "".join("\t" if each == "\t" else " " for each in visible(shown[:start]))
        return before + "^" * max(len(visible(shown[start:end])), 1)

    def _characters(self, path: str, line: int, column: int) -> int:
        lines = self._of(path)
        content = lines[line - 1] if 0 < line <= len(lines) else b""
        return len(content[:column].decode(errors="replace"))

    def _of(self, path: str) -> list[bytes]:
        if path not in self._files:
            try:
                self._files[path] = self._read(path).split(b"\n")
            except OSError:
                self._files[path] = []
        return self._files[path]

    def _read(self, path: str) -> bytes:
        # A link may lead to what is not the project's to show, least of all in a public log.
        file = Path(os.path.realpath(self._root / path))
        return read_bytes(file) if file.is_relative_to(os.path.realpath(self._root)) else b""
