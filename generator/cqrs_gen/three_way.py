"""Merges one file three ways: what it was made as, what it is made as now, what became of it."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

from .errors import Failed

# As Copier calls the sides, so that what people know of one they know of both.
LABELS = ("before updating", "last update", "after updating")
NO_SETTINGS = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
_FAILED = 128
"""The least exit code that is no number of conflicts."""


class Merged(NamedTuple):
    """What came of it; with conflicts, both sides stand there with marks around them."""

    text: str
    has_conflicts: bool


def merge(ours: str, base: str, theirs: str) -> Merged:
    """Merge line by line; line ends of Windows on our side stay.

    Raises Failed if git does.
    """
    if "\r\n" not in ours:
        return _merge(ours, base, theirs)
    merged = _merge(*(side.replace("\r\n", "\n") for side in (ours, base, theirs)))
    return merged._replace(text=as_in(ours, merged.text))


def as_in(ours: str, text: str) -> str:
    """End lines as another text does."""
    plain = text.replace("\r\n", "\n")
    return plain.replace("\n", "\r\n") if "\r\n" in ours else plain


def _merge(ours: str, base: str, theirs: str) -> Merged:
    with tempfile.TemporaryDirectory(prefix="cqrs-gen-") as folder:
        for name, side in (("ours", ours), ("base", base), ("theirs", theirs)):
            (Path(folder) / name).write_bytes(side.encode("utf-8", "surrogateescape"))
        labels = (word for label in LABELS for word in ("-L", label))
        done = subprocess.run(
            ("git", "merge-file", "-p", *labels, "ours", "base", "theirs"),
            cwd=folder,
            env=os.environ | NO_SETTINGS,
            capture_output=True,
            check=False,
        )
    if not 0 <= done.returncode < _FAILED:
        raise Failed(f"`git merge-file` failed: {done.stderr.decode(errors='replace').strip()}")
    return Merged(done.stdout.decode("utf-8", "surrogateescape"), done.returncode > 0)
