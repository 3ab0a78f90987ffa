"""`list`: every message, its handler and where it is, and what feeds what."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from cqrs_gen.commands.clear_up import recovered
from cqrs_gen.commands.entries import Entry, lines
from cqrs_gen.kinds import COMMAND, EVENT, PROJECTION, QUERY
from cqrs_gen.modules import unreadable
from cqrs_gen.project import find_project, require_package
from cqrs_gen.report import show_json, show_line, show_warnings
from cqrs_gen.scan import handlers, messages, read_models
from cqrs_gen.streams import terminal_width

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from cqrs_gen.fields import Field
    from cqrs_gen.project import Project
    from cqrs_gen.scan import FoundHandler, FoundMessage


def list_messages(*, as_json: bool) -> None:
    """Print what the project around this folder has."""
    project = find_project()
    recovered(project.root, only_reads=True)
    require_package(project)
    show_warnings(unreadable(project))
    entries = catalogue(project)
    if as_json:
        show_json([asdict(entry) for entry in entries])
    elif entries:
        for line in lines(entries, width=terminal_width()):
            show_line(line)
    else:
        show_line("no messages yet: `cqrs-gen add command CreateUser email:str` makes one")


def catalogue(project: Project) -> tuple[Entry, ...]:
    """Gather what a project has: commands, events, projections and queries."""
    return (
        *_commands(project),
        *_events(project),
        *_projections(project),
        *_queries(project),
    )


def _commands(project: Project) -> Iterator[Entry]:
    by_message = _by_message(handlers(project, "write/handlers"))
    events = {event.class_name for event in messages(project, EVENT)}
    for command in messages(project, COMMAND):
        handler = by_message.get(command.class_name)
        records = sorted(events & handler.names) if handler else []
        yield _entry(project, command, handler, records)


def _events(project: Project) -> Iterator[Entry]:
    models = tuple(read_models(project))
    for event in messages(project, EVENT):
        fed = [model.name for model in models if event.class_name in model.events]
        yield _entry(project, event, None, fed)


def _projections(project: Project) -> Iterator[Entry]:
    queries = tuple(handlers(project, "read/handlers"))
    for model in read_models(project):
        read_by = [query.message for query in queries if model.constant in query.names]
        yield Entry(
            kind=PROJECTION.name,
            name=model.projection.removesuffix(PROJECTION.suffix),
            fields=_specs(model.fields),
            handler=None,
            where=_where(project, model.path, model.line),
            handled_at=None,
            feeds=tuple(name.removesuffix(QUERY.suffix) for name in read_by),
        )


def _queries(project: Project) -> Iterator[Entry]:
    by_message = _by_message(handlers(project, "read/handlers"))
    for query in messages(project, QUERY):
        yield _entry(project, query, by_message.get(query.class_name), [])


def _by_message(found: Iterable[FoundHandler]) -> dict[str, FoundHandler]:
    return {handler.message: handler for handler in found}


def _entry(
    project: Project, message: FoundMessage, handler: FoundHandler | None, feeds: Iterable[str]
) -> Entry:
    return Entry(
        kind=message.kind.name,
        name=message.name,
        fields=_specs(message.fields),
        handler=handler.name if handler else None,
        where=_where(project, message.path, message.line),
        handled_at=_where(project, handler.path, handler.line) if handler else None,
        feeds=tuple(feeds),
    )


def _specs(fields: Iterable[Field]) -> tuple[str, ...]:
    return tuple(f"{field.name}:{field.type.spec}" for field in fields)


def _where(project: Project, path: Path, line: int) -> str:
    return f"{path.relative_to(project.root).as_posix()}:{line}"
