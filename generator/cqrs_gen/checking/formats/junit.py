"""A report as JUnit's XML: a test for each rule, which fails for each of its findings."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from cqrs_gen.checking.formats.sarif import OWN_RULES
from cqrs_gen.checking.rules.table import RULES
from cqrs_gen.shown import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cqrs_gen.checking.findings import Finding
    from cqrs_gen.checking.formats.lines import Lines
    from cqrs_gen.checking.running import Report


def as_junit(report: Report, lines: Lines) -> str:
    """Write a report; warnings are no failures, and stand in what the test has printed."""
    told = (*OWN_RULES, *((rule.code, rule.sentence) for rule in RULES))
    by_code: dict[str, list[Finding]] = {code: [] for code, _ in told}
    for finding in report.findings:
        by_code[finding.code].append(finding)
    failures = sum(any(map(_fails, found)) for found in by_code.values())
    head = f'<testsuite name="cqrs-gen check" tests="{len(told)}" failures="{failures}">'
    cases = (_case(code, sentence, by_code[code], lines) for code, sentence in told)
    return "\n".join(('<?xml version="1.0" encoding="utf-8"?>', head, *cases, "</testsuite>"))


def _case(code: str, sentence: str, found: Iterable[Finding], lines: Lines) -> str:
    name = quoteattr(f"{code} {sentence}")
    body = "".join(_told(finding, lines) for finding in found)
    return f'  <testcase classname="cqrs-gen.check" name={name}>{body}</testcase>'


def _told(finding: Finding, lines: Lines) -> str:
    where = f"{finding.path}:{finding.place[0]}:{lines.column(finding.path, finding.place)}"
    lines_told = (f"{where} {finding.code} {finding.sentence}", *_rest(finding))
    text = "\n".join(map(visible, lines_told))
    if _fails(finding):
        return f"<failure message={quoteattr(visible(finding.sentence))}>{escape(text)}</failure>"
    return f"<system-out>{escape(text)}</system-out>"


def _rest(finding: Finding) -> Iterator[str]:
    for step in finding.chain:
        yield f"by way of {step.path}:{step.place[0]}, which leads to {step.calls}"
    if finding.advice:
        yield f"what to do: {finding.advice}"


def _fails(finding: Finding) -> bool:
    return finding.level == "error" and not finding.maybe
