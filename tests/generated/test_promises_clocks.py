"""Leases when clocks jump, or their holder is gone: nobody waits for long, or in vain."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

import pytest
from lab import (
    BALANCES,
    ENTRIES,
    Bank,
    Open,
    Opened,
    before,
    in_a_loop,
    serving,
)
from shop.cqrs import Position, StoreUnavailable
from shop.cqrs.journal import HEAD
from shop.cqrs.messages import BEGINNING
from shop.cqrs.reading import Change, Projection, on
from shop.cqrs.timing import Timing
from test_runtime_cli import ANN, NOBODY, run

from conftest import program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from shop.cqrs.journal import Recorded
    from shop.cqrs.service import Service

    from conftest import Shell

HOUR = 3600.0
NAME = "balances_v1"
READ = "var/read.db"


def at(service: Service) -> Position:
    """Tell how far the projection has read."""
    return service.read_store.checkpoint(NAME).position


def jump(service: Service, seconds: float) -> None:
    """Let the clock that a service's leases go by be ahead, or behind."""
    service.read_store.clock = lambda: time.time() + seconds


async def die(service: Service) -> None:
    """Let a service hold its projection, and never release it."""
    await service.bus.execute(Open(owner="Ann"))
    await service.catch_up()
    service.read_store.holder = "somebody else"


