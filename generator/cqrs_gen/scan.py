"""What a project has: its messages, read from the source by ast; nothing is imported."""

from __future__ import annotations

import ast
import re
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from .errors import InvalidName
from .kinds import EVENT, PROJECTION, RETIRED_EVENT, Kind
from .modules import read, sources
from .phrases import entity_id, event_entity, id_in_event
from .read_models import FoundReadModel, read_models_in
from .sources import bases_of, fields_of, last_name, other_fields_of
from .words import snake

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .fields import Field
    from .project import Project
    from .sources import Source


class FoundMessage(NamedTuple):
    """A command, query or event that a project has, in the module of this dotted name.

    `others` are the lines of fields whose types are none that can be typed.
    """

    name: str
    class_name: str
    kind: Kind
    module: str
    path: Path
    line: int
    fields: tuple[Field, ...]
    others: tuple[str, ...] = ()


class FoundHandler(NamedTuple):
    """A handler that a project has, and the names that its module's code uses."""

    name: str
    message: str
    path: Path
    line: int
    names: frozenset[str]


def event_named(project: Project, name: str, kind: Kind = EVENT) -> FoundMessage | None:
    """Find an event by its name: where its file should be, or else anywhere in `events`.

    With RETIRED_EVENT, find one that is retired. Raises Failed where that file is not Python.
    """
    likely = read(project, project.source / EVENT.folder / f"{snake(name)}.py")
    elsewhere = sources(project, EVENT.folder, mark=f"class {re.escape(name)}(Event)?\\b")
    for source in chain(likely, elsewhere):
        for event in _messages_in(source, kind):
            if event.class_name in {name, f"{name}Event"}:
                return event
    return None


def require_not_retired(project: Project, name: str) -> None:
    """Raise InvalidName for an event that is retired: the journal holds others of its name."""
    retired = event_named(project, name, RETIRED_EVENT)
    if retired is not None:
        where = retired.path.relative_to(project.root).as_posix()
        raise InvalidName(
            f"the event `{name}` is retired in `{where}`",
            hint="choose another name, or derive its class from `Event` again",
        )


def events_of(project: Project, entity: str) -> tuple[FoundMessage, ...]:
    """Find the events that tell of an entity."""
    likely = sources(project, EVENT.folder, mark=f"class {re.escape(entity)}[A-Z]")
    found = (event for source in likely for event in _messages_in(source, EVENT))
    return tuple(event for event in found if _tells_of(entity, event))


def event_names(project: Project) -> tuple[str, ...]:
    """Name every event."""
    return tuple(found.name for found in messages(project, EVENT))


def messages(project: Project, kind: Kind) -> Iterator[FoundMessage]:
    """Find every message of a kind, in the order of their files."""
    for source in sources(project, kind.folder):
        yield from _messages_in(source, kind)


def handlers(project: Project, folder: str) -> Iterator[FoundHandler]:
    """Find every handler in a folder of the package."""
    for source in sources(project, folder):
        names = frozenset(n.id for n in ast.walk(source.tree) if isinstance(n, ast.Name))
        for node in source.classes:
            yield from _handlers(node, source, names)


def read_models(project: Project) -> Iterator[FoundReadModel]:
    """Find every read model."""
    for source in sources(project, PROJECTION.folder):
        yield from read_models_in(source)


def read_model_named(project: Project, name: str) -> FoundReadModel | None:
    """Find a read model by its name: where its file should be, or else anywhere.

    Raises Failed where that file is not Python.
    """
    likely = read(project, project.source / PROJECTION.folder / f"{name}.py")
    elsewhere = sources(project, PROJECTION.folder, mark=f"[\"']{re.escape(name)}[\"']")
    found = (model for source in chain(likely, elsewhere) for model in read_models_in(source))
    return next((model for model in found if model.name == name), None)


def _tells_of(entity: str, event: FoundMessage) -> bool:
    fields = [field.name for field in event.fields]
    return event_entity(event.name) == entity or id_in_event(event.name, fields) == entity_id(
        entity
    )


def _messages_in(source: Source, kind: Kind) -> Iterator[FoundMessage]:
    for node in source.classes:
        if any(base == kind.base for base, _ in bases_of(node, source.names)):
            yield FoundMessage(
                name=node.name.removesuffix(kind.suffix),
                class_name=node.name,
                kind=kind,
                module=source.module,
                path=source.path,
                line=node.lineno,
                fields=fields_of(node, source.names),
                others=other_fields_of(node, source.names),
            )


def _handlers(node: ast.ClassDef, source: Source, names: frozenset[str]) -> Iterator[FoundHandler]:
    for base, inner in bases_of(node, source.names):
        if base in {"CommandHandler", "QueryHandler"} and inner is not None:
            first = inner.elts[0] if isinstance(inner, ast.Tuple) else inner
            message = last_name(first, source.names)
            yield FoundHandler(node.name, message, source.path, node.lineno, names)
