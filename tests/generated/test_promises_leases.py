"""Leases: of several projectors on one read store, one has a projection at a time."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

import lab
from lab import BALANCES, Balance, Bank, GetBalance, Open, Opened, in_a_loop
from shop.cqrs import Position
from shop.cqrs.messages import BEGINNING
from shop.cqrs.reading import Change, Projection, on
from shop.cqrs.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from shop.cqrs.journal import Recorded
    from shop.cqrs.service import Service

LEASE = 0.4
serving = partial(lab.serving, timing=Timing(lease=LEASE, retries=(0.01, 0.01)))
"""Run a service whose leases end soon, and which tries again at once what fails."""

NAME = "balances_v1"


class Failing(Projection):
    """A projection that takes nothing in."""

    read_model = BALANCES

    @on(Opened)
    def opened(self, recorded: Recorded[Opened]) -> Iterator[Change]:
        raise ValueError(recorded.event.owner)


def at(service: Service) -> Position:
    """Tell how far the projection has read."""
    return service.read_store.checkpoint(NAME).position


async def open_and_project(service: Service, owner: str) -> UUID:
    """Open an account, and show it."""
    ack = await service.bus.execute(Open(owner=owner))
    await service.catch_up()
    return UUID(str(ack.id))


@in_a_loop
async def test_while_one_holds_a_projection_the_other_applies_nothing(tmp_path: Path) -> None:
    async with serving(tmp_path) as holder, serving(tmp_path) as other:
        await open_and_project(holder, "Ann")
        await other.bus.execute(Open(owner="Ben"))
        await other.catch_up()
        assert at(other) == Position(0, 1)
        assert not other.read_store.advance(NAME, Position(0, 1), Position(0, 2), [])

        await holder.catch_up()
        assert at(other) == Position(0, 2)


@in_a_loop
async def test_what_a_killed_projector_held_is_taken_over_when_the_lease_ends(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as killed:
        await open_and_project(killed, "Ann")
        killed.read_store.holder = "nobody"  # so that it does not release what it holds
    async with serving(tmp_path, projecting=True) as other:
        ack = await other.bus.execute(Open(owner="Ben"))
        await asyncio.sleep(LEASE / 4)
        assert at(other) == Position(0, 1)

        shown = await other.bus.execute(GetBalance(account=UUID(str(ack.id))), after=ack)
        assert shown == Balance(owner="Ben", balance=0)


@in_a_loop
async def test_what_a_projector_held_that_stopped_cleanly_is_taken_over_at_once(
    tmp_path: Path,
) -> None:
    timing = Timing(lease=3600)
    async with serving(tmp_path, timing=timing) as stopped:
        await open_and_project(stopped, "Ann")
    async with serving(tmp_path, timing=timing) as other:
        await open_and_project(other, "Ben")
        assert at(other) == Position(0, 2)


@in_a_loop
async def test_a_projector_that_lost_its_projection_cannot_write_any_more(tmp_path: Path) -> None:
    async with serving(tmp_path) as stale, serving(tmp_path) as other:
        account = await open_and_project(stale, "Ann")
        await asyncio.sleep(LEASE * 1.5)
        await open_and_project(other, "Ben")
        change = BALANCES.upsert(
            key={"account": account}, add={"balance": 99, "deposits": 1}, start={"owner": ""}
        )

        reached = Position(0, 3)
        assert not stale.read_store.advance(NAME, Position(0, 1), reached, [change])
        assert not stale.read_store.advance(NAME, Position(0, 2), reached, [change])
        assert not stale.read_store.skip(NAME, Position(0, 2), reached, "why")
        stale.read_store.halt(NAME, Position(0, 1), "stale")
        stale.read_store.halt(NAME, Position(0, 2), "stale")
        stale.read_store.release()

        kept = other.read_store.checkpoint(NAME)
        assert (kept.position, kept.failure) == (Position(0, 2), None)
        assert kept.holder == other.read_store.holder
        assert kept.held_until > 0
        shown = await other.bus.execute(GetBalance(account=account))
        assert shown == Balance(owner="Ann", balance=0)


@in_a_loop
async def test_a_failure_of_long_ago_does_not_halt_what_has_got_on(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        await open_and_project(service, "Ann")
        service.read_store.halt(NAME, BEGINNING, "long ago")

        assert service.read_store.checkpoint(NAME).failure is None


@in_a_loop
async def test_a_projection_that_has_halted_is_held_by_nobody(tmp_path: Path) -> None:
    async with serving(tmp_path) as one, serving(tmp_path) as other:
        await open_and_project(one, "Ann")
        one.read_store.halt(NAME, Position(0, 1), "why")

        assert other.read_store.checkpoint(NAME).held_until == 0
        assert other.read_store.checkpoint(NAME).failure == "why"


@in_a_loop
async def test_catching_up_ends_when_another_projector_has_halted_what_fails(
    tmp_path: Path,
) -> None:
    bank = Bank(projections=(Failing,), queries=(), query_handlers=())
    slow = Timing(lease=LEASE, retries=(0.2, 0.2))
    async with serving(tmp_path, bank) as one, serving(tmp_path, bank, timing=slow) as other:
        await one.bus.execute(Open(owner="Ann"))
        waiting = asyncio.create_task(other.catch_up())
        await asyncio.sleep(0.1)
        one.read_store.halt(NAME, BEGINNING, "halted by the other")

        await asyncio.wait_for(waiting, 5)
        assert one.read_store.checkpoint(NAME).failure == "halted by the other"
