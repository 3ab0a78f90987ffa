"""What people have said beside their code: `# noqa: CQ101`, and whether that is still needed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .findings import Edit, Finding
from .rules.table import BY_CODE, NOT_PYTHON, UNUSED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from .settings import Settings

Remarks = dict[str, tuple[tuple[int, str, str], ...]]
_CODE = re.compile(r"[A-Z]+[0-9]+")


def unsuppressed(
    findings: Iterable[Finding],
    remarks: Mapping[str, Sequence[tuple[int, str, str]]],
    settings: Settings,
) -> Iterator[Finding]:
    """Give the findings that nobody has silenced, then the silencing that nothing needs.

    A remark counts on a line of the finding itself, or of a call that leads to it.
    """
    silencing = {
        (path, line, code)
        for path, own in remarks.items()
        for line, kind, codes in own
        if kind == "noqa"
        for code in _CODE.findall(codes)
        if code.startswith("CQ")
    }
    used: set[tuple[str, int, str]] = set()
    for finding in findings:
        here = silencing & set(_lines(finding))
        used |= here
        if not here:
            yield finding
    for path, line, code in sorted(silencing - used):
        if code not in BY_CODE or settings.holds(code, path):
            yield _unused(path, line, code)


def _lines(finding: Finding) -> Iterator[tuple[str, int, str]]:
    if finding.code == NOT_PYTHON:
        return
    for path, place in ((finding.path, finding.place), *((s.path, s.place) for s in finding.chain)):
        for line in {place[0], place[2]}:
            yield path, line, finding.code


def _unused(path: str, line: int, code: str) -> Finding:
    why = "silences nothing" if code in BY_CODE else "names no rule"
    place = (line, 0, line, 0)
    edits = (Edit(path, place, code),)
    return Finding(UNUSED, path, place, f"`# noqa: {code}` {why}", edits=edits)
