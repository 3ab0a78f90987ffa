"""How an event is written down, and how it is read again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, from_json, to_json

from .errors import InvalidEvent, UnknownEvent
from .messages import Event, RetiredEvent
from .values import differences, faults

_adapters: dict[Any, TypeAdapter[Any]] = {}


def adapter(python_type: Any) -> TypeAdapter[Any]:
    """Give pydantic's reader and writer of a type, built once."""
    known = _adapters.get(python_type)
    if known is None:
        known = _adapters[python_type] = TypeAdapter(python_type)
    return known


class Encoded(NamedTuple):
    """An event as the journal keeps it: its name, the version of its fields, and those as JSON."""

    name: str
    version: int
    body: str


def name_of(event_type: type[Event]) -> str:
    """Give the name that the journal knows a type of event by."""
    return event_type.NAME or event_type.__name__


class Codec:
    """Write and read the events that the service knows."""

    def __init__(self, event_types: Iterable[type[Event]]) -> None:
        self._event_types = {name_of(event_type): event_type for event_type in event_types}
        self._known = frozenset(self._event_types.values())

    def knows(self, name: str) -> bool:
        """Return whether a class reads events of this name."""
        return name in self._event_types

    def encode(self, event: Event) -> Encoded:
        """Write an event down; one that would not be read back as it is, is an InvalidEvent."""
        event_type = type(event)
        if event_type not in self._known:
            raise InvalidEvent(
                f"`{event_type.__name__}` was recorded, and it is no event of `events`"
            )
        name = name_of(event_type)
        if isinstance(event, RetiredEvent):
            raise InvalidEvent(f"`{name}` was recorded, and it is retired")
        fields = adapter(event_type)
        try:
            body = fields.dump_json(event, warnings=False)  # what they would say, differences do
            found = differences(event, fields.validate_json(body))
        except (PydanticSerializationError, ValidationError) as error:
            found = faults(event) or _sentences(error)
        if found:
            raise InvalidEvent(f"`{name}` was recorded with what it cannot hold", found)
        return Encoded(name, event_type.VERSION, body.decode())

    def decode(self, encoded: Encoded) -> Event:
        """Read an event; raises UnknownEvent for one that no class is there for."""
        name, version, body = encoded
        event_type = self._event_types.get(name)
        if event_type is None:
            raise UnknownEvent(
                f"no class in `events` is called `{name}`: bring it back, "
                f'or say which class it is now by `NAME = "{name}"`'
            )
        if issubclass(event_type, RetiredEvent):
            return object.__new__(event_type)  # its fields are not read, whatever they were
        try:
            current = body if version == event_type.VERSION else _upcast(event_type, encoded)
            event: Event = adapter(event_type).validate_json(current)
        except ValidationError as error:
            raise UnknownEvent(
                f"the class `{name}` does not fit what was recorded: {error}"
            ) from None
        return event


def _sentences(error: PydanticSerializationError | ValidationError) -> list[str]:
    if isinstance(error, PydanticSerializationError):
        return [str(error)]
    return [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]


def _upcast(event_type: type[Event], encoded: Encoded) -> bytes:
    name, written, body = encoded
    if written > event_type.VERSION:
        raise UnknownEvent(
            f"`{name}` was recorded in version {written} by a later release: run that one here too"
        )
    fields = from_json(body)
    try:
        for version in range(written, event_type.VERSION):
            fields = event_type.upcast(version, fields)
    except NotImplementedError as error:
        raise UnknownEvent(str(error)) from None
    except Exception as error:
        told = f"`{name}.upcast` cannot bring version {version} forward: {error!r}"
        raise UnknownEvent(told) from error
    return to_json(fields, bytes_mode="base64", inf_nan_mode="strings")
