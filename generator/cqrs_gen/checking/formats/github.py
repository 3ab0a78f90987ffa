"""A report as commands of GitHub's workflows, which become notes beside the lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.shown import visible

if TYPE_CHECKING:
    from cqrs_gen.checking.findings import Finding
    from cqrs_gen.checking.formats.lines import Lines
    from cqrs_gen.checking.running import Report


def as_github(report: Report, lines: Lines) -> str:
    """Write a report, a line for each finding."""
    return "\n".join(_line(finding, lines) for finding in report.findings)


def _line(finding: Finding, lines: Lines) -> str:
    word = "notice" if finding.maybe else finding.level
    where = {
        "file": finding.path,
        "line": finding.place[0],
        "col": lines.column(finding.path, finding.place),
        "endLine": finding.place[2],
        "title": f"cqrs-gen check {finding.code}",
    }
    about = ",".join(f"{key}={_property(str(value))}" for key, value in where.items())
    told = f"{finding.code} {finding.sentence}"
    more = f"\nwhat to do: {finding.advice}" if finding.advice else ""
    return f"::{word} {about}::{_escaped(told + more)}"


def _escaped(text: str) -> str:
    return visible(text, lines=True).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
