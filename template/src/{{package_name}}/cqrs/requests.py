"""What a request says: the message's fields, the idempotency key, and the position to come after."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any

from fastapi import Request
from pydantic_core import from_json, to_json
from starlette.exceptions import HTTPException

from .budget import hold
from .errors import InvalidMessage
from .messages import Position
from .openapi import JSON, LONGEST_KEY, Parameter
from .problems import CLOSE

LARGEST_BODY = 1_000_000
"""How many bytes a command may have."""


async def body_of(request: Request, timeout: float) -> bytes:  # noqa: ASYNC109  a limit of its own
    """Return the body, which must be JSON by its header.

    What is too large, or takes more than `timeout` seconds, is not read to its end.
    """
    # A page elsewhere cannot make a browser send this type without asking first.
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != JSON:
        raise HTTPException(415, f"A command is sent with `Content-Type: {JSON}`")
    try:
        async with asyncio.timeout(timeout):
            return await _bounded_body(request)
    except TimeoutError:
        raise HTTPException(408, f"The body took longer than {timeout:g} s", CLOSE) from None


def key_of(request: Request) -> str | None:
    """Give the idempotency key, None without one."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not 0 < len(key) <= LONGEST_KEY:
        fault = f"Idempotency-Key: it has 1 to {LONGEST_KEY} characters"
        raise InvalidMessage("The request is not right", [fault])
    return key


def key_of_caller(key: str, caller: str | None, request: Request) -> str:
    """Return the key as it is stored: callers with the same key do not meet.

    A caller that `authorize` does not name is told apart by the credentials that it sends. The
    line break is what no header has, so that nobody can send the stored form of another's key.
    """
    credentials = request.headers.get("Authorization")
    if caller is None and credentials is None:
        return key
    scope = f"caller {caller}" if caller is not None else f"credentials {credentials}"
    digest = hashlib.sha256(scope.encode(errors="surrogatepass")).hexdigest()
    return f"{digest}\n{key}"


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
        if parameter is None and name == "after":
            continue  # no field, but the position; of several, the latest counts
        if parameter is not None and parameter.is_list:
            values[name] = [_value(text, parameter) for text in texts]
        elif len(texts) > 1:
            faults.append(f"{name}: it is given {len(texts)} times")
        else:
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


async def _bounded_body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        hold(len(chunk))
        body += chunk
        if len(body) > LARGEST_BODY:
            raise HTTPException(413, f"A body has at most {LARGEST_BODY} bytes", CLOSE)
    return bytes(body)
