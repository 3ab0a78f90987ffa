"""A part of a service that dies is restarted, and one that cannot be ends the service."""

from __future__ import annotations

import asyncio
import logging
import threading
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

import lab
import pytest
from lab import (
    Balance,
    Balances,
    Bank,
    Decide,
    GetBalance,
    GetBalanceHandler,
    Open,
    Opened,
    accounts,
    in_a_loop,
    lane_fails,
    until,
)
from shop.cqrs import Ack, Position, StoreUnavailable
from shop.cqrs.codec import Codec
from shop.cqrs.engines import Engines
from shop.cqrs.journal import Origin
from shop.cqrs.reading import Change, QueryHandler, on
from shop.cqrs.supervisor import Supervisor
from shop.cqrs.timing import Timing
from shop.cqrs.writing.store import WriteStore
from shop.cqrs.writing.unit_of_work import Effects
from sqlalchemy import Column, Integer, MetaData, Table, Text, insert
from sqlalchemy import event as sqlalchemy_event

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from shop.cqrs.journal import Recorded
    from shop.cqrs.service import Service
    from shop.cqrs.writing import UnitOfWork

QUICK = Timing(restarts=(0.01, 0.02), look=0.01)
serving = partial(lab.serving, timing=QUICK)
"""Run a service that restarts its parts at once, and gives up after the third failure."""

KINDS = [
    OSError("planted"),
    MemoryError("planted"),
    SystemExit("planted"),
    KeyboardInterrupt("planted"),
    GeneratorExit("planted"),
    asyncio.CancelledError("planted"),
    StopAsyncIteration("planted"),
]


class Exiting(Balances):
    """A projection that ends its projector, so many times."""

    left = 0

    @on(Opened)
    def opened(self, recorded: Recorded[Opened]) -> Iterable[Change]:
        if Exiting.left:
            Exiting.left -= 1
            raise SystemExit("planted")
        return super().opened(recorded)


class ReadsExiting(GetBalanceHandler):
    reads = (Exiting,)


def exiting(times: int) -> Bank:
    """Make a bank whose projector ends so many times."""
    Exiting.left = times
    return Bank(projections=(Exiting,), query_handlers=(ReadsExiting,))


async def until_it_works(service: Service, owner: str) -> Ack:
    """Send a command until it is acknowledged."""
    while True:
        try:
            return await service.bus.execute(Open(owner=owner))
        except StoreUnavailable:
            await asyncio.sleep(0.01)


def told_of(part: str, caplog: pytest.LogCaptureFixture) -> list[tuple[int, bool]]:
    """Return the levels of the lines that say that a part failed, and whether they say where."""
    told = [each for each in caplog.records if f"the {part} failed" in each.message]
    return [(each.levelno, bool(each.exc_info)) for each in told]


