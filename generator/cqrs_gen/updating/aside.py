"""Where that goes which was written after an update, when the update is taken back."""

from __future__ import annotations

import shutil
from itertools import count
from typing import TYPE_CHECKING

from cqrs_gen.changes import is_same_text
from cqrs_gen.git import text
from cqrs_gen.updating.remains import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path, PurePosixPath

    from cqrs_gen.updating.remains import Remains, Trace
    from cqrs_gen.updating.repositories import Repository

ASIDE = "aside"


class Aside:
    """A folder of its own for each time that an update is taken back; nothing there is replaced."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._folder: Path | None = None

    def put(self, remains: Remains, paths: Iterable[PurePosixPath]) -> list[str]:
        """Copy what would be lost, from the files and from git's index; return a note of each."""
        edited = remains.of(State.EDITED_WITH, State.UNCLEAR)
        files = [self._put_file(each) for each in edited if each.now is not None]
        return [*files, *self._put_staged(remains, paths)]

    def _put_file(self, trace: Trace) -> str:
        path = trace.noted.path
        place = self._place("files", path)
        shutil.copy2(self._repository.root / path, place, follow_symlinks=False)
        return f"what you wrote into `{path}` since is kept: `{place}`"

    def _put_staged(self, remains: Remains, paths: Iterable[PurePosixPath]) -> Iterator[str]:
        known = {entry.split()[1] for entry in (*remains.record.entries, *remains.record.marks)}
        traces = {f"{self._repository.prefix}{each.noted.path}": each for each in remains.traces}
        for entry in self._repository.entries(paths):
            (_, blob, _), name = entry.split("\t")[0].split(), entry.partition("\t")[2]
            if blob in known or name not in traces:
                continue
            trace = traces[name]
            staged = text(self._repository.top, "cat-file", "blob", blob)
            if not any(is_same_text(staged, each) for each in _texts(trace)):
                place = self._place("staged", trace.noted.path)
                place.write_bytes(staged.encode("utf-8", "surrogateescape"))
                yield f"what you had staged of `{trace.noted.path}` is kept: `{place}`"

    def _place(self, part: str, path: PurePosixPath) -> Path:
        place = self._own_folder() / part / path
        place.parent.mkdir(parents=True, exist_ok=True)
        return place

    def _own_folder(self) -> Path:
        if self._folder is None:
            above = self._repository.place / ASIDE
            above.mkdir(parents=True, exist_ok=True)
            self._folder = next(folder for n in count(1) if _is_made(folder := above / str(n)))
        return self._folder


def _is_made(folder: Path) -> bool:
    try:
        folder.mkdir()
    except FileExistsError:
        return False
    return True


def _texts(trace: Trace) -> list[str]:
    """Return what a file was, became and is: no need to keep that once more."""
    sides = (trace.noted.before and trace.noted.before.text, trace.noted.after)
    now = trace.now and trace.now.text
    return [each for each in (*sides, now) if each is not None]
