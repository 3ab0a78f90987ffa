"""The projector of a generated project: each event has its effect once, and none is skipped."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from lab import (
    BALANCES,
    Balance,
    Balances,
    Bank,
    Decide,
    Deposited,
    GetBalance,
    GetBalanceHandler,
    Open,
    Opened,
    in_a_loop,
    serving,
)
from shop.cqrs import Event, Position, StoreUnavailable
from shop.cqrs.messages import BEGINNING
from shop.cqrs.reading import Change, Projection, ReadModel, on
from shop.cqrs.reading import projector as projector_module
from shop.cqrs.reading import store as store_module
from shop.cqrs.reading import track as track_module
from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from shop.cqrs.journal import Recorded
    from shop.cqrs.service import Service
    from shop.cqrs.writing import UnitOfWork
    from sqlalchemy import Connection

ACCOUNT = UUID(int=1)
ASKED = GetBalance(account=ACCOUNT)


def happening(*events: Event) -> Decide:
    """Make a command that records events."""

    async def decide(uow: UnitOfWork) -> None:
        for event in events:
            uow.record(event)

    return Decide(by=decide)


OPENED = Opened(account=ACCOUNT, owner="Ann")
ONE = Deposited(account=ACCOUNT, amount=1)
MANY = happening(OPENED, *[ONE] * 2500)


async def lag(service: Service, table: str = "balances_v1") -> tuple[Position, int, str | None]:
    """Tell how a projection stands."""
    [found] = [each for each in (await service.status()).projections if each.projection == table]
    return found.position, found.behind, found.failure


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try what fails again at once."""
    monkeypatch.setattr(track_module, "RETRIES", (0.01, 0.01))
    monkeypatch.setattr(projector_module, "PAUSE_SECONDS", 0.01)


