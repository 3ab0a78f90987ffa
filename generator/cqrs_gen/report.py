"""What a person reads of a plan: a line a file, then notes; warnings go beside."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import typer

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
    for line in plan.lines():
        word = line.split(maxsplit=1)[0]
        typer.echo(line.replace(word, _coloured(word), 1))


def show_notes(notes: Iterable[str]) -> None:
    """Print what was inferred, and what is to be known."""
    for note in notes:
        typer.echo(f"note: {note}")


def show_warnings(warnings: Iterable[str]) -> None:
    """Print what looks like a slip, on standard error."""
    for warning in warnings:
        typer.echo(f"{_coloured('warning', error=True)}: {warning}", err=True)


def show_error(error: CqrsGenError) -> None:
    """Print what is wrong and what to do about it, on standard error."""
    typer.echo(f"{_coloured('error', error=True)}: {error.what}", err=True)
    for line in error.hint.splitlines():
        typer.echo(f"  {line}", err=True)


def _coloured(word: str, *, error: bool = False) -> str:
    stream = sys.stderr if error else sys.stdout
    if os.environ.get("NO_COLOR") or not is_terminal(stream):
        return word
    return typer.style(word, fg=COLOURS.get(word), bold=True)
