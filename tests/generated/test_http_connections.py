"""Connections end: clients that send or read slowly, or come in crowds, hold up nobody else."""

from __future__ import annotations

import asyncio
import socket
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
import uvicorn
from lab import Bank, GetBalance, GetBalanceHandler, Open, OpenHandler, in_a_loop
from shop.cqrs import Query
from shop.cqrs.connections import ServerConfig
from shop.cqrs.http import http_api
from shop.cqrs.listener import Address
from shop.cqrs.reading import QueryHandler, Reader

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from fastapi import Request
    from shop.cqrs import Command

PROTOCOLS = ["h11_impl.H11Protocol", "httptools_impl.HttpToolsProtocol"]
HEALTH = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
LAST = HEALTH[:-2] + b"Connection: close\r\n\r\n"
LARGE = b"GET /queries/get-large?size=%d HTTP/1.1\r\nHost: localhost\r\n\r\n"
POST = (
    b"POST /commands/open HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Content-Length: 1000\r\n\r\n"
)
CHUNKED = POST.replace(b"Content-Length: 1000", b"Transfer-Encoding: chunked")
MORE_THAN_BUFFERS = 20_000_000
"""Bytes that no socket takes in unless its peer reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GetLarge(Query[str]):
    size: int


class GetLargeHandler(QueryHandler[GetLarge, str]):
    reads = ()

    async def handle(self, query: GetLarge, reader: Reader) -> str:  # noqa: ARG002
        return "x" * query.size


@dataclass(frozen=True, slots=True, kw_only=True)
class GetSlowly(Query[str]):
    seconds: float


class GetSlowlyHandler(QueryHandler[GetSlowly, str]):
    reads = ()

    async def handle(self, query: GetSlowly, reader: Reader) -> str:  # noqa: ARG002
        await asyncio.sleep(query.seconds)
        return "at last"


BANK = Bank(
    commands=(Open,),
    command_handlers=(OpenHandler,),
    queries=(GetBalance, GetLarge, GetSlowly),
    query_handlers=(GetBalanceHandler, GetLargeHandler, GetSlowlyHandler),
)


async def everybody(message: Command | Query[Any], request: Request) -> None:
    """Let every message pass."""


async def until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110  the server tells nobody
        await asyncio.sleep(0.01)


@dataclass(slots=True)
class Served:
    """A server in this process, and the port that it listens on."""

    server: uvicorn.Server
    port: int

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """Open a connection whose client takes in little unless it reads."""
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(0)
        await asyncio.get_running_loop().sock_connect(client, ("127.0.0.1", self.port))
        reader, writer = await asyncio.open_connection(sock=client, limit=4096)
        try:
            yield reader, writer
        finally:
            writer.close()

    async def ask(self, request: bytes) -> bytes:
        """Send a request on a connection of its own; return all that comes until that ends."""
        async with self.connect() as (reader, writer):
            writer.write(request)
            return await reader.read()

    async def empties(self) -> None:
        """Wait until the server has no connection left."""
        await until(lambda: not self.server.server_state.connections)


@asynccontextmanager
async def serve(
    protocol: type[asyncio.Protocol],
    folder: Path,
    **settings: Any,  # noqa: ANN401
) -> AsyncIterator[Served]:
    """Serve the bank, with settings of its own."""
    service = BANK.service(folder)
    service.settings = replace(service.settings, **settings)
    listening = Address.find("127.0.0.1", 0).listen()
    api = http_api(service, everybody, title="b")
    config = ServerConfig(api, service.settings, grace=1, protocol=protocol)
    server = uvicorn.Server(config)
    async with service:
        running = asyncio.create_task(server.serve(sockets=[listening]))
        await until(lambda: server.started)
        yield Served(server, listening.getsockname()[1])
        server.should_exit = True
        await running


Serve: TypeAlias = "Callable[..., AbstractAsyncContextManager[Served]]"


@pytest.fixture(params=PROTOCOLS)
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Serve:
    """Run each test with uvicorn's own HTTP parser, and with the faster one."""
    module, _, name = request.param.partition(".")
    found = pytest.importorskip(f"uvicorn.protocols.http.{module}", exc_type=ImportError)
    return partial(serve, getattr(found, name), tmp_path)


