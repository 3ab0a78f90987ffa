"""`/ready` and `/health` tell the truth: about writing, about what lags, about parts that died."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx
import pytest
from lab import (
    ENTRIES,
    Balances,
    Bank,
    Deposited,
    Open,
    OpenHandler,
    before,
    in_a_loop,
    lane_fails,
    listening,
)
from shop.cqrs.http import http_api
from shop.cqrs.journal import Origin
from shop.cqrs.timing import TIMING, Timing
from shop.cqrs.writing.heartbeat import HEARTBEATS
from shop.cqrs.writing.unit_of_work import Effects
from sqlalchemy import func, select
from test_http_api import a_bank, everybody
from test_runtime_write_faults import LockedElsewhere, limit_pages

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path
    from uuid import UUID

    from shop.cqrs.service import Service

NAME = Balances.name()
PROBES = ["/ready", "/health"]
QUICK = Timing(beat=0)
"""A heartbeat is written as often as somebody asks."""
IMPATIENT = Timing(beat=0, beat_patience=0.2)


@asynccontextmanager
async def asking(
    folder: Path, *, projecting: bool = True, ready_lag: float = 5, timing: Timing = TIMING
) -> AsyncIterator[tuple[httpx.AsyncClient, Service]]:
    """Serve the bank to a client, in this process."""
    service = a_bank().service(folder, projecting=projecting, timing=timing)
    service.settings = replace(service.settings, ready_lag=ready_lag)
    async with service:
        transport = httpx.ASGITransport(http_api(service, everybody, title="bank"))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            yield client, service


async def until(client: httpx.AsyncClient, path: str, status: int) -> dict[str, Any]:
    """Probe until the answer has a status, and return its body."""
    while True:
        answer = await client.get(path)
        if answer.status_code == status:
            body: dict[str, Any] = answer.json()
            return body
        await asyncio.sleep(0.02)


async def until_told(client: httpx.AsyncClient, path: str, reason: str) -> None:
    """Probe until this is among the reasons not to be well."""
    while reason not in (await until(client, path, 503)).get("reasons", ()):
        pass


async def record_many(service: Service, account: UUID, count: int) -> None:
    """Record many events at once."""
    events = (Deposited(account=account, amount=1),) * count
    await service.write_store.apply(Effects((), events), Origin(uuid4(), uuid4()))


def record_as_if_at(folder: Path, at: datetime) -> None:
    """Let all events have been recorded at another moment."""
    with closing(sqlite3.connect(folder / "write.db")) as connection, connection:
        connection.execute("UPDATE journal SET recorded_at = ?", (f"{at:%Y-%m-%d %H:%M:%S.%f}",))


@pytest.mark.parametrize("path", PROBES)
@in_a_loop
async def test_while_the_disk_is_full_it_is_not_ready_and_then_it_is_again(
    tmp_path: Path, path: str
) -> None:
    async with asking(tmp_path, timing=QUICK) as (client, service):
        await until(client, path, 200)
        limit_pages(service, 1)
        refused = [
            await client.post("/commands/open", json={"owner": f"{number}" + "x" * 3000})
            for number in range(20)
        ]
        body = await until(client, path, 503)
        limit_pages(service, 10_000)
        await until(client, path, 200)
        taken = await client.post("/commands/open", json={"owner": "Ann"})

    assert refused[-1].status_code == 503
    assert body["reasons"] == ["the write store takes no commands"]
    assert not body["ok"]
    assert taken.status_code == 201


@pytest.mark.parametrize("path", PROBES)
@in_a_loop
async def test_while_the_write_store_is_locked_it_is_not_ready(tmp_path: Path, path: str) -> None:
    async with asking(tmp_path, timing=IMPATIENT) as (client, _):
        await until(client, path, 200)
        with LockedElsewhere(tmp_path / "write.db"):
            body = await until(client, path, 503)
        await until(client, path, 200)

    assert body["reasons"] == ["the write store takes no commands"]


@in_a_loop
async def test_while_the_write_lane_hangs_it_is_not_ready(
    tmp_path: Path,
) -> None:
    go_on = threading.Event()

    def hang(_connection: object) -> None:
        go_on.wait(30)

    async with asking(tmp_path, timing=IMPATIENT) as (client, service):
        with listening(service.engines.write, "begin", hang):
            await until(client, "/ready", 503)
        go_on.set()
        await until(client, "/ready", 200)


@in_a_loop
async def test_while_the_write_store_is_moved_away_it_is_not_ready(tmp_path: Path) -> None:
    async with asking(tmp_path, timing=QUICK) as (client, _):
        await until(client, "/ready", 200)
        (tmp_path / "write.db").rename(tmp_path / "elsewhere.db")
        moved = await client.get("/ready")
        (tmp_path / "elsewhere.db").rename(tmp_path / "write.db")
        await until(client, "/ready", 200)

    assert moved.status_code == 503


@in_a_loop
async def test_a_heartbeat_is_written_once_a_second_however_many_probe(tmp_path: Path) -> None:
    last, kept = select(func.max(HEARTBEATS.c.id)), select(func.count(HEARTBEATS.c.id))
    async with asking(tmp_path) as (client, service):
        loop = asyncio.get_running_loop()
        began = loop.time()
        for _ in range(10):
            await asyncio.gather(*(client.get("/ready") for _ in range(20)))
        [(written,)] = await service.write_store.fetch(last, {})
        assert await service.write_store.fetch(kept, {}) == [(1,)]
        seconds = loop.time() - began

    assert 1 <= written <= seconds + 1


@pytest.mark.parametrize("part", ["projector", "write lane"])
@in_a_loop
async def test_while_a_part_is_down_it_is_neither_ready_nor_well(tmp_path: Path, part: str) -> None:
    def end() -> None:
        raise SystemExit("planted")

    timing = Timing(restarts=(0.5,) * 100, look=0.01)
    async with asking(tmp_path, timing=timing) as (client, service):
        await until(client, "/ready", 200)
        reads = before(service.engines.look_at_write, ENTRIES, end)
        with reads if part == "projector" else lane_fails(service, OSError("planted")):
            await client.post("/commands/open", json={"owner": "Ann"})
            for path in PROBES:
                await until_told(client, path, f"the {part} is down")
        for path in PROBES:
            await until(client, path, 200)


@in_a_loop
async def test_many_events_behind_for_a_moment_are_no_reason_to_take_it_out(
    tmp_path: Path,
) -> None:
    async with asking(tmp_path, projecting=False) as (client, service):
        ack = await service.bus.execute(Open(owner="Ann"))
        await service.catch_up()
        assert (await client.get("/ready")).status_code == 200
        await record_many(service, ack.id, 5000)  # type: ignore[arg-type]  # a UUID
        answer = await client.get("/ready")

    assert answer.status_code == 200
    assert answer.json()["projections"] == [{"name": NAME, "behind": 5000, "halted": False}]


@pytest.mark.parametrize("ago", [timedelta(minutes=1), timedelta(days=400)])
@in_a_loop
async def test_one_event_that_is_not_taken_in_for_too_long_is(
    tmp_path: Path, ago: timedelta
) -> None:
    async with asking(tmp_path, projecting=False) as (client, service):
        assert (await client.get("/ready")).status_code == 200
        await service.bus.execute(Open(owner="Ann"))
        await asyncio.to_thread(record_as_if_at, tmp_path, datetime.now(UTC) - ago)
        late = await client.get("/ready")
        await service.catch_up()
        caught_up = await client.get("/ready")

    assert (late.status_code, caught_up.status_code) == (503, 200)
    assert late.json()["reasons"][0].startswith(f"{NAME} is ")
    assert late.json()["reasons"][0].endswith(" s behind")


@in_a_loop
async def test_a_clock_that_was_set_back_hides_no_lag(tmp_path: Path) -> None:
    async with asking(tmp_path, projecting=False, ready_lag=0.3) as (client, service):
        assert (await client.get("/ready")).status_code == 200
        await service.bus.execute(Open(owner="Ann"))
        hour = timedelta(hours=1)
        await asyncio.to_thread(record_as_if_at, tmp_path, datetime.now(UTC) + hour)
        first = await client.get("/ready")
        await until(client, "/ready", 503)
        await service.catch_up()
        caught_up = await client.get("/ready")

    assert (first.status_code, caught_up.status_code) == (200, 200)


@in_a_loop
async def test_an_idle_service_is_ready_however_long_ago_its_last_event_was(
    tmp_path: Path,
) -> None:
    async with asking(tmp_path, projecting=False) as (client, service):
        await service.bus.execute(Open(owner="Ann"))
        await asyncio.to_thread(record_as_if_at, tmp_path, datetime(2001, 1, 1, tzinfo=UTC))
        await service.catch_up()

        assert (await client.get("/ready")).status_code == 200


@in_a_loop
async def test_it_is_ready_at_first_when_it_has_reached_what_it_met_even_if_more_has_come(
    tmp_path: Path,
) -> None:
    async with asking(tmp_path, projecting=False) as (client, service):
        await service.bus.execute(Open(owner="Ann"))
        first = await client.get("/ready")
        await service.catch_up()
        await service.bus.execute(Open(owner="Bob"))
        then = await client.get("/ready")

    assert (first.status_code, then.status_code) == (503, 200)
    assert first.json()["reasons"] == [f"{NAME} has not caught up since the service started"]


@in_a_loop
async def test_a_halted_projection_is_named_and_takes_nothing_out(tmp_path: Path) -> None:
    async with asking(tmp_path, projecting=False) as (client, service):
        await service.bus.execute(Open(owner="Ann"))
        checkpoint = service.read_store.checkpoint(NAME)
        service.read_store.halt(NAME, checkpoint.position, "planted")
        ready, health = await client.get("/ready"), await client.get("/health")

    assert (ready.status_code, health.status_code) == (200, 503)
    for answer in (ready, health):
        assert answer.json()["projections"] == [{"name": NAME, "behind": 1, "halted": True}]
    assert health.json()["reasons"] == [f"{NAME} has halted"]


@in_a_loop
async def test_a_service_without_projections_is_ready(tmp_path: Path) -> None:
    bank = Bank(
        queries=(),
        query_handlers=(),
        projections=(),
        commands=(Open,),
        command_handlers=(OpenHandler,),
    )

    async with bank.service(tmp_path) as service:
        transport = httpx.ASGITransport(http_api(service, everybody, title="bank"))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            assert (await client.get("/ready")).status_code == 200
