"""What messages, handlers and projections must be like; each fault is a sentence."""

from __future__ import annotations

import inspect
import sys
import types
from collections import Counter
from collections.abc import Iterator
from dataclasses import is_dataclass
from typing import Any
from uuid import UUID

from .hints import members, plain, resolved, type_parameter
from .messages import Command, Event, Query, RetiredEvent
from .reading import Projection, QueryHandler, ReadModel
from .writing import CommandHandler


def message_faults(message: type) -> Iterator[str]:
    """Tell what is wrong with a command, a query or an event."""
    if not is_dataclass(message):
        decorator = "@dataclass(frozen=True, slots=True, kw_only=True)"
        yield f"`{message.__name__}` is not a dataclass: put `{decorator}` above it"


def event_faults(event: type[Event]) -> Iterator[str]:
    """Tell what is wrong with an event."""
    if not issubclass(event, RetiredEvent):
        yield from message_faults(event)
    if not isinstance(event.NAME, str):
        yield f'`{event.__name__}.NAME` is not text: write `NAME: ClassVar[str] = "…"`'
    if not isinstance(event.VERSION, int) or event.VERSION < 1:
        yield (
            f"`{event.__name__}.VERSION` is not a whole number from 1: "
            "write `VERSION: ClassVar[int] = …`"
        )


def command_handler_faults(handler: type[CommandHandler[Any]]) -> Iterator[str]:
    """Tell what is wrong with a command handler."""
    yield from _message_faults(handler, CommandHandler, Command)
    yield from _coroutine_faults(handler)
    if not _is_an_id(hint := _return_hint(handler)):
        yield (
            f"`{handler.__name__}.handle` is annotated to return {_shown(hint)}: "
            "a command gives back an ID (UUID, int or str) or None, never data"
        )


def query_handler_faults(handler: type[QueryHandler[Any, Any]]) -> Iterator[str]:
    """Tell what is wrong with a query handler."""
    yield from _message_faults(handler, QueryHandler, Query)
    yield from _coroutine_faults(handler)
    if not isinstance(getattr(handler, "reads", None), tuple):
        yield (
            f"`{handler.__name__}` does not say which projections it looks at: "
            "add `reads = (SomeProjection,)`, or `reads = ()` for none"
        )
    yield from _answer_faults(handler)


def projection_faults(projection: type[Projection]) -> Iterator[str]:
    """Tell what is wrong with a projection."""
    name = projection.__name__
    if not hasattr(projection, "read_model"):
        yield f"`{name}` has no read model: add `read_model = …`"
    elif not isinstance(projection.read_model, ReadModel):
        yield f"`{name}.read_model` is not a `ReadModel`"
    if not projection.methods():
        yield f"`{name}` listens to nothing: mark a method with `@on(SomeEvent)`"
    yield from _listening_faults(projection)


def _listening_faults(projection: type[Projection]) -> Iterator[str]:
    name = projection.__name__
    events: list[type[Event]] = []
    for event, method in projection.methods():
        if not (isinstance(event, type) and issubclass(event, Event)):
            yield f"`{name}.{method}` listens to {_shown(event)}, which is not an event"
        elif issubclass(event, RetiredEvent):
            yield (
                f"`{name}.{method}` listens to {_shown(event)}, which is retired: "
                "remove the method, or bring the event back"
            )
        else:
            events.append(event)
    for event, count in Counter(events).items():
        if count > 1:
            yield f"`{name}` has {count} methods for `{event.__name__}`"


def _message_faults(handler: type, generic: type, kind: type) -> Iterator[str]:
    message = type_parameter(handler, generic)
    if not (isinstance(message, type) and issubclass(message, kind)):
        name = handler.__name__
        yield f"`{name}` does not say what it handles: `class {name}({generic.__name__}[…])`"


def _coroutine_faults(handler: Any) -> Iterator[str]:
    if not inspect.iscoroutinefunction(handler.handle):
        yield f"`{handler.__name__}.handle` is not an `async def`"


def _answer_faults(handler: Any) -> Iterator[str]:
    query = type_parameter(handler, QueryHandler)
    asked = type_parameter(query, Query) if isinstance(query, type) else None
    if asked is None:
        return
    asked = resolved(asked, vars(sys.modules[query.__module__]))
    if (hint := _return_hint(handler)) != asked:
        yield (
            f"`{handler.__name__}.handle` is annotated to return {_shown(hint)}, "
            f"but `{query.__name__}` asks for {_shown(asked)}"
        )


def _return_hint(handler: Any) -> Any:
    annotation = handler.handle.__annotations__.get("return", inspect.Signature.empty)
    return resolved(annotation, handler.handle.__globals__)


def _is_an_id(hint: Any) -> bool:
    hint = plain(hint)
    if len(parts := members(hint)) > 1:
        return all(map(_is_an_id, parts))
    if hint is types.NoneType:
        return True
    return isinstance(hint, type) and issubclass(hint, UUID | int | str) and hint is not bool


def _shown(hint: Any) -> str:
    if hint is inspect.Signature.empty:
        return "nothing that is stated"
    return f"`{hint.__name__ if isinstance(hint, type) else hint}`"
