"""The few things that are asked of git, with no setting of the user's in the way."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from .errors import Failed

if TYPE_CHECKING:
    from collections.abc import Iterable
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


def ignored(folder: Path, paths: Iterable[str]) -> frozenset[str]:
    """Give those of a folder's paths that git ignores, whether or not they are there."""
    asked = _run(folder, "check-ignore", "--no-index", "--", *paths)
    return frozenset(asked.stdout.splitlines())


def start_repository(folder: Path, message: str) -> None:
    """Make a folder a repository whose first commit holds all of it."""
    _require(folder, "init", "--quiet", "--initial-branch=main", "--template=")
    _require(folder, "add", "--all")
    _require(folder, *_identity(folder), "commit", "--quiet", "--message", message)


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
