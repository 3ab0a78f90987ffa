"""The git repository around a project: where it is, what it tracks, where updates are noted."""

from __future__ import annotations

import shutil
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from cqrs_gen.errors import Failed
from cqrs_gen.git import lines, run, text
from cqrs_gen.state import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterable


INDEX_LOCK = "index.lock"
"""What git holds while it writes the index, and leaves behind if it is killed then."""

UPDATES = Shelf("updates", "record.json")


class Repository(NamedTuple):
    """A repository, and where in it the project is: its top is "" or a path with / behind it."""

    root: Path
    top: Path
    prefix: str

    def git_path(self, name: str) -> Path:
        """Say where git keeps something; a work tree beside another has a place of its own."""
        told = text(self.root, "rev-parse", "--git-path", name).removesuffix("\n")
        return (self.root / told).resolve()

    @property
    def place(self) -> Path:
        """Where an update is noted: a folder of the user's alone, never git's or the project's.

        Raises Failed where there is none to be had.
        """
        return self.noted or UPDATES.place(self.root)

    @property
    def noted(self) -> Path | None:
        """Where an update is noted already, if it is."""
        return UPDATES.find(self.root)

    @property
    def head(self) -> str:
        """The commit that is checked out."""
        return text(self.root, "rev-parse", "--verify", "HEAD").strip()

    def tracked(self) -> set[PurePosixPath]:
        """Give the project's tracked files, as paths from the project's root."""
        return {PurePosixPath(path) for path in lines(self.root, "ls-files", "-z")}

    def left_out(self) -> set[PurePosixPath]:
        """Give the tracked files that git is told to leave alone, as in a sparse checkout."""
        told = lines(self.root, "ls-files", "-t", "-z")
        return {PurePosixPath(entry[2:]) for entry in told if entry.startswith("S ")}

    def entries(self, paths: Iterable[PurePosixPath]) -> list[str]:
        """Give what the index says of files, as `update-index --index-info` takes it back."""
        wanted = [f":(top,literal){self.prefix}{path}" for path in paths]
        if not wanted:
            return []
        return lines(self.top, "ls-files", "--stage", "-z", "--", *wanted)

    def set_entries(self, paths: Iterable[PurePosixPath], entries: Iterable[str]) -> None:
        """Make the index say of files what `entries` say, and nothing else; all of it or nothing.

        Raises Failed if git cannot write it.
        """
        gone = f"0 {'0' * len(self.head)}\t"
        lines_in = [*(f"{gone}{self.prefix}{path}" for path in paths), *entries]
        given = "".join(f"{line}\0" for line in lines_in)
        done = run(self.top, "update-index", "-z", "--index-info", given=given)
        if done.returncode:
            raise self._index_failure(done.stderr)

    def committed(self, commit: str, paths: Iterable[PurePosixPath]) -> list[str] | None:
        """Return what a commit has of files, a line each; None if the commit is not there."""
        listed = run(self.root, "ls-tree", "-z", commit, "--", *map(str, paths))
        return listed.stdout.split("\0") if listed.returncode == 0 else None

    def require_free_index(self) -> None:
        """Raise Failed while the index is locked: git would refuse to write it."""
        if self.git_path(INDEX_LOCK).exists():
            raise self._index_failure("it is locked")

    def _index_failure(self, said: str) -> Failed:
        lock = self.git_path(INDEX_LOCK)
        why = "it is locked" if lock.exists() else " ".join(said.split())
        way_out = f"wait for the git that is at work here; if there is none, remove `{lock}`"
        return Failed(
            f"git's index cannot be written, and the update changes it too: {why}",
            hint=f"nothing is changed; {way_out if lock.exists() else 'correct that'}, "
            "then run the same again",
        )


def find_repository(root: Path) -> Repository:
    """Find it; raises Failed with what to type where there is none."""
    if shutil.which("git") is None:
        raise Failed("git is not installed, and an update needs it", hint="install git")
    found = run(root, "rev-parse", "--show-toplevel", "--show-prefix")
    if found.returncode:
        raise _without_repository(root, found.stderr.strip())
    top, _, prefix = found.stdout.removesuffix("\n").partition("\n")
    if not root.is_relative_to(top):
        raise Failed(
            f"git keeps the work tree of `{root}` elsewhere, in `{top}`",
            hint="`git config --unset core.worktree` makes it the folder that `.git` is in",
        )
    return Repository(root, Path(top), prefix)


def _without_repository(root: Path, said: str) -> Failed:
    reason = "which keeps an update from losing anything"
    if "not a git repository" in said:
        return Failed(
            f"`{root}` is not in a git repository, {reason}",
            hint="make it one: `git init && git add --all && git commit --message Start`",
        )
    return Failed(f"git cannot read the repository of `{root}`, {reason}", hint=said)