@in_a_loop
async def test_the_lease_of_one_killed_while_its_clock_was_ahead_does_not_count(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as killed, serving(tmp_path) as other:
        jump(killed, HOUR)
        await die(killed)
        await other.bus.execute(Open(owner="Ben"))
        await other.catch_up()

        assert at(other) == Position(0, 2)


@in_a_loop
async def test_with_the_clock_set_back_the_lease_of_a_dead_one_does_not_count(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as killed, serving(tmp_path) as other:
        await die(killed)
        jump(other, -HOUR)
        await other.bus.execute(Open(owner="Ben"))
        await other.catch_up()

        assert at(other) == Position(0, 2)


@in_a_loop
async def test_with_the_clock_set_back_one_goes_on_with_what_it_holds(tmp_path: Path) -> None:
    async with serving(tmp_path) as service, serving(tmp_path) as other:
        await service.bus.execute(Open(owner="Ann"))
        await service.catch_up()
        jump(service, -HOUR)
        jump(other, -HOUR)
        await service.bus.execute(Open(owner="Ben"))
        await service.catch_up()
        await service.bus.execute(Open(owner="Cid"))
        await other.catch_up()

        assert at(service) == Position(0, 2)


@in_a_loop
async def test_who_waits_takes_over_from_a_dead_holder_when_its_lease_ends(
    tmp_path: Path,
) -> None:
    short = partial(serving, tmp_path, timing=Timing(lease=0.5))
    async with short() as killed, short() as other:
        await die(killed)
        await other.bus.execute(Open(owner="Ben"))
        await other.catch_up(wait=True)

        assert at(other) == Position(0, 2)


@in_a_loop
async def test_who_waits_lets_a_living_holder_finish(tmp_path: Path) -> None:
    long = partial(serving, tmp_path, timing=Timing(lease=HOUR))
    async with long() as holder, long() as other:
        await holder.bus.execute(Open(owner="Ann"))
        await holder.catch_up()
        await other.bus.execute(Open(owner="Ben"))
        waiting = asyncio.create_task(other.catch_up(wait=True))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        await holder.catch_up()
        await waiting

        assert at(other) == Position(0, 2)
        assert other.read_store.checkpoint(NAME).holder == holder.read_store.holder


@in_a_loop
async def test_a_rebuild_returns_when_the_projector_that_took_it_has_finished(
    tmp_path: Path,
) -> None:
    long = partial(serving, tmp_path, timing=Timing(lease=HOUR))
    async with long() as living, long() as other:
        await living.bus.execute(Open(owner="Ann"))
        await living.bus.execute(Open(owner="Ben"))
        lost: list[bool] = []

        def lose_it() -> None:  # emptied, and about to be filled
            if not lost:
                lost.append(living.read_store.advance(NAME, BEGINNING, Position(0, 1), []))

        with before(other.engines.look_at_write, HEAD, lose_it):
            rebuilding = asyncio.create_task(other.rebuild("balances"))
            await asyncio.sleep(0.2)
            assert lost == [True]
            assert not rebuilding.done()
            await living.catch_up()
            await rebuilding

        assert at(other) == Position(0, 2)


@in_a_loop
async def test_catching_up_says_so_if_a_store_is_out_of_reach(tmp_path: Path) -> None:
    def out_of_reach() -> None:
        raise StoreUnavailable("planted")

    async with serving(tmp_path) as service:
        await service.bus.execute(Open(owner="Ann"))
        reads = before(service.engines.look_at_write, ENTRIES, out_of_reach)
        with reads, pytest.raises(StoreUnavailable, match="planted"):
            await service.catch_up()


class Slow(Projection):
    """A projection that takes its time."""

    read_model = BALANCES
    begun = threading.Event()
    go_on = threading.Event()

    @on(Opened)
    def opened(self, recorded: Recorded[Opened]) -> Iterator[Change]:
        Slow.begun.set()
        Slow.go_on.wait(30)
        yield BALANCES.upsert(
            key={"account": recorded.event.account},
            set={"owner": recorded.event.owner, "balance": 0, "deposits": 0},
        )


@in_a_loop
async def test_what_is_cancelled_in_the_middle_of_a_batch_keeps_no_lease(tmp_path: Path) -> None:
    Slow.begun.clear()
    Slow.go_on.clear()
    bank = Bank(projections=(Slow,), queries=(), query_handlers=())
    async with serving(tmp_path, bank) as service:
        await service.bus.execute(Open(owner="Ann"))
        catching_up = asyncio.create_task(service.catch_up())
        await asyncio.to_thread(Slow.begun.wait, 30)
        catching_up.cancel()
        asyncio.get_running_loop().call_later(0.3, Slow.go_on.set)
        with pytest.raises(asyncio.CancelledError):
            await catching_up
        assert Slow.go_on.is_set()  # nothing still writes

    assert leases(tmp_path / "read.db") == [0]


def leases(store: Path, change: str = "") -> list[float]:
    """Tell until when each projection is held; with a change, tamper with that first."""
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute(change or "SELECT 1")
        return [until for (until,) in connection.execute("SELECT held_until FROM checkpoints")]


def hold(shop: Shell, seconds: float) -> None:
    """Let a projector that is gone hold what it held for so long."""
    until = time.time() + seconds
    leases(
        shop.folder / READ,
        f"UPDATE checkpoints SET holder = 'gone', held_until = {until}",  # noqa: S608
    )


@pytest.mark.parametrize("arguments", [["project"], ["rebuild", "user_stats"]], ids=" ".join)
def test_the_command_line_waits_for_the_lease_of_a_dead_projector(
    shop: Shell, arguments: list[str]
) -> None:
    run(shop, "execute", "CreateUser", ANN)
    hold(shop, 4)

    up_to_date = "journal  0-1\nuser_stats_v1  0-1  up to date\n"
    assert run(shop, *arguments) == (0, up_to_date, "")


def test_the_command_line_does_not_wait_for_a_lease_that_cannot_be(shop: Shell) -> None:
    run(shop, "execute", "CreateUser", ANN)
    hold(shop, HOUR)

    up_to_date = "journal  0-1\nuser_stats_v1  0-1  up to date\n"
    assert run(shop, "project") == (0, up_to_date, "")


def start(shop: Shell, *arguments: str, grace: float = 60) -> subprocess.Popen[str]:
    """Start the project's command, and leave it running."""
    return subprocess.Popen(
        [sys.executable, program("service_with_grace.py"), str(grace), *arguments],
        cwd=shop.folder,
        env=shop.env | {"PYTHONPATH": str(shop.folder / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_until_held(shop: Shell) -> None:
    """Wait until a projector has the read model."""
    deadline = time.monotonic() + 60
    while not leases(shop.folder / READ)[0]:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def let_the_query_hang(shop: Shell, how: str) -> None:
    """Let the query's handler wait for longer than anybody has time."""
    handler = shop.folder / "src/shop/read/handlers/get_user_stats.py"
    source = handler.read_text()
    head, signature, body = source.partition("-> GetUserStatsView | None:\n")
    assert signature
    handler.write_text(f"import asyncio\nimport time\n{head}{signature}        {how}\n{body}")


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_who_follows_gives_its_lease_back_when_told_to_stop(
    shop: Shell, told: signal.Signals
) -> None:
    run(shop, "execute", "CreateUser", ANN)
    process = start(shop, "project", "--follow")
    wait_until_held(shop)
    process.send_signal(told)
    output, _ = process.communicate(timeout=60)

    assert (process.returncode, output) == (0 if told == signal.SIGTERM else 130, "")
    assert leases(shop.folder / READ) == [0]
    assert sorted(path.name for path in (shop.folder / "var").iterdir()) == ["read.db", "write.db"]


def test_a_query_that_is_told_to_stop_gives_its_lease_back(shop: Shell) -> None:
    let_the_query_hang(shop, "await asyncio.sleep(600)")
    run(shop, "execute", "CreateUser", ANN)
    process = start(shop, "execute", "GetUserStats", NOBODY, "--after", "0-1")
    wait_until_held(shop)
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=60)

    assert (process.returncode, output) == (143, "")
    assert leases(shop.folder / READ) == [0]


def test_a_query_that_hangs_in_a_thread_ends_within_the_grace(shop: Shell) -> None:
    let_the_query_hang(shop, "await asyncio.to_thread(time.sleep, 600)")
    run(shop, "execute", "CreateUser", ANN)
    process = start(shop, "execute", "GetUserStats", NOBODY, "--after", "0-1", grace=1)
    wait_until_held(shop)
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=60)

    assert (process.returncode, output) == (143, "")
    assert leases(shop.folder / READ) == [0]


@in_a_loop
async def test_what_fails_at_text_that_no_store_keeps_halts_nevertheless(
    tmp_path: Path,
) -> None:
    class Odd(Projection):
        read_model = BALANCES

        @on(Opened)
        def opened(self, recorded: Recorded[Opened]) -> Iterator[Change]:
            raise ValueError(f"{recorded.event.owner} \ud800")

    bank = Bank(projections=(Odd,), queries=(), query_handlers=())
    async with serving(tmp_path, bank, timing=Timing(retries=())) as service:
        await service.bus.execute(Open(owner="Ann"))
        await service.catch_up()

        assert service.read_store.checkpoint(NAME).failure == r"ValueError: Ann \ud800"
