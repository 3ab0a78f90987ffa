"""What requests take up is bounded: each answer, and all that are under way together."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from lab import BALANCES, Balance, Bank, Open, OpenHandler, in_a_loop
from shop.cqrs import Query
from shop.cqrs.bounds import PIECE
from shop.cqrs.budget import SMALL, Budget
from shop.cqrs.errors import Overloaded, ResponseTooLarge
from shop.cqrs.http import ANSWERS_AT_ONCE, http_api
from shop.cqrs.reading import Page, Paging, QueryHandler, Reader
from sqlalchemy import select

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from fastapi import FastAPI, Request
    from shop.cqrs import Command
    from shop.cqrs.service import Service

MOST = 2 * SMALL
"""How large an answer may be in these tests; all of them together ten times that."""
FITS = MOST - 1000
PAGING = Paging(
    select(BALANCES.c["owner"], BALANCES.c["balance"], BALANCES.c["deposits"]),
    by=[BALANCES.c["account"]],
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListBalances(Query[Page[Balance]]):
    limit: int = 10
    cursor: str | None = None


class ListBalancesHandler(QueryHandler[ListBalances, Page[Balance]]):
    reads = ()
    read = 0

    async def handle(self, query: ListBalances, reader: Reader) -> Page[Balance]:
        page = await reader.page(Balance, PAGING, {}, limit=query.limit, cursor=query.cursor)
        ListBalancesHandler.read += 1
        return page


@dataclass(frozen=True, slots=True, kw_only=True)
class GetText(Query[str]):
    size: int


class GetTextHandler(QueryHandler[GetText, str]):
    reads = ()

    async def handle(self, query: GetText, reader: Reader) -> str:  # noqa: ARG002
        return "x" * query.size


BANK = Bank(
    commands=(Open,),
    command_handlers=(OpenHandler,),
    queries=(ListBalances, GetText),
    query_handlers=(ListBalancesHandler, GetTextHandler),
)


async def everybody(message: Command | Query[Any], request: Request) -> None:
    """Let every message pass."""


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[tuple[FastAPI, httpx.AsyncClient, Service]]:
    service = BANK.service(folder)
    service.settings = replace(service.settings, max_response_bytes=MOST)
    async with service:
        api = http_api(service, everybody, title="bank")
        transport = httpx.ASGITransport(api)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            yield api, client, service


@dataclass(slots=True)
class Unread:
    """A request whose client takes its answer only when it is let."""

    api: FastAPI
    size: int
    is_read: asyncio.Event = field(default_factory=asyncio.Event)
    messages: list[dict[str, Any]] = field(default_factory=list)

    async def ask(self) -> int:
        """Ask for an answer of so many bytes; return the status."""
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/queries/get-text",
            "query_string": f"size={self.size}".encode(),
            "headers": [(b"host", b"localhost")],
        }
        await self.api(scope, self._receive, self._send)
        return int(self.messages[0]["status"])

    async def _receive(self) -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def _send(self, message: Any) -> None:  # noqa: ANN401  as ASGI has it
        self.messages.append(message)
        await self.is_read.wait()


async def open_accounts(service: Service, owners: list[str]) -> None:
    await asyncio.gather(*(service.bus.execute(Open(owner=owner)) for owner in owners))
    await service.catch_up()


@in_a_loop
async def test_an_answer_that_is_too_large_is_refused_and_told_how_to_ask_for_less(
    tmp_path: Path,
) -> None:
    async with served(tmp_path) as (_, client, service):
        await open_accounts(service, [f"{number:05}" + "x" * 995 for number in range(200)])
        told = await client.get("/queries/list-balances", params={"limit": 200})
        fewer = await client.get("/queries/list-balances", params={"limit": 20})

    assert told.status_code == 422
    assert "ask for less, by a smaller `limit`" in told.json()["detail"]
    assert fewer.status_code == 200
    assert len(fewer.json()["items"]) == 20


@pytest.mark.parametrize(("size", "status"), [(MOST, 200), (MOST + 1, 422)])
@in_a_loop
async def test_an_answer_may_be_as_large_as_the_setting_says(
    tmp_path: Path, size: int, status: int
) -> None:
    async with served(tmp_path) as (_, client, _service):
        told = await client.get("/queries/get-text", params={"size": size - len('""')})

    assert told.status_code == status


@in_a_loop
async def test_rows_are_not_read_to_the_end_when_no_answer_could_hold_them(tmp_path: Path) -> None:
    rows, ListBalancesHandler.read = 20, 0
    async with served(tmp_path) as (_, client, service):
        await open_accounts(service, [f"{n}" + "x" * MOST for n in range(rows)])
        told = await client.get("/queries/list-balances", params={"limit": rows})
        in_python = await service.bus.execute(ListBalances(limit=rows))

    assert told.status_code == 422
    assert ListBalancesHandler.read == 1  # by the query in Python alone
    assert len(in_python.items) == rows


@in_a_loop
async def test_a_query_in_python_has_an_answer_of_any_size(tmp_path: Path) -> None:
    async with served(tmp_path) as (_, _client, service):
        assert len(await service.bus.execute(GetText(size=100 * MOST))) == 100 * MOST


@in_a_loop
async def test_answers_that_nobody_reads_are_held_up_to_a_bound(tmp_path: Path) -> None:
    async with served(tmp_path) as (api, client, _):
        unread = [Unread(api, FITS) for _ in range(5 * ANSWERS_AT_ONCE)]
        asked = [asyncio.create_task(each.ask()) for each in unread]
        while not all(each.messages for each in unread):  # noqa: ASYNC110  nothing tells
            await asyncio.sleep(0.01)
        small = await client.get("/queries/get-text", params={"size": SMALL // 2})
        sent = await client.post("/commands/open", json={"owner": "x" * FITS})
        for each in unread:
            each.is_read.set()
        statuses = await asyncio.gather(*asked)
        later = await client.get("/queries/get-text", params={"size": FITS})

    assert statuses.count(200) == ANSWERS_AT_ONCE
    assert statuses.count(503) == len(unread) - ANSWERS_AT_ONCE
    assert (small.status_code, later.status_code) == (200, 200)
    assert (sent.status_code, sent.headers["Retry-After"]) == (503, "1")
    refused = [each.messages for each in unread if each.messages[0]["status"] == 503]
    assert all((b"retry-after", b"1") in start["headers"] for start, _ in refused)
    assert [json.loads(body["body"])["status"] for _, body in refused] == [503] * len(refused)


@pytest.mark.parametrize("others", [0, 10 * SMALL])
def test_a_request_holds_the_whole_budget_or_little_beside_the_others(others: int) -> None:
    budget = Budget(10 * SMALL)
    with budget.open_share() as share, budget.open_share() as beside:
        beside.hold(others)
        share.hold(SMALL if others else budget.size)

        with pytest.raises(Overloaded if others else ResponseTooLarge):
            share.hold(1)


def test_a_request_that_has_ended_holds_nothing_more() -> None:
    budget = Budget(1000)
    with budget.open_share() as share:
        share.hold(10)

    with pytest.raises(Overloaded, match="has ended"):
        share.hold(10)
    assert budget.held == 0


@pytest.mark.parametrize("size", [FITS, 2 * PIECE - 2, PIECE - 1])
@in_a_loop
async def test_an_answer_waits_for_its_reader_piece_by_piece(tmp_path: Path, size: int) -> None:
    async with served(tmp_path) as (api, _client, _service):
        unread = Unread(api, size)
        unread.is_read.set()
        await unread.ask()

    pieces = [len(message["body"]) for message in unread.messages[1:]]
    assert sum(pieces) == size + len('""')
    assert 0 < min(pieces) <= max(pieces) <= PIECE < FITS
    assert [each["more_body"] for each in unread.messages[1:-1]] == [True] * (len(pieces) - 1)
    assert not unread.messages[-1].get("more_body")
