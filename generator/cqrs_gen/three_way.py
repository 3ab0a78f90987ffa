"""Merges one file three ways: what the template was, what it is now, what its owners made of it."""

from __future__ import annotations

import tempfile
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from cqrs_gen.errors import Failed
from cqrs_gen.git import run_on_files

# As Copier calls the sides, so that what people know of one they know of both.
LABELS = ("before updating", "last update", "after updating")
_CRLF, _LF = "\r\n", "\n"
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

    Line ends are no difference: each line keeps the end that its owners gave it.
    """
    if any("\0" in side[:_FIRST] for side in (ours, base, theirs)):
        return None
    merged = _merge(*map(_unix, (ours, base, theirs)))
    return merged._replace(text=with_line_ends_of(ours, merged.text))


def with_line_ends_of(ours: str, text: str) -> str:
    """End each line of a text as it ends in `ours`; lines that are new end as most do there."""
    ends = [row.endswith("\r") for row in ours.split("\n")[:-1]]
    usual = sum(ends) > len(ends) / 2
    lines = _unix(text).split("\n")
    if any(ends) and not all(ends):
        found = _ends_by_line(_unix(ours).split("\n"), lines, [*ends, usual], usual=usual)
    else:
        found = [usual] * len(lines)
    *ended, last = lines
    return (
        "".join(
            f"{line}{_CRLF if end else _LF}" for line, end in zip(ended, found[:-1], strict=True)
        )
        + last
    )


def _ends_by_line(
    before: list[str], after: list[str], ends: list[bool], *, usual: bool
) -> list[bool]:
    found = [usual] * len(after)
    matches = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    for ours, theirs, size in matches:
        found[theirs : theirs + size] = ends[ours : ours + size]
    return found


def _unix(text: str) -> str:
    return text.replace(_CRLF, _LF)


def _merge(ours: str, base: str, theirs: str) -> Merged:
    with tempfile.TemporaryDirectory(prefix="cqrs-gen-") as folder:
        for name, side in (("ours", ours), ("base", base), ("theirs", theirs)):
            (Path(folder) / name).write_bytes(side.encode("utf-8", "surrogateescape"))
        labels = (word for label in LABELS for word in ("-L", label))
        done = run_on_files(Path(folder), "merge-file", "-p", *labels, "ours", "base", "theirs")
    if not 0 <= done.returncode < _FAILED:
        raise Failed(f"`git merge-file` failed: {done.stderr.decode(errors='replace').strip()}")
    return Merged(done.stdout.decode("utf-8", "surrogateescape"), done.returncode > 0)
