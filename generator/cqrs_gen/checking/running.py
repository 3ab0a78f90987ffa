"""One run of `check`: read, survey, ask every rule, and leave out what is silenced."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from .cache import Cache, digest
from .history import before, revision
from .loading import files_of, load
from .plain import plain_finding, whole_finding
from .rules.crud import entities
from .rules.table import BY_CODE, RULES
from .suppressing import unsuppressed
from .survey import Survey

if TYPE_CHECKING:
    from cqrs_gen.project import Project

    from .findings import Finding
    from .loading import Files
    from .settings import Settings

DEEPEST = 10_000
"""How deep expressions and calls may be nested."""


class Kept(NamedTuple):
    """Something that stays as it is, for a reason that somebody wrote down."""

    code: str
    path: str
    line: int
    what: str
    why: str


class Report(NamedTuple):
    """What was found, in the order of the files, and what is kept for a reason."""

    findings: tuple[Finding, ...]
    kept: tuple[Kept, ...]
    files: int


class Known(NamedTuple):
    """All that the rules say of one state of the files."""

    findings: tuple[Finding, ...]
    kept: tuple[Kept, ...]
    remarks: dict[str, tuple[tuple[int, str, str], ...]]


def run(project: Project, settings: Settings, since: str | None = None) -> Report:
    """Check a project."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), DEEPEST))
    gc.disable()  # nothing is thrown away before the end, and there is much to look through
    try:
        files = files_of(project)
        known = _known(project, files, Cache(project.root), revision(project, since))
    finally:
        gc.enable()
    held = (f for f in known.findings if settings.holds(f.code, f.path))
    told = (f for f in held if settings.pedantic or not f.maybe)
    findings = sorted(unsuppressed(told, known.remarks, settings), key=_order)
    shown = tuple(f for f in findings if settings.holds(f.code, f.path))
    return Report(shown, known.kept, len(files.modules) + len(files.tests))


def survey_of(project: Project) -> Survey:
    """Read a project as it is, for whoever asks more than the rules do."""
    loaded = load(files_of(project), Cache(project.root))
    return Survey(project.package, loaded.modules, loaded.tests)


def _known(project: Project, files: Files, cache: Cache, at: tuple[str, str] | None) -> Known:
    key = digest(files.digest + repr(at).encode())
    kept: Any = cache.load("findings")
    if kept is not None and kept[0] == key:
        _, findings, reasons, remarks = kept
        return Known(tuple(map(whole_finding, findings)), tuple(Kept(*k) for k in reasons), remarks)
    known = _found(project, files, cache, at)
    findings = tuple(map(plain_finding, known.findings))
    cache.save("findings", (key, findings, tuple(map(tuple, known.kept)), known.remarks))
    return known


def _found(project: Project, files: Files, cache: Cache, at: tuple[str, str] | None) -> Known:
    loaded = load(files, cache)
    earlier = None if at is None else before(project, *at)
    survey = Survey(project.package, loaded.modules, loaded.tests, earlier)
    findings: dict[tuple[object, ...], Finding] = {}
    for finding in (*loaded.faults, *(f for rule in RULES for f in rule.check(survey))):
        rule = BY_CODE.get(finding.code)
        if rule is not None:
            finding = finding._replace(advice=finding.advice or rule.advice, level=rule.level)  # noqa: PLW2901
        # Many queries may come to one place: it is one thing to mend.
        findings.setdefault((finding.code, finding.path, finding.place[:2]), finding)
    reasons = (
        Kept(
            "CQ401",
            crud.commands[0].module.path,
            crud.commands[0].owner.place[0],
            crud.entity,
            crud.kept,
        )
        for crud in entities(survey)
        if crud.kept
    )
    remarks = {module.path: module.remarks for module in loaded.modules if module.remarks}
    return Known(tuple(findings.values()), tuple(reasons), remarks)


def _order(finding: Finding) -> tuple[object, ...]:
    return finding.path, finding.place, finding.code
