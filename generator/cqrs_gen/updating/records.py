"""What an update notes before it begins, outside of the project, so that it can be taken back."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from cqrs_gen.errors import Failed
from cqrs_gen.state import identity
from cqrs_gen.updating.trees import File

if TYPE_CHECKING:
    from cqrs_gen.updating.repositories import Repository

RECORD = "record.json"


class Noted(NamedTuple):
    """A file before the update and after it; None is no file."""

    path: PurePosixPath
    before: File | None
    after: str | None


class Record(NamedTuple):
    """An update: the commit it began from, the version it brought, its files, and the index.

    `entries` is all that the index said of the files `indexed`, `marks` what it says of those
    with conflicts afterwards.
    """

    head: str
    version: str
    files: tuple[Noted, ...]
    indexed: tuple[PurePosixPath, ...]
    entries: tuple[str, ...]
    marks: tuple[str, ...]


def note(repository: Repository, record: Record) -> None:
    """Note how all is before an update changes it; whole or not at all."""
    forget(repository)
    told = {"project": identity(repository.root), **_told(record)}
    repository.place.mkdir(exist_ok=True)
    unfinished = repository.place / f"{RECORD}.new"
    unfinished.write_text(json.dumps(told, indent=1), encoding="utf-8")
    unfinished.replace(repository.place / RECORD)


def read_record(repository: Repository) -> Record | None:
    """Read what was noted last; it counts as long as something of the update is left."""
    if repository.noted is None:
        return None
    file = repository.noted / RECORD
    try:
        return _record(json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise Failed(
            f"`{file}` cannot be understood: {error}",
            hint="`git restore --staged --worktree .` puts back what is committed",
        ) from None


def forget(repository: Repository) -> None:
    """Remove what was noted; what is not noted is not taken back."""
    (repository.place / RECORD).unlink(missing_ok=True)


def _told(record: Record) -> dict[str, object]:
    return {
        **record._asdict(),
        "files": [
            {
                "path": str(path),
                "before": before and before.text,
                "after": after,
                "executable": before is not None and before.executable,
            }
            for path, before, after in record.files
        ],
        "indexed": [str(path) for path in record.indexed],
    }


def _record(told: dict[str, Any]) -> Record:
    return Record(
        told["head"],
        told["version"],
        tuple(_read(each) for each in told["files"]),
        tuple(PurePosixPath(path) for path in told["indexed"]),
        tuple(told["entries"]),
        tuple(told["marks"]),
    )


def _read(told: dict[str, object]) -> Noted:
    before, after = told["before"], told["after"]
    return Noted(
        PurePosixPath(str(told["path"])),
        None if before is None else File(str(before), bool(told["executable"])),
        None if after is None else str(after),
    )
