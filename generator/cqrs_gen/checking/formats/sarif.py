"""A report as SARIF 2.1.0, which code hosts show beside the lines."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from cqrs_gen.checking.rules.table import RULES
from cqrs_gen.shown import as_json
from cqrs_gen.version import version

if TYPE_CHECKING:
    from cqrs_gen.checking.findings import Finding
    from cqrs_gen.checking.formats.lines import Lines
    from cqrs_gen.checking.running import Report
    from cqrs_gen.checking.summaries import Place

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
OWN_RULES = (("CQ001", "A module is Python"), ("CQ002", "What is silenced is still there"))


def as_sarif(report: Report, lines: Lines) -> str:
    """Write a report."""
    told = (*OWN_RULES, *((rule.code, rule.sentence) for rule in RULES))
    rules = [{"id": code, "shortDescription": {"text": sentence}} for code, sentence in told]
    driver = {"name": "cqrs-gen check", "version": version(), "rules": rules}
    results = [_result(each, lines) for each in report.findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return as_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _result(finding: Finding, lines: Lines) -> dict[str, object]:
    told = (
        f"{finding.sentence}. What to do: {finding.advice}" if finding.advice else finding.sentence
    )
    result: dict[str, object] = {
        "ruleId": finding.code,
        "level": "note" if finding.maybe else finding.level,
        "message": {"text": told},
        "locations": [_location(finding.path, finding.place, lines)],
    }
    if finding.chain:
        steps = [{"location": _location(step.path, step.place, lines)} for step in finding.chain]
        last = {"location": _location(finding.path, finding.place, lines)}
        result["codeFlows"] = [{"threadFlows": [{"locations": [*steps, last]}]}]
    return result


def _location(path: str, place: Place, lines: Lines) -> dict[str, object]:
    region = {
        "startLine": place[0],
        "startColumn": lines.column(path, place),
        "endLine": place[2],
        "endColumn": max(lines.end_column(path, place), 1),
    }
    uri = quote(path, errors="surrogateescape")
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}
