"""The few things that are asked of git, with no setting of the user's in the way."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

from .errors import Failed

if TYPE_CHECKING:
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
NOBODY = {"user.name": "cqrs-gen", "user.email": "cqrs-gen@localhost"}


def is_inside_repository(folder: Path) -> bool:
    """Tell whether a folder lies in a git work tree."""
    return _run(folder, "rev-parse", "--is-inside-work-tree").stdout.strip() == "true"


def is_installed() -> bool:
    """Tell whether there is a git to ask."""
    return shutil.which("git") is not None


def start_repository(folder: Path, message: str) -> None:
    """Make a folder a repository whose first commit holds all of it."""
    _require(folder, "init", "--quiet", "--initial-branch=main", "--template=")
    _require(folder, "add", "--all")
    _require(folder, "commit", "--quiet", "--message", message, settings=_identity(folder))


def git_is_missing() -> Failed:
    """Say so, and what it is needed for."""
    return Failed(
        "git is not installed: the template comes by it, and `copier update` needs it",
        hint="install git; without it there is only `--no-git` with the folder of a template: "
        "`--template FOLDER`",
    )


def _identity(folder: Path) -> tuple[str, ...]:
    missing = (key for key in NOBODY if not _run(folder, "config", key).stdout.strip())
    return tuple(word for key in missing for word in ("-c", f"{key}={NOBODY[key]}"))


def _require(folder: Path, command: str, *arguments: str, settings: tuple[str, ...] = ()) -> None:
    done = _run(folder, *settings, command, *arguments)
    if done.returncode:
        raise Failed(f"`git {command}` failed: {done.stderr.strip()}")


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            ("git", *PLAIN, *arguments), cwd=folder, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise git_is_missing() from None
