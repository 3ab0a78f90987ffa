"""A part of a service that dies is restarted, and one that cannot be ends the service."""

from __future__ import annotations

import asyncio
import logging
import threading
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import lab
import pytest
from lab import (
    Balance,
    Bank,
    Decide,
    GetBalance,
    Open,
    Opened,
    accounts,
    in_a_loop,
    until,
)
from shop.cqrs import Ack, Position, StoreUnavailable
from shop.cqrs.reading import QueryHandler
from shop.cqrs.reading.projector import Projector
from shop.cqrs.timing import Timing
from shop.cqrs.writing.commit import Outcome
from sqlalchemy import Column, Integer, MetaData, Table, Text, insert

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from shop.cqrs.service import Service
    from shop.cqrs.writing import UnitOfWork

serving = partial(lab.serving, timing=Timing(restarts=(0.01, 0.02)))
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


def failing(times: int, error: BaseException, then: Callable[..., Any]) -> Callable[..., Any]:
    """Make a function that fails so many times, and then does what it should."""
    left = iter(range(times))

    def fail(*args: object) -> object:
        if next(left, None) is not None:
            raise error
        return then(*args)

    return fail


async def until_it_works(service: Service, owner: str) -> Ack:
    """Send a command until it is acknowledged."""
    while True:
        try:
            return await service.bus.execute(Open(owner=owner))
        except StoreUnavailable:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("error", KINDS, ids=repr)
@in_a_loop
async def test_a_projector_that_fails_is_restarted_and_the_log_says_why_once(
    tmp_path: Path,
    error: BaseException,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(Projector, "_advance", failing(2, error, Projector._advance))  # noqa: SLF001
    async with serving(tmp_path, projecting=True) as service:
        ack = await service.bus.execute(Open(owner="Ann"))
        seen = await service.bus.execute(GetBalance(account=ack.id), after=ack)  # type: ignore[arg-type]  # a UUID

    assert seen == Balance(owner="Ann", balance=0)
    told = [each for each in caplog.records if "the projector failed" in each.message]
    assert [each.levelno for each in told] == [logging.ERROR] * 2
    assert [bool(each.exc_info) for each in told] == [True, False]


@pytest.mark.parametrize("error", KINDS, ids=repr)
@in_a_loop
async def test_a_write_lane_that_fails_is_restarted_and_only_its_batch_is_unknown(
    tmp_path: Path, error: BaseException
) -> None:
    async with serving(tmp_path) as service:
        store = service.write_store
        store._outcomes = failing(1, error, store._outcomes)  # type: ignore[method-assign]  # noqa: SLF001  planted
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
    def crash(*_: object) -> None:
        raise SystemExit

    async with serving(tmp_path) as service:
        service.write_store._outcomes = crash  # type: ignore[method-assign,assignment]  # noqa: SLF001  planted
        answers = await asyncio.gather(
            *(service.bus.execute(Open(owner=f"{number}")) for number in range(600)),
            return_exceptions=True,
        )

    assert {type(answer) for answer in answers} == {StoreUnavailable}
    assert {str(answer).partition(":")[0] for answer in answers} >= {"Nothing was written"}


@pytest.mark.parametrize("part", ["write lane", "projector"])
@in_a_loop
async def test_a_part_that_keeps_failing_ends_the_service_and_commands_hear_it_at_once(
    tmp_path: Path, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise OSError("planted")

    if part == "projector":
        monkeypatch.setattr(Projector, "_advance", crash)
    async with serving(tmp_path, projecting=True) as service:
        if part == "write lane":
            monkeypatch.setattr(service.write_store, "_next_batch", crash)
            await asyncio.gather(
                *(service.bus.execute(Open(owner=f"{number}")) for number in range(3)),
                return_exceptions=True,
            )
        with pytest.raises(StoreUnavailable, match=f"The {part} has failed for good: planted"):
            await service.watch()
        async with asyncio.timeout(1):
            with pytest.raises(StoreUnavailable, match="failed for good"):
                await service.bus.execute(Open(owner="too late"))
        assert await service.faults() == (
            f"the {part} is down",
            "the write store takes no commands",
        )


@in_a_loop
async def test_a_part_that_is_down_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def is_down() -> bool:
        return "the projector is down" in await service.faults()

    monkeypatch.setattr(Projector, "_advance", failing(1, OSError(), Projector._advance))  # noqa: SLF001
    slow = Timing(restarts=(60, 60))
    async with serving(tmp_path, projecting=True, timing=slow) as service:
        await until(is_down)
        assert (await service.bus.execute(Open(owner="Ann"))).position == Position(0, 1)


@in_a_loop
async def test_nobody_waits_for_a_lane_that_hangs_when_the_service_has_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging, go_on = threading.Event(), threading.Event()

    def hang(submissions: Sequence[object]) -> list[Outcome]:
        hanging.set()
        go_on.wait(30)
        return [Outcome() for _ in submissions]

    service = Bank().service(tmp_path)
    service.settings = replace(service.settings, grace=0.1)
    async with service:
        monkeypatch.setattr(service.write_store, "_outcomes", hang)
        first = asyncio.create_task(service.bus.execute(Open(owner="Ann")))
        await asyncio.to_thread(hanging.wait, 30)
        second = asyncio.create_task(service.bus.execute(Open(owner="Bob")))
        await asyncio.sleep(0)
    with pytest.raises(StoreUnavailable, match="whether this was written is unknown"):
        await first
    with pytest.raises(StoreUnavailable, match="Nothing was written"):
        await second
    go_on.set()


@in_a_loop
async def test_a_commit_that_cannot_be_told_is_acknowledged_and_the_next_one_too(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise SystemExit("planted")

    async with serving(tmp_path) as service:
        service.write_store._on_commit = fail  # noqa: SLF001  planted
        for number in range(2):
            ack = await service.bus.execute(Open(owner=f"{number}"))
            assert ack.position == Position(0, number + 1)

    assert "a commit could not be told" in caplog.text


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
