"""Undoes what a run that was killed half-way had done, from what it noted before."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, TypeAlias

from cqrs_gen.changes import Create, Delete
from cqrs_gen.errors import Failed
from cqrs_gen.locking import LOCK, locked
from cqrs_gen.targets import require_inside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STATE = PurePosixPath(".cqrs-gen")
PENDING = STATE / ".pending"
MANIFEST = PENDING / "manifest.json"

_Noted: TypeAlias = tuple[str, PurePosixPath, str]
"""A change's action, its path, and the digest of what it put there."""


def recover(root: Path) -> tuple[str, ...]:
    """Undo what a run that was killed half-way had done, and say so, a line a file.

    A file that was edited since stays as it is. Without such a run, nothing is touched.
    """
    if not has_remains(root):
        return ()
    with alone(root):
        return undo(root)


def undo(root: Path) -> tuple[str, ...]:
    """Undo all that the manifest tells; killed at any point, it can be run again."""
    lines: tuple[str, ...] = ()
    if (root / MANIFEST).exists():
        folders, files = _read_manifest(root)
        undone = (_undo_file(root, number, *noted) for number, noted in enumerate(files))
        lines = tuple(line for line in undone if line)
        for folder in reversed(folders):
            _remove_if_empty(root / folder)
        (root / MANIFEST).unlink()
    if os.path.lexists(root / PENDING):
        discard(root / PENDING)
    return lines


def has_remains(root: Path) -> bool:
    with failing_as(f"cannot look into `{STATE}`"):
        try:
            names = {entry.name for entry in (root / STATE).iterdir()}
        except (FileNotFoundError, NotADirectoryError):
            return False
    return not names or bool(names & {LOCK, PENDING.name})


@contextmanager
def alone(root: Path) -> Iterator[None]:
    require_inside(root, MANIFEST)
    hint = "mend it and run the same again: what was begun is then undone first"
    with failing_as(f"cannot work in `{STATE}`", hint=hint), locked(root / STATE):
        yield


@contextmanager
def failing_as(
    what: str, *, hint: str = "nothing is changed: mend it and run again"
) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Failed(f"{what}: {error.strerror or error}", hint=hint) from error


def staged(number: int, side: str) -> PurePosixPath:
    return PENDING / f"{number}.{side}"


def discard(pending: Path) -> None:
    if sys.platform == "win32":  # which removes no file that is read-only
        for file in pending.iterdir():
            file.chmod(stat.S_IWRITE)
    shutil.rmtree(pending)


def digest_of(content: bytes) -> str:
    import hashlib  # noqa: PLC0415 - a run that writes nothing need not pay for it

    return hashlib.sha256(content).hexdigest()


def _read_manifest(root: Path) -> tuple[list[PurePosixPath], list[_Noted]]:
    import json  # noqa: PLC0415 - only after a kill

    try:
        manifest = json.loads((root / MANIFEST).read_bytes())
        folders = [PurePosixPath(folder) for folder in manifest["folders"]]
        files = [
            (action, PurePosixPath(path), digest) for action, path, digest in manifest["files"]
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise Failed(
            f"`{MANIFEST}` cannot be understood: {error}",
            hint=f"`{PENDING}` holds files as they were: look through it, then remove it",
        ) from error
    for path in (*folders, *(path for _, path, _ in files)):
        require_inside(root, path)  # it may have come with a repository that means no good
    return folders, files


def _undo_file(root: Path, number: int, action: str, path: PurePosixPath, digest: str) -> str:
    target = root / path
    new, old = (root / staged(number, side) for side in ("new", "old"))
    was_moved = action == Delete.action or not new.exists()
    if not was_moved or _is_as_before(target, old, action):
        return ""
    if os.path.lexists(target) and _digest(target) != digest:
        return f"{'keep':>12}  {path} (it was edited since)"
    if action == Create.action:
        target.unlink()
        return f"{'remove':>12}  {path}"
    target.parent.mkdir(parents=True, exist_ok=True)
    old.replace(target)
    return f"{'restore':>12}  {path}"


def _is_as_before(target: Path, old: Path, action: str) -> bool:
    if action == Create.action:
        return not os.path.lexists(target)
    return not old.exists() or (_digest(target), _mode(target)) == (_digest(old), _mode(old))


def _remove_if_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _mode(file: Path) -> int | None:
    return file.lstat().st_mode if os.path.lexists(file) else None


def _digest(file: Path) -> str | None:
    is_plain = file.is_file() and not file.is_symlink()
    return digest_of(file.read_bytes()) if is_plain else None
