"""What speaks against an update: whatever would make it hard to see or to take back."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

from cqrs_gen.errors import Conflict
from cqrs_gen.git import lines, run

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import PurePosixPath

    from cqrs_gen.updating.repositories import Repository

NAMED = 10
"""As many files as one error names."""

HALF_DONE = {
    "MERGE_HEAD": ("a merge", "git merge --continue", "git merge --abort"),
    "rebase-merge": ("a rebase", "git rebase --continue", "git rebase --abort"),
    "rebase-apply": ("a rebase or `git am`", "git rebase --continue", "git rebase --abort"),
    "CHERRY_PICK_HEAD": ("a cherry-pick", "git cherry-pick --continue", "git cherry-pick --abort"),
    "REVERT_HEAD": ("a revert", "git revert --continue", "git revert --abort"),
    "BISECT_LOG": ("a bisection", "git bisect log", "git bisect reset"),
}
# What a user may have set must not hide what an update could lose.
STATUS = ("status", "--porcelain=v1", "-z", "--untracked-files=all", "--ignore-submodules=dirty")
# Files that only this machine ignores are none of the project's business.
OURS_ALONE = ("-c", f"core.excludesFile={os.devnull}")


def require_settled(repository: Repository, begun: str | None) -> None:
    """Raise Conflict for the first thing that must be settled before, with the way out.

    `begun` is the version that an update before this one brought, if it is not committed yet.
    """
    try:
        require_nothing_half_done(repository)
        _require_merged(repository)
        _require_branch(repository)
        _require_clean(repository)
        _require_nothing_tracked_is_ignored(repository)
    except Conflict as found:
        if begun is None:
            raise
        back = f"or take the update to {begun} back: `cqrs-gen update --abort`"
        raise Conflict(found.what, hint=f"{found.hint}\n{back}") from None


def require_tracked(repository: Repository, paths: Iterable[PurePosixPath]) -> None:
    """Raise Conflict if a file that would be written over is there and git does not have it."""
    tracked = repository.tracked()
    loose = [path for path in paths if path not in tracked]
    lost = [path for path in loose if os.path.lexists(repository.root / path)]
    if lost:
        raise Conflict(
            f"the update would write over files that git does not have: {_named(lost)}",
            hint=f"commit them (`git add --force {_quoted(lost)}`) or move them away",
        )


def require_checked_out(repository: Repository, paths: Iterable[PurePosixPath]) -> None:
    """Raise Conflict if the update is to change a file that git keeps out of the work tree."""
    hidden = repository.left_out()
    gone = (path for path in paths if not os.path.lexists(repository.root / path))
    missed = sorted(path for path in gone if path in hidden)
    if missed:
        raise Conflict(
            f"the update changes files that git leaves out here: {_named(missed)}",
            hint="check them out: `git sparse-checkout disable`, or for a single file "
            "`git update-index --no-skip-worktree FILE`",
        )


def require_nothing_half_done(repository: Repository) -> None:
    """Raise Conflict while git is in the middle of a merge, a rebase or the like."""
    for sign, (what, on, back) in HALF_DONE.items():
        if repository.git_path(sign).exists():
            raise Conflict(
                f"{what} is half done in this repository", hint=f"finish it: `{on}`, or `{back}`"
            )


def _require_merged(repository: Repository) -> None:
    entries = lines(repository.root, "ls-files", "--unmerged", "-z")
    unmerged = sorted({entry.partition("\t")[2] for entry in entries})
    if unmerged:
        raise Conflict(
            f"conflicts are not settled yet: {_named(unmerged)}",
            hint=f"settle them, then `git add {_quoted(unmerged)}` and commit",
        )


def _require_branch(repository: Repository) -> None:
    if run(repository.root, "symbolic-ref", "--quiet", "HEAD").returncode:
        raise Conflict(
            "no branch is checked out (HEAD is detached), so an update could get lost",
            hint="make one: `git switch --create update-template`",
        )
    if run(repository.root, "rev-parse", "--quiet", "--verify", "HEAD").returncode:
        raise Conflict(
            "nothing is committed yet, so an update could not be taken back",
            hint="commit first: `git add --all && git commit --message Start`",
        )


def _require_clean(repository: Repository) -> None:
    told = lines(repository.root, *STATUS, "--no-renames", "--", ".")
    if told:
        named = [entry[3:].removeprefix(repository.prefix) for entry in told]
        raise Conflict(
            f"there are changes that are not committed: {_named(named)}",
            hint="commit them, or put them aside: `git stash --include-untracked`",
        )


def _require_nothing_tracked_is_ignored(repository: Repository) -> None:
    options = ("ls-files", "-z", "--cached", "--ignored", "--exclude-standard")
    ignored = lines(repository.root, *OURS_ALONE, *options)
    if ignored:
        raise Conflict(
            f"git tracks files that it is told to ignore: {_named(ignored)}",
            hint=f"stop tracking them: `git rm --cached {_quoted(ignored)}`\n"
            "or except them in `.gitignore`, by a line with `!` before the path; then commit",
        )


def _named(paths: Iterable[object]) -> str:
    every = [f"`{path}`" for path in paths]
    more = f" and {len(every) - NAMED} more" if len(every) > NAMED else ""
    return ", ".join(every[:NAMED]) + more


def _quoted(paths: Iterable[object]) -> str:
    return shlex.join(str(path) for path in list(paths)[:NAMED])
