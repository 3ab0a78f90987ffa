"""Earlier revisions of a project, as git has them."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from .errors import Failed
from .git import run
from .git_environment import for_projects

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
    blobs = [(about.split()[2], path) for about, path in entries]
    asked = "".join(f"{blob}\n" for blob, _ in blobs).encode()
    told = subprocess.run(
        ("git", "cat-file", "--batch"),
        cwd=folder,
        env=for_projects(os.environ),
        input=asked,
        capture_output=True,
        check=False,
    ).stdout
    for _, path in blobs:
        heading, _, rest = told.partition(b"\n")
        size = int(heading.split()[2])
        yield path, rest[:size]
        told = rest[size + 1 :]


def _asked(folder: Path, *arguments: str) -> str | None:
    try:
        done = run(folder, *arguments)
    except Failed:
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None
