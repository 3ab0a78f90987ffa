"""Earlier revisions of a project, as git has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import Failed
from .git import blobs, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def last_tag(folder: Path) -> str | None:
    """Name the last tag before this commit; None without one, without commits or without git."""
    return _asked(folder, "describe", "--tags", "--abbrev=0")


def revision_of(folder: Path, name: str) -> str | None:
    """Give the commit that a name stands for, None if it stands for none."""
    return _asked(
        folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"
    )


def contents_at(folder: Path, commit: str, below: str) -> Iterator[tuple[str, bytes]]:
    """Give each file below a path as it was, its path as seen from the folder."""
    listed = run(folder, "ls-tree", "-r", "-z", commit, "--", below).stdout
    entries = [entry.split("\t", 1) for entry in listed.split("\0") if "\t" in entry]
    told = blobs(folder, [about.split()[2] for about, _ in entries])
    for _, path in entries:
        heading, _, rest = told.partition(b"\n")
        if not heading.split()[2:]:
            raise _not_here(path, commit)
        size = int(heading.split()[2])
        yield path, rest[:size]
        told = rest[size + 1 :]


def _not_here(path: str, commit: str) -> Failed:
    return Failed(
        f"git does not have `{path}` as it was at {commit[:12]}: this is a partial clone",
        hint=f"have it fetched: `git archive --output=/dev/null {commit[:12]}`",
    )


def _asked(folder: Path, *arguments: str) -> str | None:
    try:
        done = run(folder, *arguments)
    except Failed:
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None
