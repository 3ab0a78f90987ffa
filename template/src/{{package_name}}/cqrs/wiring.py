"""Wires what was found: each message to its one handler, or every fault at once."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar, get_type_hints

from .checks import (
    command_handler_faults,
    message_faults,
    projection_faults,
    query_handler_faults,
)
from .codec import name_of
from .discovery import Found
from .errors import WiringError
from .hints import type_parameter, without_none
from .messages import Command, Query
from .reading import Projection, QueryHandler
from .writing import CommandHandler

T = TypeVar("T")
Ports: TypeAlias = Mapping[type, object]


@dataclass(frozen=True, slots=True)
class Wired:
    """Every handler made, by the message that it handles, and every projection."""

    command_handlers: Mapping[type[Command], CommandHandler[Any]]
    query_handlers: Mapping[type[Query[Any]], QueryHandler[Any, Any]]
    projections: tuple[Projection, ...]


def wire(found: Found, ports: Ports) -> Wired:
    """Make handlers and projections; a WiringError tells every fault there is."""
    faults = [*_faults(found), *_port_faults(found, ports)]
    if faults:
        raise WiringError("The service cannot start", faults)
    return Wired(
        {type_parameter(h, CommandHandler): _make(h, ports) for h in found.command_handlers},
        {type_parameter(h, QueryHandler): _make(h, ports) for h in found.query_handlers},
        tuple(projection() for projection in found.projections),
    )


def _faults(found: Found) -> Iterator[str]:
    yield from _each(message_faults, (*found.events, *found.commands, *found.queries))
    yield from _each(command_handler_faults, found.command_handlers)
    yield from _each(query_handler_faults, found.query_handlers)
    yield from _each(projection_faults, found.projections)
    yield from _routing_faults(found.commands, found.command_handlers, CommandHandler)
    yield from _routing_faults(found.queries, found.query_handlers, QueryHandler)
    yield from _reading_faults(found)
    yield from _shared("event name", (name_of(event) for event in found.events))
    messages = (*found.commands, *found.queries)
    yield from _shared("message name", (message.__name__ for message in messages))
    models = (p.read_model.name for p in found.projections if hasattr(p, "read_model"))
    yield from _shared("read model", models)


def _each(check: Callable[[Any], Iterator[str]], types: Iterable[type]) -> Iterator[str]:
    for checked in types:
        try:
            yield from check(checked)
        except NameError as error:
            yield (
                f"`{checked.__name__}` is annotated with `{error.name}`, which is not there "
                "at run time: import it outside of `if TYPE_CHECKING`"
            )


def _routing_faults(
    messages: Iterable[type], handlers: Iterable[type], generic: type
) -> Iterator[str]:
    by_message: dict[Any, list[str]] = {message: [] for message in messages}
    for handler in handlers:
        by_message.setdefault(type_parameter(handler, generic), []).append(handler.__name__)
    for message, names in by_message.items():
        if not names:
            yield f"`{message.__name__}` has no handler"
        elif len(names) > 1 and message is not None:
            yield f"`{message.__name__}` has {len(names)} handlers: {', '.join(names)}"


def _reading_faults(found: Found) -> Iterator[str]:
    for handler in found.query_handlers:
        reads = getattr(handler, "reads", ())
        for unknown in set(reads if isinstance(reads, tuple) else ()) - set(found.projections):
            shown = getattr(unknown, "__name__", unknown)
            yield f"`{handler.__name__}` reads `{shown}`, which is no projection of this service"


def _shared(what: str, names: Iterable[str]) -> Iterator[str]:
    for name, count in Counter(names).items():
        if count > 1:
            yield f"{count} classes have the {what} `{name}`"


def _port_faults(found: Found, ports: Ports) -> Iterator[str]:
    def missing(handler: type) -> Iterator[str]:
        for name, (port, has_default) in _constructor(handler).items():
            if port not in ports and not has_default:
                shown = getattr(port, "__name__", port)
                yield (
                    f"`{handler.__name__}` asks for `{name}: {shown}`, which nobody gives: "
                    f"add `{shown}: …` to the ports in app.py"
                )

    yield from _each(missing, (*found.command_handlers, *found.query_handlers))


def _make(handler: Callable[..., T], ports: Ports) -> T:
    wanted = _constructor(handler).items()
    return handler(**{name: ports[port] for name, (port, _) in wanted if port in ports})


def _constructor(handler: Any) -> dict[str, tuple[Any, bool]]:
    """Give a handler's constructor parameters: the type that each asks for, and if it may not."""
    if handler.__init__ is object.__init__:
        return {}
    hints = get_type_hints(handler.__init__)
    parameters = list(inspect.signature(handler.__init__).parameters.values())[1:]
    return {
        p.name: (without_none(hints.get(p.name, Any))[0], p.default is not p.empty)
        for p in parameters
        if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    }
