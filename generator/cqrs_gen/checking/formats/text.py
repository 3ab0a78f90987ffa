"""A report for people: where and what, the line with a mark, how one gets there, what to do.

Paths, names and lines may have come with a repository, so they are escaped.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cqrs_gen.shown import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cqrs_gen.checking.findings import Finding
    from cqrs_gen.checking.formats.lines import Lines
    from cqrs_gen.checking.running import Report


def as_text(report: Report, lines: Lines, style: Callable[[str, str], str]) -> str:
    """Write a report; `style` gives a text a colour, or leaves it as it is."""
    parts = [_finding(finding, lines, style) for finding in report.findings]
    return "\n".join((*parts, *_kept(report), _sum(report)))


def _finding(finding: Finding, lines: Lines, style: Callable[[str, str], str]) -> str:
    line, column = finding.place[0], lines.column(finding.path, finding.place)
    colour = "red" if finding.level == "error" else "yellow"
    told = visible(f"cannot tell: {finding.sentence}" if finding.maybe else finding.sentence)
    where = visible(f"{finding.path}:{line}:{column}")
    head = f"{where} {style(finding.code, colour)} {_level(finding)}{told}"
    return "\n".join((head, *_shown(finding, lines), *_way(finding, lines), *_advice(finding), ""))


def _level(finding: Finding) -> str:
    return "" if finding.level == "error" else f"{finding.level}: "


def _shown(finding: Finding, lines: Lines) -> Iterator[str]:
    shown = lines.at(finding.path, finding.place[0])
    if shown:
        indent = len(shown) - len(shown.lstrip())
        yield f"    {visible(shown[indent:])}"
        yield f"    {lines.mark(finding.path, finding.place)[indent:]}"


def _way(finding: Finding, lines: Lines) -> Iterator[str]:
    for step in finding.chain:
        column = lines.column(step.path, step.place)
        where = f"{step.path}:{step.place[0]}:{column}"
        yield visible(f"  by way of {where}, which leads to `{step.calls}`")


def _advice(finding: Finding) -> Iterator[str]:
    if finding.advice:
        yield visible(f"  what to do: {finding.advice}")


def _kept(report: Report) -> Iterator[str]:
    for kept in report.kept:
        where = f"{kept.path}:{kept.line}"
        yield visible(f"kept: {where} {kept.code} `{kept.what}`, because {kept.why}")


def _sum(report: Report) -> str:
    counts = Counter(finding.level for finding in report.findings)
    if not counts:
        return f"{report.files} files, nothing found"
    told = [_counted(counts[level], level) for level in ("error", "warning") if counts[level]]
    return f"{report.files} files, {' and '.join(told)}"


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
