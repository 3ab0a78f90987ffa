"""The few things that are asked of git, with no setting of the user's in the way."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from .errors import Failed
from .git_environment import for_projects

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

PLAIN = ("-c", "core.autocrlf=false")
# A first commit must not fail for want of a name.
NOBODY = ("-c", "user.name=cqrs-gen", "-c", "user.email=cqrs-gen@localhost")


def is_inside_repository(folder: Path) -> bool:
    """Tell whether a folder lies in a git work tree."""
    return run(folder, "rev-parse", "--is-inside-work-tree").returncode == 0


def ignored(folder: Path, paths: Iterable[str]) -> frozenset[str]:
    """Give those of a folder's paths that git ignores, whether or not they are there."""
    asked = run(folder, "check-ignore", "--no-index", "--", *paths)
    return frozenset(asked.stdout.splitlines())


def start_repository(folder: Path, message: str) -> None:
    """Make a folder a repository whose first commit holds all of it."""
    text(folder, "init", "--quiet", "--initial-branch=main", "--template=")
    text(folder, *PLAIN, "add", "--all")
    text(folder, *_identity(folder), "commit", "--quiet", "--message", message)


def lines(folder: Path, *arguments: str) -> list[str]:
    """Give what git prints between NULs, paths among it just as they are."""
    return [line for line in text(folder, *arguments).split("\0") if line]


def text(folder: Path, *arguments: str, given: str = "") -> str:
    """Give what git prints; raises Failed with what it says if it fails."""
    done = run(folder, *arguments, given=given)
    if done.returncode:
        raise Failed(f"`git {arguments[0]}` failed: {done.stderr.strip()}")
    return done.stdout


def run(folder: Path, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run git in a folder, whatever comes of it; `given` is its standard input."""
    try:
        return subprocess.run(
            ("git", *arguments),
            cwd=folder,
            env=for_projects(os.environ),
            input=given,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
        )
    except FileNotFoundError:
        raise Failed(
            "git is not installed, and `copier update` needs it",
            hint="install git, or leave it out: `--no-git`",
        ) from None


def _identity(folder: Path) -> tuple[str, ...]:
    return () if run(folder, "config", "user.email").stdout.strip() else NOBODY
