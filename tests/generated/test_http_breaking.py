"""What breaks, takes too long or is cut off is answered as a problem, and the service goes on."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from lab import Bank, Open, OpenHandler, in_a_loop
from shop.cqrs import Command
from shop.cqrs.http import http_api
from shop.cqrs.in_flight import InFlight, Tracked
from shop.cqrs.writing import CommandHandler, UnitOfWork
from test_http_api import everybody, is_problem

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from shop.cqrs.http import Api

KINDS = {
    kind.__name__: kind for kind in (SystemExit, KeyboardInterrupt, GeneratorExit, MemoryError)
} | {"CancelledError": asyncio.CancelledError}


@dataclass(frozen=True, slots=True, kw_only=True)
class Break(Command):
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sleep(Command):
    pass


class BreakHandler(CommandHandler[Break]):
    async def handle(self, command: Break, uow: UnitOfWork) -> None:  # noqa: ARG002
        raise KINDS[command.by]("the secret of the house")


class SleepHandler(CommandHandler[Sleep]):
    async def handle(self, command: Sleep, uow: UnitOfWork) -> None:  # noqa: ARG002
        await asyncio.sleep(3600)


@asynccontextmanager
async def asking(folder: Path, limit: float = 30) -> AsyncIterator[tuple[httpx.AsyncClient, Api]]:
    """Serve messages that break to a client, in this process."""
    bank = Bank(
        commands=(Open, Break, Sleep), command_handlers=(OpenHandler, BreakHandler, SleepHandler)
    )
    service = bank.service(folder)
    service.settings = replace(service.settings, command_timeout=limit)
    async with service:
        api = http_api(service, everybody, title="bank")
        transport = httpx.ASGITransport(api, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            yield client, api


@pytest.mark.parametrize("kind", KINDS)
@in_a_loop
async def test_whatever_a_handler_raises_is_a_problem_that_tells_nothing(
    tmp_path: Path, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with asking(tmp_path) as (client, _):
        try:
            answer = await client.post("/commands/break", json={"by": kind})
        except BaseException as error:  # noqa: BLE001  some of them would end the run of the tests
            pytest.fail(f"{error!r} would have ended the server")
        taken = await client.post("/commands/open", json={"owner": "Ann"})

    assert "secret" not in str(is_problem(answer, 500))
    assert taken.status_code == 201
    if kind in {"KeyboardInterrupt", "GeneratorExit", "CancelledError"}:
        assert f"a request ended by {kind}" in caplog.text  # the server logs the others


@in_a_loop
async def test_a_handler_that_takes_too_long_is_told_and_may_be_tried_again(
    tmp_path: Path,
) -> None:
    async with asking(tmp_path, limit=0.1) as (client, _):
        answer = await client.post("/commands/sleep", json={})

    assert is_problem(answer, 503)["detail"] == "`Sleep` took longer than its limit of 0.1 s"
    assert answer.headers["Retry-After"] == "1"


@in_a_loop
async def test_a_request_that_is_cut_off_is_told_and_one_that_was_answered_is_left_alone(
    tmp_path: Path,
) -> None:
    async with asking(tmp_path) as (client, api):
        asked = asyncio.create_task(client.post("/commands/sleep", json={}))
        taken = await client.post("/commands/open", json={"owner": "Ann"})
        await api.in_flight.cut_off()
        answer = await asked

    assert taken.status_code == 201
    assert "is stopping" in is_problem(answer, 503)["detail"]
    assert answer.headers["Retry-After"] == "1"
    assert answer.headers["Connection"] == "close"
    assert answer.headers["X-Correlation-ID"]
    assert api.in_flight == set()


class Asked:
    """A request whose answer hangs once it has begun, or before; its client may have gone."""

    def __init__(self, in_flight: InFlight, *, begins: bool = False, gone: bool = False) -> None:
        self.sent: list[dict[str, Any]] = []
        self._begins, self._gone = begins, gone
        app = Tracked(self._answer, in_flight)
        self.task = asyncio.create_task(app({"type": "http"}, self._receive, self._send))

    async def _answer(self, _scope: object, _receive: object, send: Any) -> None:  # noqa: ANN401  as ASGI has it
        if self._begins:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.sleep(3600)

    async def _receive(self) -> dict[str, Any]:
        return {"type": "http.request"}

    async def _send(self, message: Any) -> None:  # noqa: ANN401  as ASGI has it
        if self._gone:
            raise OSError("planted")
        await asyncio.sleep(0)  # so that others are being told at the same time
        self.sent.append(message)


@in_a_loop
async def test_all_are_cut_off_and_no_answer_that_has_begun_is_begun_again() -> None:
    in_flight = InFlight()
    gone, waits = Asked(in_flight, gone=True), Asked(in_flight)
    begun = Asked(in_flight, begins=True)
    await asyncio.sleep(0.01)
    await in_flight.cut_off()

    assert [each["status"] for each in begun.sent] == [200]
    assert [each["type"] for each in waits.sent] == ["http.response.start", "http.response.body"]
    await asyncio.wait({begun.task, waits.task}, timeout=5)
    assert (begun.task.done(), waits.task.done()) == (True, True)
    gone.task.cancel()


@in_a_loop
async def test_who_cancels_a_request_is_not_told_that_it_failed(tmp_path: Path) -> None:
    async with asking(tmp_path) as (client, _):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await client.post("/commands/sleep", json={})