@pytest.mark.parametrize(
    "begun",
    [b"GET /hea", HEALTH[:-2], POST, POST + b'{"owner":', CHUNKED, CHUNKED + b"1\r\n{\r\n"],
)
@in_a_loop
async def test_a_request_that_does_not_end_is_ended(served: Serve, begun: bytes) -> None:
    async with served(request_timeout=0.3) as service:
        answer = await service.ask(begun)

    assert b"408 Request Timeout" in answer
    assert b"problem+json" in answer
    assert b"connection: close" in answer.lower()


@pytest.mark.parametrize(
    ("begun", "drip"),
    [
        (b"GET /health HTTP/1.1\r\nHost: localhost\r\n", b"X: a\r\n"),
        (POST, b" "),
        (HEALTH[:-2] + b"Content-Length: 100000\r\n\r\n", b" "),
    ],
    ids=["headers", "a body", "a body that nobody reads"],
)
@in_a_loop
async def test_a_request_that_comes_drop_by_drop_is_ended(
    served: Serve, begun: bytes, drip: bytes
) -> None:
    async with (
        served(request_timeout=0.5) as service,
        service.connect() as (_, writer),
    ):
        writer.write(begun)
        while not writer.is_closing():
            writer.write(drip)
            await asyncio.sleep(0.02)


@in_a_loop
async def test_a_connection_on_which_nothing_comes_is_ended(served: Serve) -> None:
    async with served(request_timeout=0.3) as service:
        assert await service.ask(b"") == b""


@in_a_loop
async def test_the_service_itself_may_take_its_time(served: Serve) -> None:
    slowly = LAST.replace(b"/health", b"/queries/get-slowly?seconds=1.5")
    async with served(request_timeout=0.5) as service:
        assert b"at last" in await service.ask(slowly)


@in_a_loop
async def test_headers_without_end_are_not_kept(served: Serve) -> None:
    async with served() as service, service.connect() as (_, writer):
        writer.write(HEALTH[:-2])
        sent = 0
        while not writer.is_closing() and sent < MORE_THAN_BUFFERS:
            writer.write(b"X: a\r\n" * 1000)
            sent += 6000
            await asyncio.sleep(0.001)

    assert sent < MORE_THAN_BUFFERS


@pytest.mark.parametrize("asked", [LARGE % 4_000_000, (LARGE % 5_000) * 2000], ids=["one", "many"])
@in_a_loop
async def test_a_client_that_does_not_read_is_cut_off(served: Serve, asked: bytes) -> None:
    async with served(response_timeout=0.5) as service:
        async with service.connect() as (_, writer):
            writer.write(asked)
            await asyncio.sleep(0.2)
            await service.empties()
        answer = await service.ask(LAST)

    assert b"200 OK" in answer


@in_a_loop
async def test_a_client_that_reads_slowly_gets_all_of_a_large_answer(served: Serve) -> None:
    received = 0
    async with served() as service, service.connect() as (reader, writer):
        writer.write(LARGE % 1_000_000)
        while received < 1_000_000:
            received += len(await reader.read(8192))


@in_a_loop
async def test_a_connection_is_kept_for_one_request_after_the_other(served: Serve) -> None:
    async with (
        served(request_timeout=1.0) as service,
        service.connect() as (reader, writer),
    ):
        for _ in range(4):
            writer.write(HEALTH)
            assert b"200 OK" in await reader.readuntil(b"\r\n\r\n")
            await reader.readuntil(b"}")
            await asyncio.sleep(0.4)  # in all, longer than one request may take


@in_a_loop
async def test_answers_are_sent_without_delay(served: Serve) -> None:
    async with served() as service, service.connect() as (reader, writer):
        writer.write(HEALTH)
        await reader.readuntil(b"\r\n\r\n")
        [accepted] = service.server.server_state.connections
        tcp = accepted.transport.get_extra_info("socket")

        assert tcp.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@in_a_loop
async def test_more_connections_than_there_may_be_are_turned_away(served: Serve) -> None:
    async with served(max_connections=3) as service:
        async with service.connect(), service.connect():
            await until(lambda: len(service.server.server_state.connections) == 2)
            third = await service.ask(LAST)
        await service.empties()
        async with service.connect(), service.connect(), service.connect():
            await until(lambda: len(service.server.server_state.connections) == 3)
            answer = await service.ask(HEALTH)
        await service.empties()
        again = await service.ask(LAST)

    assert b"503 Service Unavailable" in answer
    assert b"problem+json" in answer
    assert b"retry-after: 1" in answer.lower()
    assert b"connection: close" in answer.lower()
    assert b"200 OK" in third
    assert b"200 OK" in again
