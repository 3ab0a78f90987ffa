"""The few things that are asked of git, with no setting of the user's in the way."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

from .errors import Failed
from .git_environment import for_projects

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

PLAIN = ("-c", "core.autocrlf=false")
# A first commit must not fail for want of a name.
NOBODY = {"user.name": "cqrs-gen", "user.email": "cqrs-gen@localhost"}


def is_inside_repository(folder: Path) -> bool:
    """Tell whether a folder lies in a git work tree."""
    return run(folder, "rev-parse", "--is-inside-work-tree").stdout.strip() == "true"


def ignored(folder: Path, paths: Iterable[str]) -> frozenset[str]:
    """Give those of a folder's paths that git ignores, whether or not they are there."""
    asked = run(folder, "check-ignore", "--no-index", "--", *paths)
    return frozenset(asked.stdout.splitlines())


def is_installed() -> bool:
    """Tell whether there is a git to ask."""
    return shutil.which("git") is not None


def start_repository(folder: Path, message: str) -> None:
    """Make a folder a repository whose first commit holds all of it."""
    text(folder, "init", "--quiet", "--initial-branch=main", "--template=")
    text(folder, "add", "--all", settings=PLAIN)
    text(folder, "commit", "--quiet", "--message", message, settings=_identity(folder))


def lines(folder: Path, *arguments: str) -> list[str]:
    """Give what git prints between NULs, paths among it just as they are."""
    return [line for line in text(folder, *arguments).split("\0") if line]


def text(folder: Path, *arguments: str, given: str = "", settings: Iterable[str] = ()) -> str:
    """Give what git prints; raises Failed with what it says if it fails."""
    done = run(folder, *settings, *arguments, given=given)
    if done.returncode:
        raise Failed(f"`git {arguments[0]}` failed: {done.stderr.strip()}")
    return done.stdout


def git_is_missing() -> Failed:
    """Say so, and what it is needed for."""
    return Failed(
        "git is not installed: the template comes by it, and `copier update` needs it",
        hint="install git; without it there is only `--no-git` with the folder of a template: "
        "`--template FOLDER`",
    )


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
        raise git_is_missing() from None


def _identity(folder: Path) -> tuple[str, ...]:
    missing = (key for key in NOBODY if not run(folder, "config", key).stdout.strip())
    return tuple(word for key in missing for word in ("-c", f"{key}={NOBODY[key]}"))
