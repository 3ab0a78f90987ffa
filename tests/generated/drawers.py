"""A service that stores a value of any type and shows it again, by messages for each type."""

# Annotations are real here, for the classes in them are made while a test runs.
import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, make_dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import UUID, uuid4

import httpx
from fastapi import Request
from lab import Bank
from shop.cqrs import Command, Event, Query
from shop.cqrs.http import http_api
from shop.cqrs.reading import (
    Change,
    Projection,
    QueryHandler,
    Reader,
    ReadModel,
    Recorded,
    on,
)
from shop.cqrs.writing import CommandHandler, UnitOfWork
from sqlalchemy import bindparam, select


@dataclass(slots=True)
class Drawer:
    """All that one type needs, from the command that brings a value to the query that shows it."""

    kind: Any
    command: type[Any]
    event: type[Any]
    view: type[Any]
    get: type[Any]
    find: type[Any]
    parts: tuple[Any, ...]


def drawer(number: int, kind: Any) -> Drawer:  # noqa: ANN401  a type, or an annotation
    """Make the messages and handlers of a type."""

    def message(name: str, base: Any, **fields: Any) -> type[Any]:  # noqa: ANN401
        return make_dataclass(
            f"{name}{number}", fields.items(), bases=(base,), frozen=True, kw_only=True
        )

    stored = message("Stored", Event, id=UUID, value=kind)
    store = message("Store", Command, value=kind)
    view = make_dataclass(f"View{number}", [("value", kind)], frozen=True, kw_only=True)
    get = message("Get", Query[view | None], id=UUID)  # type: ignore[valid-type]  # made above
    find = message("Find", Query[list[UUID]], value=kind)
    model = ReadModel(f"values_{number}", version=1, key={"id": UUID}, columns={"value": kind})
    one = select(model.c["value"]).where(model.c["id"] == bindparam("id"))
    equal = select(model.c["id"]).where(model.c["value"] == bindparam("value"))

    class StoreHandler(CommandHandler[store]):  # type: ignore[valid-type]
        async def handle(self, command: Any, uow: UnitOfWork) -> UUID:  # noqa: ANN401
            uow.record(stored(id=(new := uuid4()), value=command.value))
            return new

    class Values(Projection):
        read_model = model

        @on(stored)
        def keep(self, recorded: Recorded[Any]) -> Iterator[Change]:
            event = recorded.event
            yield model.upsert(key={"id": event.id}, set={"value": event.value})

    class GetHandler(QueryHandler[get, view | None]):  # type: ignore[valid-type]
        reads = (Values,)

        async def handle(self, query: Any, reader: Reader) -> view | None:  # type: ignore[valid-type]  # noqa: ANN401
            return await reader.one(view, one, {"id": query.id})

    class FindHandler(QueryHandler[find, list[UUID]]):  # type: ignore[valid-type]
        reads = (Values,)

        async def handle(self, query: Any, reader: Reader) -> list[UUID]:  # noqa: ANN401
            return await reader.all(_id, equal, {"value": query.value})

    parts = (StoreHandler, Values, GetHandler, FindHandler)
    return Drawer(kind, store, stored, view, get, find, parts)


def _id(id: UUID) -> UUID:  # noqa: A002  the column's name
    return id


async def _everybody(_message: Command | Query[Any], _request: Request) -> None: ...


class Chest:
    """Drawers for some types in one service, asked over HTTP one request after the other."""

    def __init__(self, folder: Path, kinds: Sequence[Any]) -> None:
        self.drawers = [drawer(number, kind) for number, kind in enumerate(kinds)]
        handlers = [each.parts for each in self.drawers]
        self._runner = asyncio.Runner()
        self.service = Bank(
            events=tuple(each.event for each in self.drawers),
            commands=tuple(each.command for each in self.drawers),
            command_handlers=tuple(store for store, *_ in handlers),
            projections=tuple(values for _, values, *_ in handlers),
            queries=tuple(query for each in self.drawers for query in (each.get, each.find)),
            query_handlers=tuple(h for *_, get, find in handlers for h in (get, find)),
        ).service(folder)

    def __enter__(self) -> Self:
        self._runner.run(self.service.__aenter__())
        api = http_api(self.service, _everybody, title="chest")
        transport = httpx.ASGITransport(api, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://localhost")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._runner.run(self._client.aclose())
        self._runner.run(self.service.__aexit__(kind, error, traceback))
        self._runner.close()

    def store(self, number: int, body: str) -> httpx.Response:
        """Send the command of a drawer, in JSON as it stands."""
        headers = {"Content-Type": "application/json"}
        content = body.encode(errors="surrogatepass")
        return self._runner.run(
            self._client.post(f"/commands/store{number}", content=content, headers=headers)
        )

    def get(self, number: int, ack: dict[str, Any]) -> httpx.Response:
        """Project what there is, and ask for the value that an ack is for."""
        self._runner.run(self.service.catch_up())
        path = f"/queries/get{number}"
        asked = {"id": ack["id"], "after": ack["position"]}
        return self._runner.run(self._client.get(path, params=asked))

    def find(self, number: int, text: str) -> httpx.Response:
        """Ask for the values that are equal to one in the URL."""
        path = f"/queries/find{number}"
        return self._runner.run(self._client.get(path, params={"value": text}))

    def last(self) -> Any:  # noqa: ANN401  whatever was stored
        """Give the value of the last event."""
        head = self.service.journal.head()
        [recorded] = self.service.journal.read(head._replace(row=head.row - 1), 2)
        event: Any = recorded.event
        return event.value
