"""Lays out beside the files what is to come, and notes it, so that it can be undone.

The temporary files are beside the files, since a rename is whole only within a file system.
Their names have a token that no repository can know, and none of them is opened if it is there.
"""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

from cqrs_gen.boundary import require_inside
from cqrs_gen.changes import Create, Delete, Overwrite, sides
from cqrs_gen.recovering import MANIFEST, STAGED, Staged, digest_of, failing_as
from cqrs_gen.state import identity

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path, PurePosixPath

    from cqrs_gen.changes import Write
    from cqrs_gen.plan import Plan

READABLE = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH
EXECUTABLE = stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH


def note_staged(plan: Plan, place: Path) -> Staged:
    """Note what will be laid out, before any of it is."""
    paths = tuple(change.path for change in plan.writes)
    staged = Staged(secrets.token_hex(8), tuple(missing_folders(plan)), paths)
    told = {
        "project": identity(plan.root),
        "token": staged.token,
        "folders": list(map(str, staged.folders)),
        "paths": list(map(str, paths)),
    }
    _note(place / STAGED, told)
    return staged


def lay_out(plan: Plan, place: Path, staged: Staged) -> None:
    """Write each new content beside its target, and keep what is there."""
    for folder in staged.folders:
        with failing_as(f"cannot make `{folder}`"):
            require_inside(plan.root, folder).mkdir()
    for number, change in enumerate(plan.writes):
        with failing_as(f"cannot write `{change.path}`"):
            target = require_inside(plan.root, change.path)
            if not isinstance(change, Create):
                _keep(target, change, place / f"{number}.old", staged.beside(target, number, "old"))
            if not isinstance(change, Delete):
                _prepare(target, change, staged.beside(target, number, "new"))


def note_manifest(plan: Plan, place: Path) -> None:
    """Note what all was, so that from now on it can be put back."""
    files = [_noted(plan.root, change) for change in plan.writes]
    _note(place / MANIFEST, {"files": files})


def missing_folders(plan: Plan) -> list[PurePosixPath]:
    wanted = {folder for change in plan.writes for folder in change.path.parents}
    return [folder for folder in sorted(wanted) if not (plan.root / folder).exists()]


def _keep(target: Path, change: Overwrite | Delete, kept: Path, beside: Path) -> None:
    """Keep a file: a copy in our own place, and one beside that is put back without any room."""
    kept.write_bytes(_encoded(change.old))
    shutil.copystat(target, kept)
    with suppress(OSError):  # not every file system has more than one name for a file
        os.link(target, beside)


def _prepare(target: Path, change: Create | Overwrite, beside: Path) -> None:
    """Write a new content; that the disk is full is told by then, or when it is closed.

    A killed process loses nothing that it wrote, so nothing is synced, which may take longer
    than all of `add`. A power cut may leave a run half done.
    """
    with beside.open("xb") as file:
        file.write(_encoded(sides(change)[1] or ""))
    if isinstance(change, Overwrite):
        shutil.copymode(target, beside)
    if change.executable is not None:
        _set_executable(beside, on=change.executable)


def _set_executable(file: Path, *, on: bool) -> None:
    mode = file.stat().st_mode
    # Whoever may read it may run it, as git has it.
    file.chmod(mode | (mode & READABLE) >> 2 if on else mode & ~EXECUTABLE)


def _noted(root: Path, change: Write) -> tuple[str, str, str, int, str]:
    before, after = sides(change)
    with failing_as(f"cannot read the mode of `{change.path}`"):
        mode = 0 if before is None else require_inside(root, change.path).lstat().st_mode
    return change.action, str(change.path), _digest(before), mode, _digest(after)


def _note(file: Path, told: Mapping[str, object]) -> None:
    import json  # noqa: PLC0415 - most runs, `list` and `check` among them, note nothing

    unfinished = file.with_suffix(".new")
    with failing_as(f"cannot write `{file}`"):
        unfinished.write_text(json.dumps(told, indent=1), encoding="utf-8")
        unfinished.replace(file)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _digest(text: str | None) -> str:
    return "" if text is None else digest_of(_encoded(text))
