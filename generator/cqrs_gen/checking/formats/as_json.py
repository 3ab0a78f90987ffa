"""A report for other programs: one object, with all that the text says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.shown import as_json as written

if TYPE_CHECKING:
    from cqrs_gen.checking.findings import Finding
    from cqrs_gen.checking.formats.lines import Lines
    from cqrs_gen.checking.running import Report


def as_json(report: Report, lines: Lines) -> str:
    """Write a report."""
    kept = [each._asdict() for each in report.kept]
    findings = [_finding(each, lines) for each in report.findings]
    return written({"files": report.files, "findings": findings, "kept": kept})


def _finding(finding: Finding, lines: Lines) -> dict[str, object]:
    return {
        "code": finding.code,
        "level": finding.level,
        "maybe": finding.maybe,
        "path": finding.path,
        "line": finding.place[0],
        "column": lines.column(finding.path, finding.place),
        "end_line": finding.place[2],
        "end_column": lines.end_column(finding.path, finding.place),
        "sentence": finding.sentence,
        "advice": finding.advice,
        "fixable": bool(finding.edits),
        "chain": [
            {
                "path": step.path,
                "line": step.place[0],
                "column": lines.column(step.path, step.place),
                "calls": step.calls,
            }
            for step in finding.chain
        ],
    }
