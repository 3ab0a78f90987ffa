"""What an update notes before it begins, outside of the project, so that it can be taken back."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from cqrs_gen.changes import sides
from cqrs_gen.errors import Failed
from cqrs_gen.state import identity
from cqrs_gen.updating.trees import File, is_executable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from cqrs_gen.changes import Write
    from cqrs_gen.plan import Plan
    from cqrs_gen.updating.repositories import Repository

RECORD = "record.json"


class Noted(NamedTuple):
    """A file before the update and after it; None is no file."""

    path: PurePosixPath
    before: File | None
    after: str | None


class Record(NamedTuple):
    """An update: the commit it began from, the version it brought, its files, and the index.

    `entries` is all that the index said of the files `indexed`.
    """

    head: str
    version: str
    files: tuple[Noted, ...]
    indexed: tuple[PurePosixPath, ...]
    entries: tuple[str, ...]


def note(
    repository: Repository, plan: Plan, version: str, marked: Iterable[PurePosixPath] = ()
) -> None:
    """Note how all is that the plan changes, and what of the index; whole or not at all."""
    forget(repository)
    paths = sorted({*(change.path for change in plan.writes), *marked})
    told = {
        "project": identity(repository.root),
        "head": repository.head,
        "version": version,
        "files": [_noted(plan.root, change) for change in plan.writes],
        "indexed": [str(path) for path in paths],
        "entries": repository.entries(paths),
    }
    repository.place.mkdir(exist_ok=True)
    unfinished = repository.place / f"{RECORD}.new"
    unfinished.write_text(json.dumps(told, indent=1), encoding="utf-8")
    unfinished.replace(repository.place / RECORD)


def read_record(repository: Repository) -> Record | None:
    """Read what was noted, as long as the commit is still the one that the update began from."""
    file = repository.place / RECORD
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        files = tuple(_read(each) for each in told["files"])
        indexed = tuple(PurePosixPath(path) for path in told["indexed"])
        record = Record(told["head"], told["version"], files, indexed, tuple(told["entries"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise Failed(
            f"`{file}` cannot be understood: {error}",
            hint="`git restore --staged --worktree .` puts back what is committed",
        ) from None
    return record if record.head == repository.head else None


def begun(repository: Repository) -> str | None:
    """Name the version of an update that is not committed yet, if there is one to take back."""
    try:
        record = read_record(repository)
    except Failed:  # it is none that could be taken back
        return None
    return record and record.version


def forget(repository: Repository) -> None:
    """Remove what was noted; what is not noted is not taken back."""
    (repository.place / RECORD).unlink(missing_ok=True)


def _noted(root: Path, change: Write) -> dict[str, object]:
    before, after = sides(change)
    return {
        "path": str(change.path),
        "before": before,
        "after": after,
        "executable": before is not None and is_executable(root / change.path),
    }


def _read(told: dict[str, object]) -> Noted:
    before, after = told["before"], told["after"]
    return Noted(
        PurePosixPath(str(told["path"])),
        None if before is None else File(str(before), bool(told["executable"])),
        None if after is None else str(after),
    )
