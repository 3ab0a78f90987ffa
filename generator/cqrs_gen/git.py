"""All that is asked of git, with no setting of the user's in the way, and none of a repository's.

Whoever runs git in a folder lets what is there decide a lot: its configuration can name programs
for filters, for watching files, for hooks and for fetching. None of them runs here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from .boundary import require_no_git_folder
from .errors import Failed
from .git_environment import for_projects, for_templates

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PLAIN = ("-c", "core.autocrlf=false")
# A first commit must not fail for want of a name.
NOBODY = {"user.name": "cqrs-gen", "user.email": "cqrs-gen@localhost"}

PATIENCE = 300
"""How many seconds git may take: a repository can have it wait for ever."""

_OF_A_REPOSITORY = frozenset({"local", "worktree"})
_FILTERS = ("config", "--null", "--show-scope", "--get-regexp", r"^filter\.")


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
    """Run git in a user's repository, whatever comes of it; `given` is its standard input.

    Raises Failed if the folder is in one of git's own, which is a repository by itself.
    """
    require_no_git_folder(folder)
    environment = for_projects(os.environ, settled_filters(folder))
    return _decoded(_git(arguments, folder, environment, given.encode("utf-8", "surrogateescape")))


def blobs(folder: Path, names: Iterable[str]) -> bytes:
    """Give blobs of a user's repository as `git cat-file --batch` does."""
    require_no_git_folder(folder)
    given = "".join(f"{name}\n" for name in names).encode()
    return _git(("cat-file", "--batch"), folder, for_projects(os.environ), given).stdout


def run_apart(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run git about a template, in a folder that is in no repository."""
    with tempfile.TemporaryDirectory(prefix="cqrs-gen-") as folder:
        return _decoded(run_on_files(Path(folder), *arguments))


def run_on_files(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run git on plain files in a folder of our own, which is in no repository."""
    return _git(arguments, folder, for_templates(os.environ, folder))


@cache
def settled_filters(folder: Path) -> Mapping[str, str]:
    """Settle every filter that a repository's own configuration names as the user has it."""
    listed = _decoded(_git(_FILTERS, folder, for_projects(os.environ))).stdout.split("\0")
    own: dict[str, str] = {}
    users: dict[str, str] = {}
    for scope, setting in zip(listed[::2], listed[1::2], strict=False):
        key, _, value = setting.partition("\n")
        (own if scope in _OF_A_REPOSITORY else users)[key] = value
    return {key: users.get(key, "false" if key.endswith(".required") else "") for key in own}


def _git(
    arguments: Iterable[str], folder: Path, environment: Mapping[str, str], given: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ("git", *arguments),
            cwd=folder,
            env=environment,
            input=given,
            capture_output=True,
            check=False,
            timeout=PATIENCE,
        )
    except FileNotFoundError:
        raise git_is_missing() from None
    except subprocess.TimeoutExpired as error:
        raise Failed(
            f"`{' '.join(map(str, error.cmd[:2]))}` takes too long in `{folder}`",
            hint="see what it waits for, and run the same again",
        ) from None


def _decoded(done: subprocess.CompletedProcess[bytes]) -> subprocess.CompletedProcess[str]:
    said = (each.decode("utf-8", "surrogateescape") for each in (done.stdout, done.stderr))
    return subprocess.CompletedProcess(done.args, done.returncode, *said)


def _identity(folder: Path) -> tuple[str, ...]:
    missing = (key for key in NOBODY if not run(folder, "config", key).stdout.strip())
    return tuple(word for key in missing for word in ("-c", f"{key}={NOBODY[key]}"))