@in_a_loop
async def test_all_events_have_their_effect_once(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        await service.bus.execute(MANY)
        assert await lag(service) == (BEGINNING, 2501, None)
        await service.catch_up()
        await service.catch_up()

        assert await service.bus.execute(ASKED) == Balance(owner="Ann", balance=2500, deposits=2500)
        assert await lag(service) == (Position(0, 2501), 0, None)


@in_a_loop
async def test_rows_and_checkpoint_change_together_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply = store_module._apply  # noqa: SLF001  the place between the two

    def apply_and_fail(connection: Connection, changes: list[Change]) -> None:
        apply(connection, changes)
        raise OSError("planted")

    async with serving(tmp_path) as service:
        await service.bus.execute(happening(OPENED, ONE))
        with monkeypatch.context() as planted:
            planted.setattr(store_module, "_apply", apply_and_fail)
            await service.catch_up()
        assert await lag(service) == (BEGINNING, 2, "OSError: planted")
        assert await service.bus.execute(ASKED) is None

        await service.catch_up()
        assert await service.bus.execute(ASKED) == Balance(owner="Ann", balance=1, deposits=1)


@in_a_loop
async def test_two_projectors_at_once_have_the_effect_of_one(tmp_path: Path) -> None:
    async with serving(tmp_path) as one, serving(tmp_path) as other:
        for _ in range(5):
            await one.bus.execute(MANY)
            await asyncio.gather(one.catch_up(), other.catch_up(), one.catch_up())

        assert await one.bus.execute(ASKED) == Balance(owner="Ann", balance=12500, deposits=12500)


@in_a_loop
async def test_what_is_delivered_twice_is_applied_once(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        await service.catch_up()
        change = BALANCES.upsert(
            key={"account": ACCOUNT}, add={"balance": 1, "deposits": 1}, start={"owner": "Ann"}
        )
        store = service.read_store

        assert store.advance("balances_v1", BEGINNING, Position(0, 1), [change])
        assert not store.advance("balances_v1", BEGINNING, Position(0, 1), [change])
        assert await service.bus.execute(ASKED) == Balance(owner="Ann", balance=1, deposits=1)


PICKY = ReadModel("picky", version=1, key={"account": UUID}, columns={"seen": int})


class Picky(Projection):
    """A projection that one amount poisons, as long as it is not cured."""

    read_model = PICKY
    cured = False
    tried = 0

    @on(Deposited)
    def deposited(self, recorded: Recorded[Deposited]) -> Iterator[Change]:
        if recorded.event.amount == 13 and not Picky.cured:
            Picky.tried += 1
            raise ValueError("13 is unlucky")
        yield PICKY.upsert(key={"account": recorded.event.account}, add={"seen": 1})


@pytest.fixture
def picky() -> Bank:
    """Give a bank with a projection that can be poisoned, beside one that cannot."""
    Picky.cured, Picky.tried = False, 0
    return Bank(projections=(Picky, Balances))


POISONED = happening(OPENED, *[ONE] * 1200, Deposited(account=ACCOUNT, amount=13), *[ONE] * 300)


async def seen(service: Service) -> int:
    """Tell how many events the picky projection has seen."""

    def look() -> int:
        with service.engines.look_at_read.connect() as connection:
            return connection.scalar(text("SELECT max(seen) FROM picky_v1")) or 0

    return await asyncio.to_thread(look)


@in_a_loop
async def test_a_poisoned_projection_halts_where_it_is_and_the_others_go_on(
    tmp_path: Path, picky: Bank
) -> None:
    async with serving(tmp_path, picky) as service:
        await service.bus.execute(POISONED)
        await service.catch_up()

        assert await seen(service) == 1200
        assert await lag(service, "picky_v1") == (
            Position(0, 1201),
            301,
            "ValueError: 13 is unlucky",
        )
        assert await lag(service) == (Position(0, 1502), 0, None)


@in_a_loop
async def test_an_event_that_fails_is_tried_again_before_its_projection_halts(
    tmp_path: Path, picky: Bank
) -> None:
    async with serving(tmp_path, picky) as service:
        await service.bus.execute(happening(Deposited(account=ACCOUNT, amount=13)))
        await service.catch_up()

    whole_batch, first, retries = 1, 1, len(track_module.RETRIES)
    assert Picky.tried == whole_batch + first + retries


@in_a_loop
async def test_each_retry_waits_for_longer(
    tmp_path: Path, picky: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(track_module, "RETRIES", (0.1, 0.3))
    monkeypatch.setattr(projector_module, "POLL_SECONDS", 0.01)
    began = time.monotonic()
    async with serving(tmp_path, picky) as service:
        await service.bus.execute(happening(Deposited(account=ACCOUNT, amount=13)))
        await service.catch_up()

    assert time.monotonic() - began >= 0.4


@in_a_loop
async def test_a_fault_that_passes_does_not_halt_anything(tmp_path: Path, picky: Bank) -> None:
    async with serving(tmp_path, picky, projecting=True) as service:
        ack = await service.bus.execute(POISONED)
        await service.bus.execute(ASKED, after=ack)
        await asyncio.sleep(0.02)
        assert Picky.tried
        Picky.cured = True
        await service.catch_up()

        assert await seen(service) == 1501


@in_a_loop
async def test_catching_up_tries_again_what_has_halted(tmp_path: Path, picky: Bank) -> None:
    async with serving(tmp_path, picky) as service:
        await service.bus.execute(POISONED)
        await service.catch_up()
        await service.catch_up()
        assert (await lag(service, "picky_v1"))[1] == 301

        Picky.cured = True
        await service.catch_up()

        assert await lag(service, "picky_v1") == (Position(0, 1502), 0, None)
        assert await seen(service) == 1501


@in_a_loop
async def test_one_that_halted_stays_so_for_other_processes_until_it_is_tried_again(
    tmp_path: Path, picky: Bank
) -> None:
    async with serving(tmp_path, picky) as service:
        await service.bus.execute(POISONED)
        await service.catch_up()
    tried = Picky.tried
    async with serving(tmp_path, picky, projecting=True) as service:
        await asyncio.sleep(0.2)
        assert (await lag(service, "picky_v1"))[2] == "ValueError: 13 is unlucky"
    assert Picky.tried == tried


class OfAnEarlierRelease(Projection):
    """Balances, before there were deposits."""

    read_model = BALANCES

    @on(Opened)
    def opened(self, recorded: Recorded[Opened]) -> Iterator[Change]:
        yield from Balances().opened(recorded)


EARLIER = Bank(events=(Opened,), projections=(OfAnEarlierRelease,), queries=(), query_handlers=())


@in_a_loop
async def test_an_event_that_nobody_knows_halts_and_is_not_skipped(tmp_path: Path) -> None:
    async with serving(tmp_path, EARLIER) as service, serving(tmp_path) as later:
        await later.bus.execute(happening(OPENED, ONE, OPENED))
        await service.catch_up()
        await service.catch_up()
        position, behind, failure = await lag(service)
        assert (position, behind) == (Position(0, 1), 2)
        assert failure == (
            "UnknownEvent: Position 0-2 cannot be read: "
            "no class in `events` is called `Deposited`: bring it back, "
            'or say which class it is now by `NAME = "Deposited"`'
        )
    async with serving(tmp_path) as service:
        await service.catch_up()
        assert await lag(service) == (Position(0, 3), 0, None)
        assert await service.bus.execute(ASKED) == Balance(owner="Ann", balance=1, deposits=1)


@in_a_loop
async def test_an_event_that_its_class_does_not_fit_halts_and_is_not_skipped(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as service:
        await service.bus.execute(happening(OPENED, ONE))
        with service.engines.write.begin() as connection:
            connection.execute(text("UPDATE journal SET body = '{}' WHERE row = 2"))
        await service.catch_up()
        position, behind, failure = await lag(service)

    assert (position, behind) == (Position(0, 1), 1)
    assert failure is not None
    assert "Position 0-2 cannot be read: the class `Deposited` does not fit" in failure


BALANCES_2 = ReadModel(
    "balances",
    version=2,
    key={"account": UUID},
    columns={"owner": str, "balance": int, "deposits": int},
)


class NewBalances(Balances):
    """The same read model after a change: it counts cents."""

    read_model = BALANCES_2

    @on(Deposited)
    def deposited(self, recorded: Recorded[Deposited]) -> Iterator[Change]:
        yield BALANCES_2.upsert(
            key={"account": recorded.event.account},
            add={"balance": recorded.event.amount * 100, "deposits": 1},
            start={"owner": "?"},
        )

    @on(Opened)
    def opened(self, recorded: Recorded[Opened]) -> Iterator[Change]:
        yield BALANCES_2.upsert(
            key={"account": recorded.event.account},
            set={"owner": recorded.event.owner},
            start={"balance": 0, "deposits": 0},
        )


class ReadsNewHandler(GetBalanceHandler):
    reads = (NewBalances,)


@in_a_loop
async def test_a_raised_version_is_built_from_the_journal_beside_the_old_one(
    tmp_path: Path,
) -> None:
    new_bank = Bank(query_handlers=(ReadsNewHandler,), projections=(NewBalances,))
    async with serving(tmp_path) as old:
        await old.bus.execute(happening(OPENED, ONE))
        await old.catch_up()
        async with serving(tmp_path, new_bank) as new:
            assert await lag(new, "balances_v2") == (BEGINNING, 2, None)
            await new.catch_up()
            await old.bus.execute(happening(ONE))
            await old.catch_up()
            await new.catch_up()

            with new.engines.look_at_read.connect() as connection:
                cents = connection.scalar(text("SELECT balance FROM balances_v2"))
        assert await old.bus.execute(ASKED) == Balance(owner="Ann", balance=2, deposits=2)
        assert cents == 200


@in_a_loop
async def test_a_store_that_cannot_be_reached_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(tmp_path, projecting=True) as service:
        with monkeypatch.context() as planted, caplog.at_level(logging.WARNING):
            planted.setattr(
                service.read_store,
                "checkpoints",
                lambda _names=None: (_ for _ in ()).throw(OSError("planted")),
            )
            ack = await service.bus.execute(happening(OPENED))
            await asyncio.sleep(0.2)
        assert "the projections wait for their store: planted" in caplog.text
        assert "the projector failed" not in caplog.text

        assert await service.bus.execute(ASKED, after=ack) is not None


@in_a_loop
async def test_a_journal_that_cannot_be_reached_halts_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def out_of_reach(*_: object) -> None:
        raise StoreUnavailable("planted")

    async with serving(tmp_path, projecting=True) as service:
        with monkeypatch.context() as planted:
            planted.setattr(service.journal, "entries", out_of_reach)
            ack = await service.bus.execute(happening(OPENED))
            await asyncio.sleep(0.3)
            assert await lag(service) == (BEGINNING, 1, None)

        assert await service.bus.execute(ASKED, after=ack) is not None


@in_a_loop
async def test_a_projection_that_is_rebuilt_does_not_hold_up_the_others(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        for _ in range(4):
            await service.bus.execute(MANY)
        await service.catch_up()
    bank = Bank(projections=(Picky, Balances))
    Picky.cured = True
    async with serving(tmp_path, bank) as service:
        ack = await service.bus.execute(happening(ONE))
        rebuilding = asyncio.create_task(service.catch_up())
        await service.bus.execute(ASKED, after=ack)

        assert (await lag(service, "picky_v1"))[1] > 0
        await rebuilding


@in_a_loop
async def test_a_projector_in_the_background_needs_no_nudge(tmp_path: Path) -> None:
    async with serving(tmp_path, projecting=True) as service, serving(tmp_path) as other:
        ack = await other.bus.execute(Open(owner="Ann"))

        assert await service.bus.execute(
            GetBalance(account=UUID(str(ack.id))), after=ack
        ) == Balance(owner="Ann", balance=0)
