"""A report for people: where and what, the line with a mark, how one gets there, what to do."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

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
    told = f"cannot tell: {finding.sentence}" if finding.maybe else finding.sentence
    where = f"{finding.path}:{line}:{column}"
    head = f"{where} {style(finding.code, colour)} {_level(finding)}{told}"
    return "\n".join((head, *_shown(finding, lines), *_way(finding, lines), *_advice(finding), ""))


def _level(finding: Finding) -> str:
    return "" if finding.level == "error" else f"{finding.level}: "


def _shown(finding: Finding, lines: Lines) -> Iterator[str]:
    shown = lines.at(finding.path, finding.place[0])
    if shown:
        indent = len(shown) - len(shown.lstrip())
        yield f"    {shown[indent:]}"
        yield f"    {lines.mark(finding.path, finding.place)[indent:]}"


def _way(finding: Finding, lines: Lines) -> Iterator[str]:
    for step in finding.chain:
        column = lines.column(step.path, step.place)
        yield f"  by way of {step.path}:{step.place[0]}:{column}, which leads to `{step.calls}`"


def _advice(finding: Finding) -> Iterator[str]:
    if finding.advice:
        yield f"  what to do: {finding.advice}"


def _kept(report: Report) -> Iterator[str]:
    for kept in report.kept:
        yield f"kept: {kept.path}:{kept.line} {kept.code} `{kept.what}`, because {kept.why}"


def _sum(report: Report) -> str:
    counts = Counter(finding.level for finding in report.findings)
    if not counts:
        return f"{report.files} files, nothing found"
    told = [_counted(counts[level], level) for level in ("error", "warning") if counts[level]]
    return f"{report.files} files, {' and '.join(told)}"


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
