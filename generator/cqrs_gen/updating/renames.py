"""Which files the template has renamed between two of its versions, by what is in them."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from cqrs_gen.git import run_on_files

if TYPE_CHECKING:
    from pathlib import Path

FIND_RENAMED = (
    *("diff", "--no-index", "--no-ext-diff", "--no-textconv"),
    *("-M", "--diff-filter=R", "--name-status", "-z", "--"),
)


def renames_between(old: Path, new: Path) -> dict[PurePosixPath, PurePosixPath]:
    """Tell what each renamed file is called now; two folders beside each other are compared.

    Git finds them, as it does for `git log --follow`.
    """
    found = run_on_files(old.parent, *FIND_RENAMED, old.name, new.name)
    words = found.stdout.decode("utf-8", "surrogateescape").split("\0")[:-1]
    pairs = zip(words[1::3], words[2::3], strict=True)
    return {_below(old, before): _below(new, after) for before, after in pairs}


def _below(folder: Path, path: str) -> PurePosixPath:
    return PurePosixPath(path).relative_to(folder.name)
