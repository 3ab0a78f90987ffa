"""What the stores promise: how durable a commit is, how long a key is kept, and a clean end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from lab import (
    Balances,
    Bank,
    Deposit,
    Deposited,
    GetBalance,
    GetBalanceHandler,
    Open,
    in_a_loop,
    journal,
    serving,
)
from shop.cqrs import Ack
from shop.cqrs.reading import on
from shop.cqrs.writing import receipts
from sqlalchemy import text, update

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shop.cqrs.journal import Recorded
    from shop.cqrs.reading import Change
    from shop.cqrs.service import Service

NORMAL, FULL = 1, 2
ANN = Open(owner="Ann")
A_DAY = timedelta(days=1)
A_MINUTE = timedelta(minutes=1)


class Broken(Balances):
    """A projection that fails at every deposit."""

    @on(Deposited)
    def deposited(self, recorded: Recorded[Deposited]) -> Iterator[Change]:
        raise ValueError(recorded.event)


class GetBalanceOfBrokenHandler(GetBalanceHandler):
    reads = (Broken,)


BROKEN = Bank(projections=(Broken,), query_handlers=(GetBalanceOfBrokenHandler,))


async def open_account(service: Service) -> tuple[UUID, Ack]:
    """Open an account for Ann, and return its ID and the ack."""
    ack = await service.bus.execute(ANN)
    assert isinstance(ack.id, UUID)
    return ack.id, ack


def files_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.glob("*.db*"))


def open_files(folder: Path) -> list[str]:
    """Return the files in a folder that this process has open."""
    descriptors = Path("/proc/self/fd")
    if not descriptors.exists():
        pytest.skip("only Linux tells which files a process has open")
    targets = [each.resolve() for each in descriptors.iterdir()]
    return [str(target) for target in targets if folder.resolve() in target.parents]


@in_a_loop
async def test_a_commit_survives_the_death_of_the_process(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        for engine in (service.engines.write, service.engines.read):
            with engine.connect() as connection:
                assert connection.scalar(text("PRAGMA synchronous")) in (NORMAL, FULL)
                assert connection.scalar(text("PRAGMA journal_mode")) == "wal"


@in_a_loop
async def test_a_service_that_has_stopped_leaves_no_file_open(tmp_path: Path) -> None:
    async with serving(tmp_path, projecting=True) as service:
        account, ack = await open_account(service)
        await service.bus.execute(GetBalance(account=account), after=ack)
        assert open_files(tmp_path)

    assert open_files(tmp_path) == []
    assert files_in(tmp_path) == ["read.db", "write.db"]


@pytest.mark.parametrize(("age", "commands"), [(A_DAY - A_MINUTE, 1), (A_DAY + A_MINUTE, 2)])
@in_a_loop
async def test_a_key_is_kept_for_a_day(tmp_path: Path, age: timedelta, commands: int) -> None:
    async with serving(tmp_path) as service:
        account, _ = await open_account(service)
        deposit = Deposit(account=account, amount=1)
        await service.bus.execute(deposit, key="k")
        with service.engines.write.begin() as connection:
            connection.execute(update(receipts.RECEIPTS), {"at": datetime.now(UTC) - age})

        await service.bus.execute(deposit, key="k")

        assert len(journal(service)) == 1 + commands


@in_a_loop
async def test_a_projection_that_has_halted_still_answers_for_what_it_has_seen(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path, BROKEN) as service:
        account, opened = await open_account(service)
        await service.bus.execute(Deposit(account=account, amount=1))
        await service.catch_up()
    async with serving(tmp_path, BROKEN) as service:
        [lag] = (await service.status()).projections
        assert lag.failure

        for after in (None, opened, Ack(None, None)):
            view = await service.bus.execute(GetBalance(account=account), after)
            assert view is not None
            assert view.owner == "Ann"
