"""The write lane of a generated project under faults: each is told, and nobody waits for ever."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from lab import (
    OPEN,
    Bank,
    Decide,
    Deposited,
    Open,
    Opened,
    accounts,
    in_a_loop,
    journal,
    lane_fails,
    listening,
    serving,
)
from shop.cqrs import Ack, Conflict, Id, InvalidEvent, Position, StoreUnavailable
from shop.cqrs.timing import Timing
from shop.cqrs.writing import tables
from sqlalchemy import Column, ForeignKey, Table, Uuid, insert
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.exc import IntegrityError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

    from shop.cqrs.service import Service
    from shop.cqrs.writing import UnitOfWork
    from sqlalchemy import Connection


class Jam:
    """Hold the write lane up, so that what comes next queues up for one transaction."""

    def __init__(self, service: Service) -> None:
        self._go = threading.Event()
        self._held = threading.Event()
        self._bus = service.bus
        sqlalchemy_event.listen(service.engines.write, "begin", self._hold)

    def _hold(self, _connection: object) -> None:
        self._held.set()
        self._go.wait(10)

    async def __aenter__(self) -> None:
        self._first = asyncio.create_task(self._bus.execute(decision(opening("first"))))
        await asyncio.to_thread(self._held.wait, 10)

    async def __aexit__(self, *_: object) -> None:
        self._go.set()
        await self._first


def decision(by: Callable[[UnitOfWork], Awaitable[Id | None]]) -> Decide:
    """Make a command of a decision."""
    return Decide(by=by)


def opening(owner: str) -> Callable[[UnitOfWork], Awaitable[Id | None]]:
    """Make the decision to open an account."""

    async def decide(uow: UnitOfWork) -> UUID:
        account = uuid4()
        uow.execute(OPEN, {"id": account, "owner": owner, "balance": 0})
        uow.record(Opened(account=account, owner=owner))
        return account

    return decide


async def together(service: Service, *commands: Decide) -> list[Ack | BaseException]:
    """Execute commands in one transaction."""
    tasks: list[asyncio.Task[Ack]] = []
    async with Jam(service):
        for command in commands:
            tasks.append(asyncio.create_task(service.bus.execute(command)))
            await asyncio.sleep(0.001)
    return await asyncio.gather(*tasks, return_exceptions=True)


@contextmanager
def counted(service: Service) -> Iterator[list[int]]:
    """Count the events of each transaction."""
    sizes: list[int] = []

    def count(connection: Connection) -> None:
        recorded = connection.exec_driver_sql("SELECT count(*) FROM journal").scalar_one()
        sizes.append(recorded - sum(sizes))

    with listening(service.engines.write, "commit", count):
        yield sizes


@in_a_loop
async def test_what_queues_up_goes_into_one_transaction(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        with counted(service) as sizes:
            answers = await together(service, *(decision(opening(f"{n}")) for n in range(10)))

    assert sizes == [1, 10]
    assert [answer.position for answer in answers if isinstance(answer, Ack)] == [
        Position(0, row) for row in range(2, 12)
    ]


@in_a_loop
async def test_no_more_than_so_many_share_a_transaction(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        with counted(service) as sizes:
            await together(service, *(decision(opening(f"{n}")) for n in range(600)))

    assert sizes == [1, 256, 256, 88]


@in_a_loop
async def test_a_command_that_fails_among_others_fails_alone(tmp_path: Path) -> None:
    async def twice(uow: UnitOfWork) -> None:
        uow.execute(OPEN, {"id": uuid4(), "owner": "left behind?", "balance": 0})
        uow.execute(OPEN, {"id": uuid4(), "owner": "first", "balance": 0})
        uow.record(Opened(account=uuid4(), owner="left behind?"))

    async def broken(uow: UnitOfWork) -> None:
        uow.execute(OPEN, {"id": "no UUID", "owner": "x", "balance": 0})
        uow.record(Opened(account=uuid4(), owner="left behind?"))

    async with serving(tmp_path) as service:
        answers = await together(
            service,
            decision(opening("good 1")),
            decision(twice),
            decision(opening("good 2")),
            decision(broken),
            decision(opening("good 3")),
        )

        assert [type(answer) for answer in answers[::2]] == [Ack, Ack, Ack]
        assert isinstance(answers[1], Conflict)
        assert "no UUID" in str(answers[3]) or "hex" in str(answers[3])
        owners = [owner for owner, _ in await accounts(service)]
        assert owners == ["first", "good 1", "good 2", "good 3"]
        assert [getattr(event, "owner", "") for event in journal(service)] == owners


@in_a_loop
@pytest.mark.parametrize(
    ("event", "told"),
    [
        (Opened(account="no UUID", owner="x"), "`Opened` was recorded with what it cannot hold"),  # type: ignore[arg-type]  # planted
        (Deposited(account=uuid4(), amount="5"), "`Deposited` was recorded with what"),  # type: ignore[arg-type]  # planted
        (Opened(account=uuid4(), owner="\ud800"), "`Opened` was recorded with what it cannot hold"),
        ("no event", "`str` was recorded, and it is no event of `events`"),
    ],
    ids=["wrong type", "nearly right", "no text", "no event"],
)
async def test_an_event_that_could_not_be_read_again_fails_its_own_command_alone(
    tmp_path: Path, event: Opened, told: str
) -> None:
    async def decide(uow: UnitOfWork) -> None:
        uow.execute(OPEN, {"id": uuid4(), "owner": "left behind?", "balance": 0})
        uow.record(event)

    async with serving(tmp_path) as service:
        answers = await together(
            service, decision(opening("good")), decision(decide), decision(opening("better"))
        )

        assert [type(answer) for answer in answers] == [Ack, InvalidEvent, Ack]
        assert told in str(answers[1])
        assert len(journal(service)) == len(await accounts(service)) == 3


@in_a_loop
async def test_an_event_that_is_not_in_events_is_not_recorded(tmp_path: Path) -> None:
    bank = Bank(events=(), projections=(), queries=(), query_handlers=())
    async with serving(tmp_path, bank) as service:
        with pytest.raises(InvalidEvent, match="`Opened` was recorded, and it is no event"):
            await service.bus.execute(Open(owner="Ann"))

        assert await accounts(service) == []


UNDOING_ALL = {
    "OR ROLLBACK": (OPEN.prefix_with("OR ROLLBACK"), Conflict),
    "at the end": (None, IntegrityError),
}


@pytest.fixture
def referring() -> Iterator[Table]:
    """Give a table whose rows are checked when the transaction ends."""
    account = ForeignKey("accounts.id", deferrable=True, initially="DEFERRED")
    table = Table("cards", tables, Column("id", Uuid, primary_key=True), Column("account", account))
    yield table
    tables.remove(table)


@in_a_loop
@pytest.mark.parametrize("fault", UNDOING_ALL)
async def test_a_failure_that_undoes_the_whole_transaction_is_its_commands_alone_too(
    tmp_path: Path, referring: Table, fault: str
) -> None:
    statement, told = UNDOING_ALL[fault]

    async def decide(uow: UnitOfWork) -> None:
        if statement is None:
            uow.execute(insert(referring), {"id": uuid4(), "account": uuid4()})
        else:
            uow.execute(statement, {"id": uuid4(), "owner": "first", "balance": 0})
        uow.record(Opened(account=uuid4(), owner="left behind?"))

    async with serving(tmp_path) as service:
        answers = await together(
            service, decision(opening("good")), decision(decide), decision(opening("better"))
        )

        assert [type(answer) for answer in answers] == [Ack, told, Ack]
        owners = [owner for owner, _ in await accounts(service)]
        assert owners == ["better", "first", "good"]
        assert sorted(getattr(event, "owner", "") for event in journal(service)) == owners


class LockedElsewhere:
    """Another process that has a store locked."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)

    def __enter__(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, *_: object) -> None:
        self._connection.execute("ROLLBACK")
        self._connection.close()


