"""What the shell completes: events and read models of the project around, and fixed answers.

A shell may run what it is offered, so nothing but identifiers is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from cqrs_gen import options as o
from cqrs_gen.commands.answers import REASONS
from cqrs_gen.errors import CqrsGenError
from cqrs_gen.project import find_project
from cqrs_gen.scan import event_names, read_models

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cqrs_gen.project import Project


def offer_completions() -> None:
    """Let options complete their values; only a shell that asks for that pays for it."""
    for option, complete in (
        (o.On, _events),
        (o.Emits, _event),
        (o.From, _read_models),
        (o.Because, _of(REASONS)),
        (o.Ci, _of(("github", "none"))),
    ):
        get_args(option)[1].autocompletion = complete


def _of(answers: Iterable[str]) -> Callable[[str], list[str]]:
    def complete(incomplete: str) -> list[str]:
        return [answer for answer in answers if answer.startswith(incomplete)]

    return complete


def _event(incomplete: str) -> list[str]:
    return _found(event_names, incomplete)


def _events(incomplete: str) -> list[str]:
    """Complete the last of the names that have commas between them."""
    before, comma, last = incomplete.rpartition(",")
    named = before.split(",") if comma else []
    if not all(map(_is_safe, named)):
        return []
    return [f"{before}{comma}{name}" for name in _event(last) if name not in named]


def _read_models(incomplete: str) -> list[str]:
    return _found(lambda project: [each.name for each in read_models(project)], incomplete)


def _found(names_in: Callable[[Project], Iterable[str]], incomplete: str) -> list[str]:
    try:
        names = list(names_in(find_project()))
    except (CqrsGenError, OSError):
        return []
    return _of(filter(_is_safe, names))(incomplete)


def _is_safe(name: str) -> bool:
    return name.isascii() and name.isidentifier()
