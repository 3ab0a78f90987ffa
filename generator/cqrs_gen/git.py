"""The few things that are asked of git, with no setting of the user's in the way."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from .errors import Failed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# A first commit must not fail for want of a key, a hook or a name.
PLAIN = (
    "-c",
    "commit.gpgSign=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.autocrlf=false",
)
NOBODY = ("-c", "user.name=cqrs-gen", "-c", "user.email=cqrs-gen@localhost")


def is_inside_repository(folder: Path) -> bool:
    """Tell whether a folder lies in a git work tree."""
    return _run(folder, "rev-parse", "--is-inside-work-tree").returncode == 0


def start_repository(folder: Path, message: str) -> None:
    """Make a folder a repository whose first commit holds all of it."""
    _require(folder, "init", "--quiet", "--initial-branch=main", "--template=")
    _require(folder, "add", "--all")
    _require(folder, *_identity(folder), "commit", "--quiet", "--message", message)


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
    listed = _run(folder, "ls-tree", "-r", "-z", commit, "--", below).stdout
    entries = [entry.split("\t", 1) for entry in listed.split("\0") if "\t" in entry]
    blobs = [(about.split()[2], path) for about, path in entries]
    asked = "".join(f"{blob}\n" for blob, _ in blobs).encode()
    batch = ("git", "cat-file", "--batch")
    told = subprocess.run(batch, cwd=folder, input=asked, capture_output=True, check=False).stdout
    for _, path in blobs:
        heading, _, rest = told.partition(b"\n")
        size = int(heading.split()[2])
        yield path, rest[:size]
        told = rest[size + 1 :]


def _asked(folder: Path, *arguments: str) -> str | None:
    try:
        done = _run(folder, *arguments)
    except Failed:
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None


def _identity(folder: Path) -> tuple[str, ...]:
    return () if _run(folder, "config", "user.email").stdout.strip() else NOBODY


def _require(folder: Path, *arguments: str) -> None:
    done = _run(folder, *arguments)
    if done.returncode:
        raise Failed(f"`git {arguments[-1]}` failed: {done.stderr.strip()}")


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            ("git", *PLAIN, *arguments), cwd=folder, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise Failed(
            "git is not installed, and `copier update` needs it",
            hint="install git, or leave it out: `--no-git`",
        ) from None
