"""A handler that takes too long is called off: nobody waits for ever, and no thread is lost."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from lab import (
    ACCOUNTS,
    Balance,
    Bank,
    Decide,
    GetBalance,
    Open,
    Opened,
    in_a_loop,
    journal,
    listening,
    serving,
    until,
)
from shop.cqrs import Ack, TimedOut
from shop.cqrs.reading import QueryHandler, Reader
from sqlalchemy import QueuePool, bindparam, column, select, text

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from shop.cqrs.service import Service
    from shop.cqrs.writing import UnitOfWork
    from sqlalchemy import Engine

ENDLESS = """
    WITH RECURSIVE numbers(number) AS (
        SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < :most
    )
    SELECT count(*) AS balance, 'nobody' AS owner FROM numbers
"""
COUNT = text(ENDLESS).bindparams(bindparam("most")).columns(column("balance"), column("owner"))
FOR_HOURS = {"most": 10**12}


class Counts(QueryHandler[GetBalance, Balance | None]):
    """Counts for hours."""

    reads = ()

    async def handle(self, query: GetBalance, reader: Reader) -> Balance | None:  # noqa: ARG002
        return await reader.one(Balance, COUNT, FOR_HOURS)  # type: ignore[arg-type]  # as a select


class Sleeps(QueryHandler[GetBalance, Balance | None]):
    """Sleeps for hours."""

    reads = ()

    async def handle(self, query: GetBalance, reader: Reader) -> Balance | None:  # noqa: ARG002
        await asyncio.sleep(3600)
        return None


@asynccontextmanager
async def limited(
    folder: Path, bank: Bank | None = None, *, command: float = 30, query: float = 30
) -> AsyncIterator[Service]:
    """Run a service with time limits."""
    service = (bank or Bank()).service(folder)
    service.settings = replace(service.settings, command_timeout=command, query_timeout=query)
    async with service:
        yield service


async def recording(uow: UnitOfWork) -> None:
    """Record what must not be there if it was too late."""
    uow.record(Opened(account=uuid4(), owner="too late"))


async def sleep(uow: UnitOfWork) -> None:
    await asyncio.sleep(3600)
    await recording(uow)


async def sleep_in_a_thread(uow: UnitOfWork) -> None:
    await asyncio.to_thread(time.sleep, 1)
    await recording(uow)


async def block_the_loop(uow: UnitOfWork) -> None:
    time.sleep(0.3)  # noqa: ASYNC251  planted
    await recording(uow)


async def go_on_when_cancelled(uow: UnitOfWork) -> None:
    with suppress(asyncio.CancelledError):
        await asyncio.sleep(3600)
    await recording(uow)


async def fail_when_cancelled(uow: UnitOfWork) -> None:
    try:
        await sleep(uow)
    finally:
        raise OSError("while tidying up")


async def count(uow: UnitOfWork) -> None:
    await uow.fetch(COUNT, FOR_HOURS)  # type: ignore[arg-type]  # as a select
    await recording(uow)


@pytest.mark.parametrize(
    "decide",
    [
        sleep,
        sleep_in_a_thread,
        block_the_loop,
        go_on_when_cancelled,
        fail_when_cancelled,
        count,
    ],
)
@in_a_loop
async def test_a_command_whose_handler_takes_too_long_is_told_so_and_writes_nothing(
    tmp_path: Path, decide: object
) -> None:
    async with limited(tmp_path, command=0.2) as service:
        with pytest.raises(TimedOut, match=r"`Decide` took longer than its limit of 0\.2 s"):
            await service.bus.execute(Decide(by=decide))  # type: ignore[arg-type]  # one of the above

        assert journal(service) == []
        assert isinstance(await service.bus.execute(Open(owner="Ann")), Ack)


@in_a_loop
async def test_all_tries_of_a_command_have_one_limit(tmp_path: Path) -> None:
    async def lose(uow: UnitOfWork) -> None:
        await asyncio.sleep(0.1)
        uow.execute(
            ACCOUNTS.update().where(ACCOUNTS.c.owner == bindparam("x")).values(balance=0),
            {"x": "x"},
            rows=1,
        )

    async with limited(tmp_path, command=0.25) as service:
        with pytest.raises(TimedOut):
            await service.bus.execute(Decide(by=lose))


@in_a_loop
async def test_what_was_submitted_is_told_as_it_is_however_long_that_takes(
    tmp_path: Path,
) -> None:
    def take_long(_connection: object) -> None:
        time.sleep(0.5)

    async with limited(tmp_path, command=0.2) as service:
        with listening(service.engines.write, "commit", take_long):
            ack = await service.bus.execute(Open(owner="Ann"))

        assert (ack.position, len(journal(service))) == ((0, 1), 1)


@in_a_loop
async def test_a_time_out_of_the_handlers_own_stays_its_own(tmp_path: Path) -> None:
    async def give_up(_uow: UnitOfWork) -> None:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(3600)

    async with limited(tmp_path) as service:
        with pytest.raises(TimeoutError):
            await service.bus.execute(Decide(by=give_up))


async def until_reading(engine: Engine, *, some: bool) -> None:
    """Wait until something is being read, or nothing."""
    pool = engine.pool
    assert isinstance(pool, QueuePool)

    async def reached() -> bool:
        return bool(pool.checkedout()) == some

    await until(reached)


@in_a_loop
async def test_long_queries_are_interrupted_and_leave_their_threads_to_others(
    tmp_path: Path,
) -> None:
    async with limited(tmp_path, Bank(query_handlers=(Counts,)), query=0.1) as service:
        query = GetBalance(account=uuid4())
        answers = await asyncio.gather(
            *(service.bus.execute(query) for _ in range(30)), return_exceptions=True
        )
        await until_reading(service.engines.look_at_read, some=False)
        rows = await service.write_store.fetch(select(ACCOUNTS), {})

    assert {type(answer) for answer in answers} == {TimedOut}
    assert "`GetBalance` took longer than its limit of 0.1 s" in str(answers[0])
    assert rows == []


@in_a_loop
async def test_a_query_that_nobody_waits_for_any_more_is_interrupted(tmp_path: Path) -> None:
    async with limited(tmp_path, Bank(query_handlers=(Counts,))) as service:
        asked = asyncio.create_task(service.bus.execute(GetBalance(account=uuid4())))
        await until_reading(service.engines.look_at_read, some=True)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        await until_reading(service.engines.look_at_read, some=False)


@in_a_loop
async def test_an_interruption_meets_no_query_that_comes_after(tmp_path: Path) -> None:
    async with limited(tmp_path, command=0.01) as service:
        for _ in range(20):
            with suppress(TimedOut):
                await service.bus.execute(Decide(by=count))
            assert await service.write_store.fetch(select(ACCOUNTS), {}) == []


@in_a_loop
async def test_handlers_that_hang_in_threads_hold_up_neither_queries_nor_the_projector(
    tmp_path: Path,
) -> None:
    async def hang(_uow: UnitOfWork) -> None:
        await asyncio.to_thread(time.sleep, 3)

    async def caught_up() -> bool:
        return (await service.status()).projections[0].behind == 0

    async with serving(tmp_path, projecting=True) as service:
        hanging = [asyncio.create_task(service.bus.execute(Decide(by=hang))) for _ in range(100)]
        await asyncio.sleep(0)
        ack = await service.bus.execute(Open(owner="Ann"))
        seen = await service.bus.execute(GetBalance(account=ack.id))  # type: ignore[arg-type]  # a UUID
        await until(caught_up)
        assert not any(task.done() for task in hanging)
        for task in hanging:
            task.cancel()

    assert seen in {None, Balance(owner="Ann", balance=0)}
