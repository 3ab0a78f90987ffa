"""Wires what was found: each message to its one handler, or every fault at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from typing import Any

from .checks import (
    command_handler_faults,
    event_faults,
    message_faults,
    projection_faults,
    query_handler_faults,
)
from .codec import name_of
from .discovery import Found
from .errors import WiringError
from .hints import type_parameter
from .messages import Command, Event, Query
from .modules import reason
from .ports import Ports, arguments, misfits, missing, parameters
from .reading import Projection, QueryHandler, ReadModel
from .writing import CommandHandler

__all__ = ["Ports", "Wired", "wire"]


@dataclass(frozen=True, slots=True)
class Wired:
    """Every handler made, by the message that it handles, and every projection."""

    command_handlers: Mapping[type[Command], CommandHandler[Any]]
    query_handlers: Mapping[type[Query[Any]], QueryHandler[Any, Any]]
    projections: tuple[Projection, ...]


def wire(found: Found, ports: Ports) -> Wired:
    """Make handlers and projections; a WiringError tells every fault there is."""
    kinds = (*found.command_handlers, *found.query_handlers, *found.projections)
    made: dict[type, Any] = {}
    faults = [*_faults(found), *misfits(ports), *_each(partial(_make, ports, made), kinds)]
    if faults:
        raise WiringError("The service cannot start", faults)
    return Wired(
        {_handled(each, CommandHandler): made[each] for each in found.command_handlers},
        {_handled(each, QueryHandler): made[each] for each in found.query_handlers},
        tuple(made[each] for each in found.projections),
    )


def _make(ports: Ports, made: dict[type, Any], kind: type) -> Sequence[str]:
    """Make a handler or a projection, or else describe why it cannot be made."""
    asked = parameters(kind)
    if asked and (faults := missing(kind, ports)):
        return faults
    try:
        made[kind] = kind(**arguments(kind, ports)) if asked else kind()
    except Exception as error:  # noqa: BLE001  whatever its constructor does, the others are made too
        return [f"`{kind.__name__}` cannot be made: {reason(error, kind.__module__)}"]
    return ()


@lru_cache(maxsize=4)
def _faults(found: Found) -> tuple[str, ...]:
    """Describe what is wrong with the classes: the same each time, so looked for once."""
    messages = (*found.commands, *found.queries)
    listens = partial(_unknown_events, frozenset(found.events))
    faults = (
        *found.faults,
        *_each(event_faults, found.events),
        *_each(message_faults, messages),
        *_each(command_handler_faults, found.command_handlers),
        *_each(query_handler_faults, found.query_handlers),
        *_each(projection_faults, found.projections),
        *_routing_faults(found.commands, found.command_handlers, CommandHandler),
        *_routing_faults(found.queries, found.query_handlers, QueryHandler),
        *_reading_faults(found),
        *_each(listens, found.projections),
        *_shared("event name", map(name_of, found.events)),
        *_shared("message name", (message.__name__ for message in messages)),
        # A table's name, which SQL takes for the same in capitals.
        *_shared("read model", _read_model_names(found.projections), str.lower),
    )
    return tuple(dict.fromkeys(faults))


def _each(check: Callable[[Any], Iterable[str]], kinds: Iterable[Any]) -> Iterator[str]:
    for kind in kinds:
        try:
            yield from check(kind)
        except NameError as error:
            yield (
                f"`{kind.__name__}` is annotated with `{error.name}`, which is not there "
                "at run time: import it outside of `if TYPE_CHECKING`"
            )
        except Exception as error:  # noqa: BLE001  whatever a class does, the others are looked at too
            yield f"`{kind.__name__}` cannot be read: {reason(error, kind.__module__)}"


def _routing_faults(
    messages: Iterable[type], handlers: Iterable[type], generic: type
) -> Iterator[str]:
    by_message: dict[Any, list[str]] = {message: [] for message in messages}
    for handler in handlers:
        by_message.setdefault(_handled(handler, generic), []).append(handler.__name__)
    for message, names in by_message.items():
        if not names:
            yield f"`{message.__name__}` has no handler"
        elif len(names) > 1 and message is not None:
            yield f"`{message.__name__}` has {len(names)} handlers: {', '.join(names)}"


@cache
def _handled(handler: type, generic: type) -> Any:
    return type_parameter(handler, generic)


def _reading_faults(found: Found) -> Iterator[str]:
    known = set(map(id, found.projections))
    for handler in found.query_handlers:
        reads = getattr(handler, "reads", ())
        for read in reads if isinstance(reads, tuple) else ():
            if id(read) not in known:
                shown = getattr(read, "__name__", read)
                yield f"`{handler.__name__}` reads `{shown}`, which is no projection of this service"


def _unknown_events(known: frozenset[type[Event]], projection: type[Projection]) -> Iterator[str]:
    for event, method in projection.methods():
        if isinstance(event, type) and issubclass(event, Event) and event not in known:
            yield (
                f"`{projection.__name__}.{method}` listens to `{event.__name__}`, "
                "which is no event of this service"
            )


def _read_model_names(projections: Iterable[type[Projection]]) -> Iterator[str]:
    models = map(_read_model, projections)
    return (model.name for model in models if isinstance(model, ReadModel))


def _read_model(projection: type[Projection]) -> object:
    try:
        return projection.read_model
    except Exception:  # noqa: BLE001  which is described as a fault of the projection's
        return None


def _shared(what: str, names: Iterable[str], alike: Callable[[str], str] = str) -> Iterator[str]:
    spelled: dict[str, list[str]] = {}
    for name in names:
        spelled.setdefault(alike(name), []).append(name)
    for same in spelled.values():
        if len(same) > 1:
            shown = " or ".join(f"`{name}`" for name in dict.fromkeys(same))
            yield f"{len(same)} classes have the {what} {shown}"
