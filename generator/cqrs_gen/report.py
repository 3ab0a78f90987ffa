"""What a person reads of a plan: a line a file, then notes; warnings go beside.

All of it may have come with a repository, so it is escaped here.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import typer

from .shown import as_json, visible
from .streams import is_terminal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .errors import CqrsGenError
    from .plan import Plan

COLOURS = {
    "create": typer.colors.GREEN,
    "identical": typer.colors.BLUE,
    "conflict": typer.colors.RED,
    "overwrite": typer.colors.YELLOW,
    "update": typer.colors.YELLOW,
    "skip": typer.colors.YELLOW,
    "delete": typer.colors.RED,
    "error": typer.colors.RED,
    "warning": typer.colors.YELLOW,
}


def show_plan(plan: Plan) -> None:
    """Print a line a file: what becomes of it, and its path."""
    for line in map(visible, plan.lines()):
        word = line.split(maxsplit=1)[0]
        typer.echo(line.replace(word, _coloured(word), 1))


def show_line(text: str) -> None:
    """Print a line, or a few."""
    typer.echo(visible(text, lines=True))


def show_json(value: object) -> None:
    """Print JSON, for other programs."""
    typer.echo(as_json(value))


def show_patch(patch: str) -> None:
    """Print a patch; one that has to be escaped is no longer good for `git apply`."""
    text = visible(patch, lines=True)
    typer.echo(text, nl=False)
    if text != patch:
        show_warnings(["what is escaped in this patch would not come out the same"])


def show_notes(notes: Iterable[str]) -> None:
    """Print what was inferred, and what is to be known."""
    for note in notes:
        show_line(f"note: {note}")


def show_warnings(warnings: Iterable[str]) -> None:
    """Print what looks like a slip, on standard error."""
    for warning in warnings:
        text = visible(warning, lines=True)
        typer.echo(f"{_coloured('warning', error=True)}: {text}", err=True)


def show_error(error: CqrsGenError) -> None:
    """Print what is wrong and what to do about it, on standard error."""
    typer.echo(f"{_coloured('error', error=True)}: {visible(error.what)}", err=True)
    for line in error.hint.splitlines():
        typer.echo(f"  {visible(line)}", err=True)


def _coloured(word: str, *, error: bool = False) -> str:
    stream = sys.stderr if error else sys.stdout
    if os.environ.get("NO_COLOR") or not is_terminal(stream):
        return word
    return typer.style(word, fg=COLOURS.get(word), bold=True)