@in_a_loop
async def test_a_store_that_stays_locked_is_told_and_later_commands_work_again(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path, timing=Timing(busy=0.05)) as service:
        began = time.monotonic()
        with LockedElsewhere(tmp_path / "write.db"):
            answers = await asyncio.gather(
                *(service.bus.execute(Open(owner=f"{n}")) for n in range(3)),
                return_exceptions=True,
            )
        assert time.monotonic() - began < 2

        assert [type(answer) for answer in answers] == [StoreUnavailable] * 3
        assert len({id(answer) for answer in answers}) == 3
        assert "Nothing was written: " in str(answers[0])
        assert f"`{tmp_path}/write.db` is out of reach: database is locked" in str(answers[0])
        assert (await service.bus.execute(Open(owner="Ann"))).position == Position(0, 1)
        assert await accounts(service) == [("Ann", 0)]


@in_a_loop
async def test_a_lock_that_is_given_back_in_time_is_waited_for(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        with LockedElsewhere(tmp_path / "write.db"):
            command = asyncio.create_task(service.bus.execute(Open(owner="Ann")))
            await asyncio.sleep(0.2)
            assert not command.done()

        assert (await command).position == Position(0, 1)


def limit_pages(service: Service, most: int) -> None:
    """Let whoever writes find the disk full: a limit of connections, of which the last counts."""

    def limit(connection: Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {most}")

    sqlalchemy_event.listen(service.engines.write, "begin", limit)


@in_a_loop
async def test_a_full_disk_is_told_and_what_was_acknowledged_is_there(tmp_path: Path) -> None:
    async def much(uow: UnitOfWork) -> None:
        for number in range(200):
            row = {"id": uuid4(), "owner": f"{number}" + "x" * 2000, "balance": 0}
            uow.execute(OPEN, row)

    async with serving(tmp_path) as service:
        limit_pages(service, 20)
        answers = await together(service, decision(much), decision(opening("beside it")))

        assert isinstance(answers[0], StoreUnavailable)
        assert "database or disk is full" in str(answers[0])
        kept = [*(["beside it"] if isinstance(answers[1], Ack) else []), "first"]
        assert [owner for owner, _ in await accounts(service)] == kept
        limit_pages(service, 10000)
        await service.bus.execute(Open(owner="Ann"))
        assert [owner for owner, _ in await accounts(service)] == ["Ann", *kept]


@in_a_loop
async def test_a_caller_that_is_cancelled_disturbs_nobody(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        async with Jam(service):
            gone = asyncio.create_task(service.bus.execute(Open(owner="gone")))
            stays = asyncio.create_task(service.bus.execute(Open(owner="stays")))
            await asyncio.sleep(0.01)
            gone.cancel()
            await asyncio.sleep(0)

        with pytest.raises(asyncio.CancelledError):
            await gone
        assert (await stays).position == Position(0, 3)
        assert len(journal(service)) == len(await accounts(service)) == 3


@in_a_loop
async def test_what_has_queued_up_is_finished_before_the_service_stops(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        tasks = [asyncio.create_task(service.bus.execute(Open(owner=f"{n}"))) for n in range(600)]
        await asyncio.sleep(0)

    assert not [thread for thread in threading.enumerate() if thread.name == "write lane"]
    acks = await asyncio.gather(*tasks)
    async with serving(tmp_path) as service:
        assert len(journal(service)) == len(await accounts(service)) == 600
    assert sorted(ack.position or () for ack in acks) == [(0, row) for row in range(1, 601)]


@in_a_loop
async def test_a_command_that_comes_too_late_is_told_so(tmp_path: Path) -> None:
    decided = asyncio.Event()
    go_on = asyncio.Event()

    async def slow(uow: UnitOfWork) -> None:
        decided.set()
        await go_on.wait()
        uow.record(Opened(account=uuid4(), owner="late"))

    async with serving(tmp_path) as service:
        late = asyncio.create_task(service.bus.execute(decision(slow)))
        await decided.wait()
    go_on.set()

    with pytest.raises(StoreUnavailable, match="is stopping and takes no more commands"):
        await late
    with pytest.raises(StoreUnavailable, match="is stopping"):
        await service.bus.execute(Open(owner="later"))


@in_a_loop
async def test_a_fault_of_the_frameworks_own_is_told_and_the_lane_goes_on(tmp_path: Path) -> None:
    def break_down(_connection: object) -> None:
        raise ZeroDivisionError("planted")

    async with serving(tmp_path) as service:
        with (
            listening(service.engines.write, "begin", break_down),
            pytest.raises(ZeroDivisionError),
        ):
            await service.bus.execute(Open(owner="Ann"))

        assert (await service.bus.execute(Open(owner="Ann"))).position == Position(0, 1)


@in_a_loop
async def test_nobody_waits_for_a_lane_that_has_crashed(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        with lane_fails(service, SystemExit()):
            answers = await asyncio.wait_for(
                asyncio.gather(
                    *(service.bus.execute(Open(owner=f"{n}")) for n in range(3)),
                    return_exceptions=True,
                ),
                timeout=5,
            )

        assert [type(answer) for answer in answers] == [StoreUnavailable] * 3
        with pytest.raises(StoreUnavailable):
            await service.bus.execute(Open(owner="later"))
