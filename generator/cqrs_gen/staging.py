"""Lays out beside the files what is to come, and notes it, so that it can be undone."""

from __future__ import annotations

import shutil
import stat
from typing import TYPE_CHECKING

from cqrs_gen.changes import Create, Delete, Overwrite, sides
from cqrs_gen.recovering import MANIFEST, PENDING, digest_of, failing_as, staged

if TYPE_CHECKING:
    from pathlib import Path, PurePosixPath

    from cqrs_gen.changes import Change
    from cqrs_gen.plan import Plan

READABLE = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH
EXECUTABLE = stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH


def stage(plan: Plan) -> None:
    with failing_as(f"cannot make `{PENDING}`"):
        (plan.root / PENDING).mkdir()
    for number, change in enumerate(plan.writes):
        with failing_as(f"cannot write `{change.path}`"):
            old, new = sides(change)
            if old is not None:
                _store(plan.root / staged(number, "old"), old)
            if new is not None:
                _store(plan.root / staged(number, "new"), new)


def take_modes(plan: Plan) -> None:
    for number, change in enumerate(plan.writes):
        with failing_as(f"cannot read the mode of `{change.path}`"):
            if not isinstance(change, Create):
                shutil.copystat(plan.root / change.path, plan.root / staged(number, "old"))
            if isinstance(change, Overwrite):
                shutil.copymode(plan.root / change.path, plan.root / staged(number, "new"))
            if not isinstance(change, Delete) and change.executable is not None:
                _set_executable(plan.root / staged(number, "new"), on=change.executable)


def _set_executable(file: Path, *, on: bool) -> None:
    mode = file.stat().st_mode
    # Whoever may read it may run it, as git has it.
    file.chmod(mode | (mode & READABLE) >> 2 if on else mode & ~EXECUTABLE)


def note(plan: Plan) -> None:
    import json  # noqa: PLC0415 - most runs, `list` and `check` among them, note nothing

    files = [(c.action, str(c.path), _digest_after(c)) for c in plan.writes]
    folders = [str(folder) for folder in missing_folders(plan)]
    unfinished = plan.root / MANIFEST.with_suffix(".new")
    with failing_as(f"cannot write `{MANIFEST}`"):
        _store(unfinished, json.dumps({"folders": folders, "files": files}, indent=1))
        unfinished.replace(plan.root / MANIFEST)


def missing_folders(plan: Plan) -> list[PurePosixPath]:
    wanted = {folder for change in plan.writes for folder in change.path.parents}
    return [folder for folder in sorted(wanted) if not (plan.root / folder).exists()]


def _store(file: Path, text: str) -> None:
    """Write a file; that the disk is full is told by then, or when it is closed.

    A killed process loses nothing that it wrote, so nothing is synced, which may take longer
    than all of `add`. A power cut may leave a run half done.
    """
    file.write_bytes(_encoded(text))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _digest_after(change: Change) -> str:
    new = sides(change)[1]
    return "" if new is None else digest_of(_encoded(new))
