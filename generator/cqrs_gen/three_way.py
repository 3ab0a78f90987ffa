"""Merges one file three ways: what the template was, what it is now, what its owners made of it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import NamedTuple

from cqrs_gen.errors import Failed
from cqrs_gen.git import run_on_files

# As Copier calls the sides, so that what people know of one they know of both.
LABELS = ("before updating", "last update", "after updating")
_FIRST = 8000
"""As many letters as git looks at to tell whether a file is text."""
_FAILED = 128
"""The least exit code that is no number of conflicts."""


class Merged(NamedTuple):
    """What came of it; with conflicts, both sides stand there with marks around them."""

    text: str
    has_conflicts: bool


def merge(ours: str, base: str, theirs: str) -> Merged | None:
    """Merge; None where a side is no text, so that nobody but its owners can do it.

    A file that its owners keep with the line ends of Windows keeps them.
    """
    if any("\0" in side[:_FIRST] for side in (ours, base, theirs)):
        return None
    if not is_crlf(ours):
        return _merge(ours, base, theirs)
    merged = _merge(*(side.replace("\r\n", "\n") for side in (ours, base, theirs)))
    return merged._replace(text=with_crlf(merged.text))


def is_crlf(text: str) -> bool:
    """Tell whether every line ends as on Windows."""
    return "\r\n" in text and text.count("\r\n") == text.count("\n")


def with_crlf(text: str) -> str:
    """End every line as on Windows."""
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def _merge(ours: str, base: str, theirs: str) -> Merged:
    with tempfile.TemporaryDirectory(prefix="cqrs-gen-") as folder:
        for name, side in (("ours", ours), ("base", base), ("theirs", theirs)):
            (Path(folder) / name).write_bytes(side.encode("utf-8", "surrogateescape"))
        labels = (word for label in LABELS for word in ("-L", label))
        done = run_on_files(Path(folder), "merge-file", "-p", *labels, "ours", "base", "theirs")
    if not 0 <= done.returncode < _FAILED:
        raise Failed(f"`git merge-file` failed: {done.stderr.decode(errors='replace').strip()}")
    return Merged(done.stdout.decode("utf-8", "surrogateescape"), done.returncode > 0)
