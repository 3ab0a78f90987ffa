"""The service over HTTP: a typed route for each message, made from what was discovered."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

from fastapi import FastAPI, Request, Response
from fastapi.routing import APIRoute
from pydantic.errors import PydanticUserError
from starlette.exceptions import HTTPException

from .bounds import Bounded
from .budget import Budget
from .correlating import Correlated
from .edge import read_message, show
from .errors import ResponseTooLarge, WiringError
from .health import add_health
from .hosts import AllowedHosts, hosts_of
from .in_flight import InFlight, Tracked
from .messages import Command, Query
from .openapi import AFTER, IDEMPOTENCY_KEY, JSON, Schemas, answers_with, problems, takes
from .problems import add_problems
from .requests import after_of, body_of, key_of, key_of_caller, values_of
from .service import Service

Authorize: TypeAlias = Callable[[Command | Query[Any], Request], Awaitable[str | None]]
"""Sees every message, and the request that brought it; raises Forbidden to turn it away.

Returns who the caller is, whose idempotency keys are then its own; None if it does not say.
"""

ANSWERS_AT_ONCE = 10
"""How many answers of the largest size may be held in memory."""


class MessageRoute(APIRoute):
    """A route that hands the request on as it is: the endpoint reads the message itself."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint
        return handler


class Api(FastAPI):
    """FastAPI, with the schemas of all messages and answers in its description."""

    schemas: Schemas
    in_flight: InFlight

    def openapi(self) -> dict[str, Any]:
        """Describe the API."""
        described = super().openapi()
        described.setdefault("components", {})["schemas"] = self.schemas.shared
        return described


def http_api(service: Service, authorize: Authorize, *, title: str) -> Api:
    """Make the API of a service, which starts and stops with it."""

    @asynccontextmanager
    async def lifespan(_api: FastAPI) -> AsyncIterator[None]:
        async with service:
            yield

    found, settings = service.found, service.settings
    _require_routes_of_their_own(found.commands, found.queries)
    api = Api(title=title, lifespan=lifespan)
    api.schemas = _schemas(service)
    api.in_flight = InFlight()
    # The last one comes first: every answer has its correlation ID.
    api.add_middleware(Tracked, in_flight=api.in_flight)
    api.add_middleware(AllowedHosts, hosts=hosts_of(settings))
    api.add_middleware(Bounded, budget=Budget(ANSWERS_AT_ONCE * settings.max_response_bytes))
    api.add_middleware(Correlated)
    add_problems(api)
    add_health(api, service)
    api.router.route_class = MessageRoute
    for command in found.commands:
        _add_command(api, service, authorize, command)
    for query in found.queries:
        _add_query(api, service, authorize, query)
    return api


def _add_command(api: Api, service: Service, authorize: Authorize, command: type[Command]) -> None:
    async def endpoint(request: Request) -> Response:
        key = key_of(request)
        body = await body_of(request, service.settings.request_timeout)
        message = read_message(command, body)
        caller = await authorize(message, request)
        key = None if key is None else key_of_caller(key, caller, request)
        ack = await service.bus.execute(message, key=key)
        return Response(show(ack), 201, media_type=JSON)

    api.post(
        _path(command),
        status_code=201,
        tags=["commands"],
        operation_id=command.__name__,
        summary=command.__name__,
        description=command.__doc__ or "",
        responses={
            201: answers_with(api.schemas.ack, "The ack: an ID, and the position to come after"),
            **problems(400, 401, 403, 408, 409, 413, 415, 422, 500, 503),
        },
        openapi_extra=takes([IDEMPOTENCY_KEY], body=api.schemas.message(command)),
    )(endpoint)


def _add_query(api: Api, service: Service, authorize: Authorize, query: type[Query[Any]]) -> None:
    parameters = api.schemas.parameters(query)
    names = {parameter.name for parameter in parameters}
    after = [each for each in AFTER if each["in"] == "header" or each["name"] not in names]

    async def endpoint(request: Request) -> Response:
        position = after_of(request, is_field="after" in names)
        message = read_message(query, values_of(request, query, parameters))
        await authorize(message, request)
        answer = await service.bus.execute(message, after=position)
        if answer is None:
            raise HTTPException(404, f"There is no answer to {query.__name__}")
        body = show(answer)
        if len(body) > service.settings.max_response_bytes:
            raise ResponseTooLarge(f"{query.__name__} has an answer of {len(body)} bytes")
        return Response(body, 200, media_type=JSON)

    api.get(
        _path(query),
        tags=["queries"],
        operation_id=query.__name__,
        summary=query.__name__,
        description=query.__doc__ or "",
        responses={
            200: answers_with(api.schemas.answer(query), "The view"),
            **problems(400, 401, 403, 404, 422, 500, 503),
        },
        openapi_extra=takes([*(each.described() for each in parameters), *after]),
    )(endpoint)


def _schemas(service: Service) -> Schemas:
    try:
        return Schemas(service.found.commands, service.found.queries)
    except PydanticUserError as error:
        raise WiringError("The service cannot start", [error.message]) from None


def _require_routes_of_their_own(
    commands: tuple[type[Command], ...], queries: tuple[type[Query[Any]], ...]
) -> None:
    paths = Counter([*map(_path, commands), *map(_path, queries)])
    shared = {path: count for path, count in paths.items() if count > 1}
    if faults := [f"{count} messages have the route `{path}`" for path, count in shared.items()]:
        raise WiringError("The service cannot start", faults)


def _path(message: type[Command | Query[Any]]) -> str:
    kind, suffix = ("commands", "Command") if issubclass(message, Command) else ("queries", "Query")
    name = message.__name__.removesuffix(suffix)
    kebab = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()
    return f"/{kind}/{kebab}"