@pytest.mark.parametrize("error", KINDS, ids=repr)
@in_a_loop
async def test_a_part_that_fails_is_restarted_and_the_log_says_why_once(
    error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    left = iter(range(2))

    async def part() -> None:
        if next(left, None) is not None:
            raise error
        ended.set()

    ended = asyncio.Event()
    supervisor = Supervisor(pytest.fail, QUICK)
    supervisor.start("part", part)
    await ended.wait()
    assert supervisor.down == ()

    assert told_of("part", caplog) == [(logging.ERROR, True), (logging.ERROR, False)]
    pauses = [each.message.rpartition("restart in ")[2] for each in caplog.records]
    assert pauses == ["0.01 s", "0.02 s"]


@in_a_loop
async def test_a_part_that_ran_for_long_before_it_failed_is_not_given_up() -> None:
    left = iter(range(5))

    async def part() -> None:
        if next(left, None) is not None:
            raise OSError("planted")

    given_up: list[str] = []
    supervisor = Supervisor(given_up.append, Timing(restarts=(0.01,), steady=0))
    supervisor.start("part", part)
    await asyncio.wait(asyncio.all_tasks() - {asyncio.current_task()})

    assert (given_up, next(left, None)) == ([], None)


@in_a_loop
async def test_a_part_that_is_cancelled_has_not_failed(caplog: pytest.LogCaptureFixture) -> None:
    async def part() -> None:
        await asyncio.sleep(3600)

    supervisor = Supervisor(pytest.fail, QUICK)
    supervisor.start("part", part)
    await asyncio.sleep(0)
    [task] = supervisor.stop()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert caplog.text == ""


@in_a_loop
async def test_a_projector_that_fails_is_restarted_and_the_log_says_why_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(tmp_path, exiting(2), projecting=True) as service:
        ack = await service.bus.execute(Open(owner="Ann"))
        seen = await service.bus.execute(GetBalance(account=ack.id), after=ack)  # type: ignore[arg-type]  # a UUID

    assert seen == Balance(owner="Ann", balance=0)
    assert told_of("projector", caplog) == [(logging.ERROR, True), (logging.ERROR, False)]


@pytest.mark.parametrize("error", KINDS, ids=repr)
@in_a_loop
async def test_a_write_lane_that_fails_is_restarted_and_only_its_batch_is_unknown(
    tmp_path: Path, error: BaseException
) -> None:
    async with serving(tmp_path) as service:
        with lane_fails(service, error, times=1):
            with pytest.raises(StoreUnavailable, match="whether this was written is unknown"):
                await service.bus.execute(Open(owner="Ann"))
            with pytest.raises(StoreUnavailable, match=r"Nothing was written: .* being restarted"):
                await service.bus.execute(Open(owner="at once"))
            await until_it_works(service, "Bob")

        assert [owner for owner, _ in await accounts(service)] == ["Bob"]


@in_a_loop
async def test_what_waits_for_a_lane_that_fails_hears_that_nothing_was_written(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as service:
        with lane_fails(service, SystemExit()):
            answers = await asyncio.gather(
                *(service.bus.execute(Open(owner=f"{number}")) for number in range(600)),
                return_exceptions=True,
            )

    assert {type(answer) for answer in answers} == {StoreUnavailable}
    assert {str(answer).partition(":")[0] for answer in answers} >= {"Nothing was written"}


@pytest.mark.parametrize("part", ["write lane", "projector"])
@in_a_loop
async def test_a_part_that_keeps_failing_ends_the_service_and_commands_hear_it_at_once(
    tmp_path: Path, part: str
) -> None:
    bank = exiting(1_000 if part == "projector" else 0)
    async with serving(tmp_path, bank, projecting=True) as service:
        with lane_fails(service, OSError("planted")) if part == "write lane" else nullcontext():
            await asyncio.gather(
                *(service.bus.execute(Open(owner=f"{number}")) for number in range(3)),
                return_exceptions=True,
            )
            for_good = f"The {part} has failed for good: .*planted"
            with pytest.raises(StoreUnavailable, match=for_good):
                await service.watch()
        async with asyncio.timeout(1):
            with pytest.raises(StoreUnavailable, match="failed for good"):
                await service.bus.execute(Open(owner="too late"))
        assert await service.faults() == (
            f"the {part} is down",
            "the write store takes no commands",
        )


@in_a_loop
async def test_a_part_that_is_down_is_told(tmp_path: Path) -> None:
    async def is_down() -> bool:
        return "the projector is down" in await service.faults()

    slow = Timing(restarts=(60, 60))
    async with serving(tmp_path, exiting(1), projecting=True, timing=slow) as service:
        await service.bus.execute(Open(owner="Ann"))
        await until(is_down)
        assert (await service.bus.execute(Open(owner="Bob"))).position == Position(0, 2)


@in_a_loop
async def test_nobody_waits_for_a_lane_that_hangs_when_the_service_has_stopped(
    tmp_path: Path,
) -> None:
    hanging, go_on = threading.Event(), threading.Event()

    def hang(_connection: object) -> None:
        hanging.set()
        go_on.wait(30)

    service = Bank().service(tmp_path)
    service.settings = replace(service.settings, grace=0.1)
    async with service:
        sqlalchemy_event.listen(service.engines.write, "begin", hang)
        first = asyncio.create_task(service.bus.execute(Open(owner="Ann")))
        await asyncio.to_thread(hanging.wait, 30)
        [lane] = [each for each in threading.enumerate() if each.name == "write lane"]
        second = asyncio.create_task(service.bus.execute(Open(owner="Bob")))
        await asyncio.sleep(0)
    with pytest.raises(StoreUnavailable, match="whether this was written is unknown"):
        await first
    with pytest.raises(StoreUnavailable, match="Nothing was written"):
        await second
    go_on.set()
    await asyncio.to_thread(lane.join)


@in_a_loop
async def test_a_commit_that_cannot_be_told_is_acknowledged_and_the_next_one_too(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise SystemExit("planted")

    engines = Engines.open(Bank().service(tmp_path).settings)
    store = WriteStore(engines.write, engines.look_at_write, Codec((Opened,)), fail)
    store.prepare((Opened,))
    store.start()
    lane = asyncio.create_task(store.run())
    for number in range(1, 3):
        effects = Effects((), (Opened(account=uuid4(), owner=f"{number}"),))
        assert await store.apply(effects, Origin(uuid4(), uuid4())) == Position(0, number)
    store.close()
    await lane
    engines.dispose()

    assert caplog.text.count("a commit could not be told") == 2


def table(error: BaseException) -> Table:
    """Make a table with a default that fails while its statement runs."""

    def fail() -> int:
        raise error

    return Table("failing", MetaData(), Column("x", Text), Column("y", Integer, default=fail))


@pytest.mark.parametrize("error", [*KINDS, StopIteration("planted")], ids=repr)
@in_a_loop
async def test_whatever_a_statement_raises_is_its_commands_alone(
    tmp_path: Path, error: BaseException
) -> None:
    async def decide(uow: UnitOfWork) -> None:
        uow.execute(insert(table(error)), {"x": "x"})
        uow.record(Opened(account=uuid4(), owner="left behind?"))

    async with serving(tmp_path) as service:
        answers = await asyncio.gather(
            service.bus.execute(Open(owner="Ann")),
            service.bus.execute(Decide(by=decide)),
            service.bus.execute(Open(owner="Bob")),
            return_exceptions=True,
        )

        assert [type(answers[0]), type(answers[2])] == [Ack, Ack]
        assert isinstance(answers[1], Exception)
        assert "planted" in f"{answers[1]!r} {answers[1].__cause__!r}"
        assert [owner for owner, _ in await accounts(service)] == ["Ann", "Bob"]
        assert await service.faults() == ()


@pytest.mark.parametrize("in_a_thread", [True, False])
@in_a_loop
async def test_a_handler_that_exits_fails_its_own_message_alone(
    tmp_path: Path, *, in_a_thread: bool
) -> None:
    def leave() -> None:
        raise SystemExit(3)

    async def decide(_uow: UnitOfWork) -> None:
        if in_a_thread:
            await asyncio.to_thread(leave)
        leave()

    class Leaves(QueryHandler[GetBalance, Balance | None]):
        reads = ()

        async def handle(self, query: GetBalance, reader: object) -> Balance | None:  # noqa: ARG002
            await decide(None)  # type: ignore[arg-type]  # it looks at nothing
            return None

    async with serving(tmp_path, Bank(query_handlers=(Leaves,))) as service:
        for message in (Decide(by=decide), GetBalance(account=uuid4())):
            with pytest.raises(RuntimeError, match="`SystemExit` was raised: 3"):
                await asyncio.create_task(service.bus.execute(message))
        assert (await service.bus.execute(Open(owner="Ann"))).position == Position(0, 1)
