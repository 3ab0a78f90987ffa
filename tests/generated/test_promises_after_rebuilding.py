"""`after` while a read model is rebuilt elsewhere: what was there is waited for, never missing."""

from __future__ import annotations

import asyncio
import multiprocessing
import sqlite3
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from lab import (
    BALANCES,
    Balance,
    Balances,
    Bank,
    GetBalance,
    GetBalanceHandler,
    Open,
    before,
    in_a_loop,
    serving,
)
from shop.cqrs import Ack, Query
from shop.cqrs.reading import QueryHandler, Reader
from sqlalchemy import select

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from shop.cqrs.service import Service

ACCOUNTS = 20
REBUILDS = 15
OWNERS = select(BALANCES.c["owner"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOwners(Query[list[Owner]]):
    """Who has an account."""


class ListOwnersHandler(QueryHandler[ListOwners, list[Owner]]):
    reads = (Balances,)

    async def handle(self, query: ListOwners, reader: Reader) -> list[Owner]:  # noqa: ARG002
        return await reader.all(Owner, OWNERS, {})


BANK = Bank(
    queries=(GetBalance, ListOwners),
    query_handlers=(GetBalanceHandler, ListOwnersHandler),
)


class Interrupted(GetBalanceHandler):
    """A handler with another process at work before, between or after its two readings."""

    then: Callable[[], None]
    at = 0

    async def handle(self, query: GetBalance, reader: Reader) -> Balance | None:
        await self._reach(0)
        first = await super().handle(query, reader)
        await self._reach(1)
        second = await super().handle(query, reader)
        await self._reach(2)
        assert first is not None, "a read model that was empty"
        assert first == second
        return second

    async def _reach(self, place: int) -> None:
        if place == Interrupted.at:
            Interrupted.at = -1
            await asyncio.to_thread(Interrupted.then)


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[ProcessPoolExecutor]:
    """Give the tests another process, which begins with nothing of this one."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        yield pool


def rebuild_again_and_again(folder: str) -> int:
    """Rebuild a read model in this process; tell how often."""

    async def run() -> None:
        async with BANK.service(folder) as service:  # type: ignore[arg-type]  # as text
            for _ in range(REBUILDS):
                await service.rebuild("balances")
                await asyncio.sleep(0.02)

    asyncio.run(run())
    return REBUILDS


async def opened(service: Service, owner: str = "Ann") -> tuple[Ack, GetBalance]:
    """Open an account; give the ack and what asks for the account."""
    ack = await service.bus.execute(Open(owner=owner))
    return ack, GetBalance(account=UUID(str(ack.id)))


@in_a_loop
async def test_what_was_there_is_there_whenever_another_process_rebuilds(
    tmp_path: Path, elsewhere: ProcessPoolExecutor
) -> None:
    async with serving(tmp_path, BANK, patience=60) as service:
        acks = [await opened(service, f"{number}") for number in range(ACCOUNTS)]
        await service.catch_up()
        last = acks[-1][0]
        rebuilding = elsewhere.submit(rebuild_again_and_again, str(tmp_path))
        while not rebuilding.done():
            for number, (ack, asked) in enumerate(acks):
                shown = await service.bus.execute(asked, after=ack)
                assert shown == Balance(owner=f"{number}", balance=0)
            assert len(await service.bus.execute(ListOwners(), after=last)) == ACCOUNTS

        assert rebuilding.result() == REBUILDS


@in_a_loop
async def test_a_position_that_was_passed_once_is_waited_for_again_after_a_rebuild(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path, patience=30) as asking, serving(tmp_path) as other:
        ack, asked = await opened(asking)
        await other.catch_up()
        assert await asking.bus.execute(asked, after=ack) is not None
        other.read_store.rebuild(Balances())

        waiting = asyncio.create_task(asking.bus.execute(asked, after=ack))
        await asyncio.sleep(0.1)
        assert not waiting.done()
        await other.catch_up()
        assert await waiting == Balance(owner="Ann", balance=0)


@pytest.mark.parametrize("refilled", [True, False], ids=["refilled", "left empty for a while"])
@pytest.mark.parametrize("place", [0, 1, 2])
@in_a_loop
async def test_a_rebuild_that_comes_while_a_handler_reads_makes_it_read_again(
    tmp_path: Path,
    place: int,
    refilled: bool,  # noqa: FBT001
) -> None:
    bank = Bank(query_handlers=(Interrupted,))
    async with serving(tmp_path, bank, patience=30) as asking, serving(tmp_path) as other:
        ack, asked = await opened(asking)
        await other.catch_up()

        def rebuild() -> None:
            other.read_store.rebuild(Balances())
            if refilled:
                later()

        loop = asyncio.get_running_loop()

        def later() -> None:
            asyncio.run_coroutine_threadsafe(other.catch_up(), loop).result(30)

        Interrupted.at, Interrupted.then = place, staticmethod(rebuild)
        waiting = asyncio.create_task(asking.bus.execute(asked, after=ack))
        if not refilled:
            await asyncio.sleep(0.2)
            await other.catch_up()

        assert await waiting == Balance(owner="Ann", balance=0)


@in_a_loop
async def test_a_rebuild_that_is_done_before_the_reader_looks_again_is_seen(
    tmp_path: Path,
) -> None:
    loop = asyncio.get_running_loop()
    refilling: list[Future[None]] = []

    async with serving(tmp_path, patience=30) as asking, serving(tmp_path) as other:
        ack, asked = await opened(asking)
        await other.catch_up()
        assert await asking.bus.execute(asked, after=ack) is not None
        other.read_store.rebuild(Balances())

        def refill() -> None:
            if not refilling:
                refilling.append(asyncio.run_coroutine_threadsafe(other.catch_up(), loop))
                refilling[0].result(30)

        # The reader has read, and is about to look.
        with before(asking.engines.look_at_read, "WHERE checkpoints.projection IN", refill):
            assert await asking.bus.execute(asked, after=ack) == Balance(owner="Ann", balance=0)
    assert refilling


@in_a_loop
async def test_what_a_handler_raises_by_itself_is_not_tried_again(tmp_path: Path) -> None:
    class Failing(GetBalanceHandler):
        times = 0

        async def handle(self, query: GetBalance, reader: Reader) -> Balance | None:
            Failing.times += 1
            await super().handle(query, reader)
            raise ValueError("planted")

    async with serving(tmp_path, Bank(query_handlers=(Failing,))) as service:
        ack, asked = await opened(service)
        await service.catch_up()
        with pytest.raises(ValueError, match="planted"):
            await service.bus.execute(asked, after=ack)

    assert Failing.times == 1


OF_0_3_0 = """
CREATE TABLE checkpoints (
    projection TEXT NOT NULL, "transaction" BIGINT NOT NULL, "row" BIGINT NOT NULL,
    failure TEXT, holder TEXT NOT NULL, held_until DOUBLE NOT NULL, PRIMARY KEY (projection)
);
INSERT INTO checkpoints SELECT projection, "transaction", "row", failure, holder, held_until
    FROM kept;
DROP TABLE kept;
"""


def bring_back_to_0_3_0(folder: Path) -> None:
    """Let the checkpoints be as version 0.3.0 wrote them."""
    with closing(sqlite3.connect(folder / "read.db")) as connection, connection:
        connection.execute("ALTER TABLE checkpoints RENAME TO kept")
        connection.executescript(OF_0_3_0)


@in_a_loop
async def test_a_store_of_0_3_0_goes_on_where_it_was_and_is_noticed_when_rebuilt(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as service:
        ack, asked = await opened(service)
        await service.catch_up()
    bring_back_to_0_3_0(tmp_path)

    async with serving(tmp_path, patience=30) as service, serving(tmp_path) as other:
        assert service.read_store.checkpoint("balances_v1").position == ack.position
        assert await service.bus.execute(asked, after=ack) == Balance(owner="Ann", balance=0)
        before = service.read_store.checkpoint("balances_v1").generation
        await other.rebuild("balances")
        assert service.read_store.checkpoint("balances_v1").generation != before
        assert await service.bus.execute(asked, after=ack) == Balance(owner="Ann", balance=0)


@in_a_loop
async def test_a_process_of_0_3_0_can_still_write_the_checkpoints(tmp_path: Path) -> None:
    columns = 'projection, "transaction", "row", failure, holder, held_until'
    row = "'users_v1', 0, 0, NULL, '', 0"
    async with serving(tmp_path) as service:
        with closing(sqlite3.connect(tmp_path / "read.db")) as connection, connection:
            connection.execute(f"INSERT INTO checkpoints ({columns}) VALUES ({row})")  # noqa: S608

        assert service.read_store.checkpoint("users_v1").generation == ""


@in_a_loop
async def test_what_a_process_of_0_3_0_rebuilds_is_waited_for_as_well(tmp_path: Path) -> None:
    async with serving(tmp_path, patience=30) as service, serving(tmp_path) as other:
        ack, asked = await opened(service)
        await other.catch_up()
        assert await service.bus.execute(asked, after=ack) is not None
        with closing(sqlite3.connect(tmp_path / "read.db")) as connection, connection:
            connection.execute("DELETE FROM balances_v1")
            connection.execute('UPDATE checkpoints SET "row" = 0')

        waiting = asyncio.create_task(service.bus.execute(asked, after=ack))
        await asyncio.sleep(0.1)
        await other.catch_up()
        assert await waiting == Balance(owner="Ann", balance=0)
