"""Undoes what a run that was killed half-way had done, from what it noted before."""

from __future__ import annotations

import os
import shutil
import stat
from contextlib import contextmanager, suppress
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from cqrs_gen.boundary import require_inside, require_no_git_folder
from cqrs_gen.changes import Create, Delete
from cqrs_gen.errors import Failed
from cqrs_gen.locking import LOCK, locked
from cqrs_gen.state import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STAGED = "staged.json"
"""What is laid out beside the files: as long as it is there, that is to be removed."""

MANIFEST = "manifest.json"
"""What the files were: as long as it is there, they are to be put back."""

UNFINISHED = Shelf("unfinished", STAGED)


class Staged(NamedTuple):
    """The temporary files of a run, called after `token`, and the folders that it makes."""

    token: str
    folders: tuple[PurePosixPath, ...]
    paths: tuple[PurePosixPath, ...]

    def beside(self, target: Path, number: int, side: str) -> Path:
        """Return the temporary file beside a target: what is to come, or what was."""
        return target.with_name(f".cqrs-gen-{self.token}-{number}.{side}")


class Noted(NamedTuple):
    """A change as it was begun: digests of a file before and after it, and its mode before."""

    action: str
    path: PurePosixPath
    before: str
    mode: int
    after: str


def recover(root: Path) -> tuple[str, ...]:
    """Undo what a run that was killed half-way had done, and say so, a line a file.

    A file that was edited since stays as it is. Without such a run, nothing is touched.
    """
    if UNFINISHED.find(root) is None:
        return ()
    with alone(root):
        return undo(root)


def unfinished(root: Path) -> tuple[str, ...]:
    """Name the files that a run which was killed half-way may have changed; touch nothing."""
    if not _is_half_done(root):
        return ()
    with alone(root):  # or else a run beside this one is taken for it
        place = UNFINISHED.find(root)
        if place is None or not (place / MANIFEST).exists():
            return ()
        return tuple(f"{each.action:>12}  {each.path}" for each in _read_manifest(place))


def undo(root: Path) -> tuple[str, ...]:
    """Undo all that the manifest tells; killed at any point, it can be run again."""
    place = UNFINISHED.find(root)
    if place is None:
        return ()
    staged = _read_staged(place)
    lines: tuple[str, ...] = ()
    if (place / MANIFEST).exists():
        noted = _read_manifest(place)
        for path in (*staged.folders, *staged.paths):
            require_inside(root, path)  # links may have changed since
        undone = (
            _undo_file(root, place, staged, number, each) for number, each in enumerate(noted)
        )
        lines = tuple(line for line in undone if line)
        (place / MANIFEST).unlink()
    tidy_up(root, place, staged)
    return lines


def tidy_up(root: Path, place: Path, staged: Staged) -> None:
    """Remove what was laid out, then what was noted, once nothing is to be undone any more."""
    for number, path in enumerate(staged.paths):
        target = require_inside(root, path)
        for side in ("new", "old"):
            staged.beside(target, number, side).unlink(missing_ok=True)
    for folder in reversed(staged.folders):
        _remove_if_empty(require_inside(root, folder))
    discard(place)


@contextmanager
def alone(root: Path) -> Iterator[None]:
    require_no_git_folder(root)
    place = UNFINISHED.place(root)
    hint = "mend it and run the same again: what was begun is then undone first"
    with failing_as(f"cannot work in `{place}`", hint=hint), locked(place, whose=root):
        yield


@contextmanager
def failing_as(
    what: str, *, hint: str = "nothing is changed: mend it and run again"
) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Failed(f"{what}: {error.strerror or error}", hint=hint) from error


def discard(place: Path) -> None:
    """Remove what was noted, and last that there was anything."""
    kept = [file for file in place.iterdir() if file.name not in {LOCK, STAGED}]
    for file in (*kept, place / STAGED):
        if os.name != "posix" and file.exists():  # Windows removes no file that is read-only
            file.chmod(stat.S_IWRITE)
        file.unlink(missing_ok=True)


def digest_of(content: bytes) -> str:
    import hashlib  # noqa: PLC0415 - a run that writes nothing need not pay for it

    return hashlib.sha256(content).hexdigest()


def _is_half_done(root: Path) -> bool:
    place = UNFINISHED.find(root)
    return place is not None and (place / MANIFEST).exists()


def _read_staged(place: Path) -> Staged:
    with _understanding(place / STAGED) as told:
        folders, paths = (tuple(map(PurePosixPath, told[key])) for key in ("folders", "paths"))
        return Staged(str(told["token"]), folders, paths)


def _read_manifest(place: Path) -> list[Noted]:
    with _understanding(place / MANIFEST) as told:
        return [
            Noted(str(action), PurePosixPath(path), str(before), int(mode), str(after))
            for action, path, before, mode, after in told["files"]
        ]


@contextmanager
def _understanding(file: Path) -> Iterator[dict[str, Any]]:
    import json  # noqa: PLC0415 - only after a kill

    try:
        yield json.loads(file.read_bytes())
    except (ValueError, KeyError, TypeError) as error:
        raise Failed(
            f"`{file}` cannot be understood: {error}",
            hint=f"`{file.parent}` holds files as they were: look through it, then remove it",
        ) from error


def _undo_file(root: Path, place: Path, staged: Staged, number: int, noted: Noted) -> str:
    target = require_inside(root, noted.path)
    new, old = (staged.beside(target, number, side) for side in ("new", "old"))
    was_moved = noted.action == Delete.action or not os.path.lexists(new)
    if not was_moved or _is_as_before(target, noted):
        return ""
    if os.path.lexists(target) and _digest(target) != noted.after:
        return f"{'keep':>12}  {noted.path} (it was edited since)"
    if noted.action == Create.action:
        target.unlink()
        return f"{'remove':>12}  {noted.path}"
    if _digest(old) != noted.before:
        _copy(place / f"{number}.old", old)
    old.replace(target)
    return f"{'restore':>12}  {noted.path}"


def _copy(kept: Path, beside: Path) -> None:
    beside.parent.mkdir(parents=True, exist_ok=True)
    beside.unlink(missing_ok=True)
    with beside.open("xb") as file:
        file.write(kept.read_bytes())
    shutil.copystat(kept, beside)


def _is_as_before(target: Path, noted: Noted) -> bool:
    if noted.action == Create.action:
        return not os.path.lexists(target)
    return (_digest(target), _mode(target)) == (noted.before, noted.mode)


def _remove_if_empty(folder: Path) -> None:
    with suppress(FileNotFoundError, NotADirectoryError):
        if not any(folder.iterdir()):
            folder.rmdir()


def _mode(file: Path) -> int | None:
    return file.lstat().st_mode if os.path.lexists(file) else None


def _digest(file: Path) -> str | None:
    is_plain = file.is_file() and not file.is_symlink()
    return digest_of(file.read_bytes()) if is_plain else None
