"""The slices that a project has: each message with the context that `add` made its files of."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from cqrs_gen.commands.add_event import event_slice
from cqrs_gen.commands.found_commands import context_of_command
from cqrs_gen.commands.found_of_own_kinds import slices_of_own_kind
from cqrs_gen.commands.found_read_side import context_of_projection, context_of_query
from cqrs_gen.commands.known import require_known
from cqrs_gen.errors import CqrsGenError, NotFound
from cqrs_gen.kinds import COMMAND, EVENT, PROJECTION, QUERY
from cqrs_gen.names import Name
from cqrs_gen.scan import handlers, messages, read_models

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cqrs_gen.contexts import Context
    from cqrs_gen.project import Project
    from cqrs_gen.scan import FoundMessage


class FoundSlice(NamedTuple):
    """A message, where it stands, and what templates may name; or why that cannot be told."""

    kind: str
    name: str
    path: Path
    context: Context | None
    why: str = ""


def found_slices(project: Project, kind: str, templates: Path) -> Iterator[FoundSlice]:
    """Find the slices of a kind; `templates` are those that they were made from."""
    match kind:
        case EVENT.name:
            yield from _events(project)
        case COMMAND.name:
            yield from _commands(project)
        case QUERY.name:
            yield from _queries(project)
        case PROJECTION.name:
            for model in read_models(project):
                tell = partial(context_of_projection, project, model)
                yield _told(kind, model.projection, model.path, tell)
        case _:
            yield from _of_own_kind(project, kind, templates)


def _events(project: Project) -> Iterator[FoundSlice]:
    for found in messages(project, EVENT):
        yield _told(EVENT.name, found.name, found.path, partial(_context_of_event, found))


def _context_of_event(found: FoundMessage) -> Context:
    require_known(found)
    return event_slice(Name.parse(found.class_name, "event"), found.fields).context


def _commands(project: Project) -> Iterator[FoundSlice]:
    events = tuple(messages(project, EVENT))
    handled = {each.message: each for each in handlers(project, "write/handlers")}
    for found in messages(project, COMMAND):
        tell = partial(context_of_command, found, handled.get(found.class_name), events)
        yield _told(COMMAND.name, found.name, found.path, tell)


def _queries(project: Project) -> Iterator[FoundSlice]:
    models = tuple(read_models(project))
    handled = {each.message: each for each in handlers(project, "read/handlers")}
    for found in messages(project, QUERY):
        tell = partial(context_of_query, project, found, handled.get(found.class_name), models)
        yield _told(QUERY.name, found.name, found.path, tell)


def _of_own_kind(project: Project, kind: str, templates: Path) -> Iterator[FoundSlice]:
    try:
        for name, path, tell in slices_of_own_kind(project, kind, templates):
            yield _told(kind, name, path, tell)
    except NotFound as error:
        yield FoundSlice(kind, kind, templates / kind, None, error.what)


def _told(kind: str, name: str, path: Path, tell: Callable[[], Context]) -> FoundSlice:
    try:
        return FoundSlice(kind, name, path, tell())
    except CqrsGenError as error:
        return FoundSlice(kind, name, path, None, error.what)
