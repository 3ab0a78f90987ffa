"""`check`: whether the three constraints hold in the project around this folder."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from cqrs_gen.checking.advice import advise
from cqrs_gen.checking.fixing import fix
from cqrs_gen.checking.formats.lines import Lines
from cqrs_gen.checking.running import Report, run
from cqrs_gen.checking.settings import Settings, known_codes, read_settings
from cqrs_gen.commands.clear_up import recovered
from cqrs_gen.errors import UsageError
from cqrs_gen.project import find_project
from cqrs_gen.report import show_line, show_warnings
from cqrs_gen.shown import visible
from cqrs_gen.streams import is_terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cqrs_gen.project import Project

FORMATS = ("text", "json", "sarif", "github", "junit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was asked for on the command line; None where pyproject.toml has the word."""

    select: Sequence[str] | None = None
    ignore: Sequence[str] | None = None
    pedantic: bool = False
    strict: bool = False
    since: str | None = None
    format: str = "text"
    mend: bool = False
    advise: bool = False


def check(wanted: Wanted) -> int:
    """Check the project around this folder; give the exit code."""
    if wanted.format not in FORMATS:
        raise UsageError(
            f"there is no format `{wanted.format}`", hint=f"there are: {', '.join(FORMATS)}"
        )
    project = find_project()
    show_warnings(recovered(project.root, only_reads=not wanted.mend))
    settings = _settings(project, wanted)
    if wanted.advise:
        show_line(advise(project))
        return 0
    report = run(project, settings, wanted.since)
    if wanted.mend and (mended := fix(project.root, report.findings)):
        for each in mended:
            told = f"mended: {each.path}:{each.place[0]} {each.code} {each.sentence}"
            typer.echo(visible(told), err=True)
        report = run(project, settings, wanted.since)
    told = _written(report, Lines(project.root), wanted.format)
    if told:
        typer.echo(told)
    fails = any(settings.fails(f.code, f.level) and not f.maybe for f in report.findings)
    return 1 if fails else 0


def _settings(project: Project, wanted: Wanted) -> Settings:
    own = read_settings(project.root)
    chosen = own if wanted.select is None else own._replace(select=known_codes(wanted.select))
    left_out = () if wanted.ignore is None else known_codes(wanted.ignore)
    return chosen._replace(
        ignore=(*chosen.ignore, *left_out),
        pedantic=own.pedantic or wanted.pedantic,
        strict=own.strict or wanted.strict,
    )


def _written(report: Report, lines: Lines, form: str) -> str:
    match form:
        case "json":
            from cqrs_gen.checking.formats.as_json import as_json  # noqa: PLC0415

            return as_json(report, lines)
        case "sarif":
            from cqrs_gen.checking.formats.sarif import as_sarif  # noqa: PLC0415

            return as_sarif(report, lines)
        case "github":
            from cqrs_gen.checking.formats.github import as_github  # noqa: PLC0415

            return as_github(report, lines)
        case "junit":
            from cqrs_gen.checking.formats.junit import as_junit  # noqa: PLC0415

            return as_junit(report, lines)
    from cqrs_gen.checking.formats.text import as_text  # noqa: PLC0415

    return as_text(report, lines, _style)


def _style(text: str, colour: str) -> str:
    if os.environ.get("NO_COLOR") or not is_terminal(sys.stdout):
        return text
    return typer.style(text, fg=colour, bold=True)
