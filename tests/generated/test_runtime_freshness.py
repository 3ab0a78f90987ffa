"""Freshness in a generated project: a query sees what its caller did, or says that it does not."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from lab import (
    Balance,
    Balances,
    Bank,
    Decide,
    Deposit,
    GetBalance,
    GetBalanceHandler,
    Open,
    Opened,
    in_a_loop,
    serving,
)
from shop.cqrs import Ack, Position, StaleRead
from shop.cqrs.reading import Change, Projection, ReadModel, on
from shop.cqrs.reading.checkpoints import Checkpoint
from shop.cqrs.reading.freshness import Freshness
from shop.cqrs.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from shop.cqrs.journal import Recorded
    from shop.cqrs.writing import UnitOfWork


def asking(ack: Ack) -> GetBalance:
    """Ask for the account that was opened."""
    return GetBalance(account=UUID(str(ack.id)))


@in_a_loop
async def test_the_read_side_lags_and_a_query_that_comes_after_waits(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        ack = await service.bus.execute(Open(owner="Ann"))
        assert await service.bus.execute(asking(ack)) is None

        waiting = asyncio.create_task(service.bus.execute(asking(ack), after=ack))
        await asyncio.sleep(0.1)
        assert not waiting.done()
        await service.catch_up()

        assert await waiting == Balance(owner="Ann", balance=0)


@in_a_loop
async def test_whoever_waits_is_woken_and_does_not_poll(tmp_path: Path) -> None:
    never = Timing(poll=60)
    async with serving(tmp_path, projecting=True, timing=never) as service, asyncio.timeout(5):
        ack = await service.bus.execute(Open(owner="Ann"))
        assert await service.bus.execute(asking(ack), after=ack) is not None
        for number in range(1, 50):
            deposited = await service.bus.execute(Deposit(account=asking(ack).account, amount=1))
            shown = await service.bus.execute(asking(ack), after=deposited)
            assert shown == Balance(owner="Ann", balance=number, deposits=number)


class MovesMeanwhile:
    """A read store in which a projection gets on while somebody looks."""

    def __init__(self) -> None:
        self.looks = 0
        self.moved: Callable[[], object] = lambda: None

    def checkpoints(self) -> dict[str, Checkpoint]:
        self.looks += 1
        self.moved()
        return {"x": Checkpoint(Position(0, self.looks), None, "", 0)}


@in_a_loop
async def test_what_moves_while_somebody_looks_is_not_missed() -> None:
    store = MovesMeanwhile()
    freshness = Freshness(store, patience=5, timing=Timing(poll=60))  # type: ignore[arg-type]  # all that it asks of one
    loop = asyncio.get_running_loop()
    told = threading.Event()

    def move() -> None:
        told.clear()
        loop.call_soon_threadsafe(freshness.moved)
        loop.call_soon_threadsafe(told.set)
        told.wait(5)

    store.moved = move
    await freshness.wait(["x"], Position(0, 5))

    assert store.looks in {5, 6}  # one more may begin before the one who waited has left


@in_a_loop
async def test_who_waits_does_not_look_all_the_time() -> None:
    store = MovesMeanwhile()
    freshness = Freshness(store, patience=0.05, timing=Timing(poll=60))  # type: ignore[arg-type]  # all that it asks of one
    with pytest.raises(StaleRead):
        await freshness.wait(["x"], Position(0, 1_000_000))

    assert store.looks == 1


@in_a_loop
async def test_a_read_that_stays_stale_says_how_far_it_is(tmp_path: Path) -> None:
    async with serving(tmp_path, patience=0.1) as service:
        await service.bus.execute(Open(owner="Ann"))
        await service.catch_up()
        ack = await service.bus.execute(Open(owner="Bob"))

        async with asyncio.timeout(3):
            with pytest.raises(StaleRead) as error:
                await service.bus.execute(asking(ack), after=ack)

    assert str(error.value) == (
        "`balances_v1` is at 0-1 and has not reached 0-2 within 0.1 s: is a projector running?"
    )


@in_a_loop
async def test_without_patience_a_stale_read_is_told_at_once_and_a_fresh_one_answered(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path, patience=0) as service:
        ack = await service.bus.execute(Open(owner="Ann"))
        with pytest.raises(StaleRead, match="is at 0-0 and has not reached 0-1 within 0 s"):
            await service.bus.execute(asking(ack), after=ack)
        await service.catch_up()

        assert await service.bus.execute(asking(ack), after=ack) is not None
        assert await service.bus.execute(asking(ack), after=Position(0, 1)) is not None


@in_a_loop
async def test_an_ack_without_an_event_needs_no_wait(tmp_path: Path) -> None:
    async def decide(_: UnitOfWork) -> str:
        return "nothing happened"

    async with serving(tmp_path, patience=0) as service:
        opened = await service.bus.execute(Open(owner="Ann"))
        ack = await service.bus.execute(Decide(by=decide))

        assert await service.bus.execute(asking(opened), after=ack) is None


IMPATIENT = Timing(retries=(0.01,))
MODEL = ReadModel("broken", version=1, key={"account": UUID}, columns={})


class Broken(Projection):
    read_model = MODEL

    @on(Opened)
    def opened(self, _: Recorded[Opened]) -> Iterable[Change]:
        raise ValueError("planted")


class ReadsBroken(GetBalanceHandler):
    reads = (Balances, Broken)  # type: ignore[assignment]  # one more


@in_a_loop
async def test_a_projection_that_has_halted_is_not_waited_for(tmp_path: Path) -> None:
    bank = Bank(projections=(Balances, Broken), query_handlers=(ReadsBroken,))
    async with serving(tmp_path, bank, patience=60, timing=IMPATIENT) as service:
        ack = await service.bus.execute(Open(owner="Ann"))
        await service.catch_up()

        started = time.monotonic()
        with pytest.raises(StaleRead, match="`broken_v1` has halted at 0-0: ValueError: planted"):
            await service.bus.execute(asking(ack), after=ack)
        assert time.monotonic() - started < 5


@in_a_loop
async def test_a_halted_projection_that_a_query_does_not_read_is_none_of_its_business(
    tmp_path: Path,
) -> None:
    bank = Bank(projections=(Balances, Broken))
    async with serving(tmp_path, bank, patience=1, timing=IMPATIENT) as service:
        ack = await service.bus.execute(Open(owner="Ann"))
        await service.catch_up()

        assert await service.bus.execute(asking(ack), after=ack) is not None


@in_a_loop
async def test_a_query_waits_for_a_projector_in_another_process(tmp_path: Path) -> None:
    async with serving(tmp_path) as answering:
        ack = await answering.bus.execute(Open(owner="Ann"))
        waiting = asyncio.create_task(answering.bus.execute(asking(ack), after=ack))
        await asyncio.sleep(0.1)
        assert not waiting.done()

        async with serving(tmp_path, projecting=True):
            assert await waiting == Balance(owner="Ann", balance=0)


@in_a_loop
async def test_many_wait_at_once(tmp_path: Path) -> None:
    async with serving(tmp_path, projecting=True) as service:
        acks = await asyncio.gather(
            *(service.bus.execute(Open(owner=f"{number}")) for number in range(64))
        )
        shown = await asyncio.gather(*(service.bus.execute(asking(ack), after=ack) for ack in acks))

    assert [balance.owner for balance in shown if balance] == [f"{n}" for n in range(64)]
