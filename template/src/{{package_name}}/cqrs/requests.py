"""What a request says: the message's fields, the idempotency key, and the position to come after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import Request
from pydantic_core import from_json, to_json
from starlette.exceptions import HTTPException

from .errors import InvalidMessage
from .messages import Position
from .openapi import JSON, LONGEST_KEY, Parameter

LARGEST_BODY = 1_000_000
"""How many bytes a command may have."""


async def body_of(request: Request) -> bytes:
    """Give the body, which must be JSON by its header; what is too large is not read to its end."""
    # A page elsewhere cannot make a browser send this type without asking first.
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != JSON:
        raise HTTPException(415, f"A command is sent with `Content-Type: {JSON}`")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise HTTPException(413, f"A body has at most {LARGEST_BODY} bytes")
    return bytes(body)


def key_of(request: Request) -> str | None:
    """Give the idempotency key, None without one."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not 0 < len(key) <= LONGEST_KEY:
        fault = f"Idempotency-Key: it has 1 to {LONGEST_KEY} characters"
        raise InvalidMessage("The request is not right", [fault])
    return key


def after_of(request: Request, *, is_field: bool) -> Position | None:
    """Give the last position to come after; the parameter may be a field of the query's own."""
    of_url = [] if is_field else request.query_params.getlist("after")
    try:
        return max(map(Position.parse, [*request.headers.getlist("After"), *of_url]), default=None)
    except ValueError:
        fault = "after: a position is two numbers with a dash, as in `0-42`"
        raise InvalidMessage("The request is not right", [fault]) from None


def values_of(request: Request, query: type, parameters: Sequence[Parameter]) -> bytes:
    """Write the URL's parameters as the JSON that they stand for, unknown ones too."""
    known = {parameter.name: parameter for parameter in parameters}
    values: dict[str, Any] = {}
    faults: list[str] = []
    for name in request.query_params:
        texts = request.query_params.getlist(name)
        parameter = known.get(name)
        if parameter is not None and parameter.is_list:
            values[name] = [_value(text, parameter) for text in texts]
        elif len(texts) > 1:
            faults.append(f"{name}: it is given {len(texts)} times")
        elif parameter is not None or name != "after":
            values[name] = texts[0] if parameter is None else _value(texts[0], parameter)
    if faults:
        raise InvalidMessage(f"`{query.__name__}` is not right", faults)
    return to_json(values, inf_nan_mode="strings")


def _value(text: str, parameter: Parameter) -> Any:
    if parameter.is_text:
        return text
    try:
        return from_json(text)
    except ValueError:
        return text  # whoever reads the message tells what it should have been
