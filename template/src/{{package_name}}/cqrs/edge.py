"""The edge: JSON in, messages out, and the other way round."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from difflib import get_close_matches
from typing import Any, TypeVar, get_type_hints

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from . import values
from .codec import adapter
from .errors import InvalidMessage, NoHandler
from .messages import Ack

NO_DEFAULT = (KeyError, ValidationError)

M = TypeVar("M")


def find_message(name: str, messages: Iterable[type[M]]) -> type[M]:
    """Find a message's class by its name, with or without `Command` or `Query` behind it."""
    known = list(messages)
    by_name = {_short(each): each for each in known} | {each.__name__: each for each in known}
    if name in by_name:
        return by_name[name]
    raise NoHandler(f"No handler registered for {name}{_did_you_mean(name, by_name)}")


def read_message(message_type: type[M], body: str | bytes) -> M:
    """Make a message from JSON; an InvalidMessage tells everything that is wrong with it."""
    try:
        message: M = adapter(message_type).validate_json(body, strict=True)
        faults = values.faults(message, values.SENT) and _unfit(message, message_type)
    except ValidationError as error:
        faults = [_sentence(fault, message_type) for fault in error.errors()]
    except ArithmeticError:  # pydantic does not check how long a duration is
        faults = list(_out_of_range(message_type, body)) or ["a field is out of range"]
    if faults:
        raise InvalidMessage(f"`{message_type.__name__}` is not right", faults)
    return message


def show(answer: object, *, indent: int | None = 2) -> str:
    """Write an ack or a view as JSON; a position as `0-42`, which is how `after` takes it."""
    if isinstance(answer, Ack):
        position = None if answer.position is None else str(answer.position)
        answer = {"id": answer.id, "position": position}
    return to_json(answer, indent=indent, bytes_mode="base64", inf_nan_mode="strings").decode()


def _unfit(message: object, message_type: Any) -> list[str]:
    """Return what is wrong with the values that were sent: a default may well be an infinity."""
    sent = {
        field.name: value
        for field in fields(message_type)
        if (value := getattr(message, field.name)) is not field.default
    }
    return values.faults(sent, values.SENT)


def _out_of_range(message_type: type, body: str | bytes) -> Iterator[str]:
    hints = get_type_hints(message_type, include_extras=True)
    for name, sent in from_json(body).items():
        try:
            value = adapter(hints[name]).validate_json(to_json(sent), strict=True)
            yield from values.faults({name: value}, values.SENT)
        except ArithmeticError:
            yield f"{name}: it is out of range"
        except NO_DEFAULT:
            continue


def _short(message: type) -> str:
    return message.__name__.removesuffix("Command").removesuffix("Query")


def _sentence(fault: Mapping[str, Any], message_type: Any) -> str:
    where = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "unexpected_keyword_argument":
        names = [field.name for field in fields(message_type)]
        return f"{where}: there is no such field{_did_you_mean(where, names)}"
    return f"{where}: {fault['msg']}" if where else str(fault["msg"])


def _did_you_mean(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, known, n=1)
    return f"; did you mean `{close[0]}`?" if close else ""
