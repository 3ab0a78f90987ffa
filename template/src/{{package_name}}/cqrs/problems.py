"""Errors as HTTP tells them: `application/problem+json`, as RFC 9457 has it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import FastAPI, Request, Response
from pydantic import BaseModel, Field, WithJsonSchema
from pydantic_core import to_json
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from .correlating import HEADER
from .errors import (
    CqrsError,
    Forbidden,
    InvalidEvent,
    InvalidMessage,
    InvalidParameter,
    KeyReused,
    Overloaded,
    Refused,
    ResponseTooLarge,
    StaleRead,
    StoreUnavailable,
    TimedOut,
)
from .logs import correlation

log = logging.getLogger(__name__)

PROBLEM_JSON = "application/problem+json"
POSITION = r"^[0-9]+-[0-9]+$"
RETRY_AFTER = {"Retry-After": "1"}
CLOSE = {"Connection": "close"}
BUSY = "The service is busy with other requests"
TOO_LARGE = "The answer is larger than the service sends: ask for less, by a smaller `limit` say"


class AckView(BaseModel):
    """What a command gives back: an ID, and the position to come after."""

    id: UUID | int | str | None
    position: Annotated[str, Field(pattern=POSITION)] | None


AnyText: TypeAlias = Annotated[str, WithJsonSchema({"type": "string"})]
"""Text that may quote what was sent, a NUL character too."""


class Problem(BaseModel):
    """What went wrong: its status, and every fault where there are several."""

    title: str
    status: int
    detail: AnyText
    faults: list[AnyText] = []


def add_problems(api: FastAPI) -> None:
    """Let every error answer as a problem."""
    _add_refusals(api)
    _add_limits(api)

    @api.exception_handler(InvalidEvent)
    @api.exception_handler(InvalidParameter)
    async def of_handler(_request: Request, error: InvalidEvent | InvalidParameter) -> Response:
        log.error("%s", error)
        return problem(500, error.heading, error.faults)

    @api.exception_handler(HTTPException)
    async def of_http(_request: Request, error: HTTPException) -> Response:
        return problem(error.status_code, str(error.detail), headers=error.headers or {})

    @api.exception_handler(ClientDisconnect)
    async def of_caller_gone(_request: Request, _error: ClientDisconnect) -> Response:
        return problem(400, "The request ended before its body did")

    # The server logs what was not foreseen, with its traceback; the caller hears nothing of it.
    @api.exception_handler(Exception)
    async def of_anything(_request: Request, _error: Exception) -> Response:
        return unforeseen()


def problem(
    status: int, detail: str, faults: Iterable[str] = (), headers: Mapping[str, str] | None = None
) -> Response:
    """Write a problem down."""
    title = HTTPStatus(status).phrase
    told = Problem(title=title, status=status, detail=detail, faults=list(faults))
    return Response(to_json(told), status, headers, PROBLEM_JSON)


def unforeseen() -> Response:
    """Write down what its caller hears nothing more of."""
    told = "This was not foreseen; the log tells more under the correlation ID"
    return problem(500, told, headers={HEADER: str(correlation.get())})


def _add_refusals(api: FastAPI) -> None:
    @api.exception_handler(InvalidMessage)
    async def of_message(_request: Request, error: InvalidMessage) -> Response:
        return problem(422, error.heading, error.faults)

    @api.exception_handler(Refused)
    async def of_refusal(_request: Request, error: Refused) -> Response:
        return problem(409, str(error))

    # What the error says names the key as it is stored, which is nobody's business.
    @api.exception_handler(KeyReused)
    async def of_key(_request: Request, _error: KeyReused) -> Response:
        return problem(409, "The Idempotency-Key came before, with another command")

    @api.exception_handler(Forbidden)
    async def of_hook(_request: Request, error: Forbidden) -> Response:
        return problem(403, str(error) or "This message may not be sent by its caller")


def _add_limits(api: FastAPI) -> None:
    @api.exception_handler(StaleRead)
    async def of_lag(_request: Request, error: StaleRead) -> Response:
        return _for_now("The read side has not come as far as that yet", error)

    @api.exception_handler(StoreUnavailable)
    async def of_store(_request: Request, error: StoreUnavailable) -> Response:
        return _for_now(
            "A store cannot be reached; with an Idempotency-Key a command may be sent again", error
        )

    @api.exception_handler(TimedOut)
    async def of_limit(_request: Request, error: TimedOut) -> Response:
        return _for_now(str(error), error)

    @api.exception_handler(ResponseTooLarge)
    async def of_size(_request: Request, _error: ResponseTooLarge) -> Response:
        return problem(422, TOO_LARGE)

    @api.exception_handler(Overloaded)
    async def of_load(_request: Request, _error: Overloaded) -> Response:
        return problem(503, BUSY, headers=RETRY_AFTER)


def _for_now(detail: str, error: CqrsError) -> Response:
    # What the error says is for the log: it names files, and what a projection failed at.
    log.warning("%s", error)
    return problem(503, detail, headers=RETRY_AFTER)
