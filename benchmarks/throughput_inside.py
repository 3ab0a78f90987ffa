"""What `throughput.py` runs in the environment that has the generated project and the peers."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from contextlib import AsyncExitStack
from importlib.metadata import version
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING
from uuid import uuid4

from measuring import Subject, Timing, in_turn, report
from shop.app import build
from shop.cqrs.settings import Settings
from shop.read.handlers.get_user_stats import SELECT
from shop.read.queries.get_user_stats import GetUserStatsQuery
from shop.write.commands.create_user import CreateUserCommand
from throughput_peers import AsyncCore, ByHand, Recorder, SyncCore

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from shop.cqrs.service import Service

CALLERS = 32
CALLS = 1_600
EVENTS = 10_000
CREATE = CreateUserCommand(email="ann@example.org", name="Ann")
MICROSECONDS = 1e-6


def main(rounds: int = 9) -> None:
    """Print a table for each promise; above 1, the generated project is the faster one."""
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        Measured(Path(folder), runner).print_all(rounds)


class Measured:
    """A service and its peers, each on files of its own."""

    def __init__(self, folder: Path, runner: asyncio.Runner) -> None:
        self._folder = folder
        self._runner = runner

    def print_all(self, rounds: int) -> None:
        """Open all of them, time one promise after the other, and close them."""
        stack = AsyncExitStack()
        self._runner.run(self._open(stack))
        try:
            for callers in (1, CALLERS):
                _print(f"one command, {_count(callers)}", CALLS, self._commands(callers), rounds)
            projected = f"one event of {EVENTS:,} projected, in CPU time"
            _print(projected, EVENTS, self._projecting(), rounds, process_time)
            _print("one point query", CALLS, self._queries(), rounds)
        finally:
            self._runner.run(stack.aclose())

    async def _open(self, stack: AsyncExitStack) -> None:
        self._commanded = await stack.enter_async_context(self._service("commanded"))
        self._projected = await stack.enter_async_context(self._service("projected"))
        await _in_parallel(self._create(self._projected), CALLERS, EVENTS)
        self._core = await stack.enter_async_context(AsyncCore.on(self._folder / "core.db"))
        self._recorders = {
            setting: Recorder(self._folder / f"{setting}.db", synchronous=setting)
            for setting in ("NORMAL", "FULL")
        }
        self._by_hand = ByHand(self._folder / "projected-write.db", self._folder / "by-hand.db")
        stack.callback(self._by_hand.close)
        self._sync_core = SyncCore(self._folder / "projected-read.db")

    def _service(self, name: str) -> Service:
        stores = f"sqlite:///{self._folder}/{name}"
        settings = Settings(write_url=f"{stores}-write.db", read_url=f"{stores}-read.db")
        service: Service = build(settings, projecting=False)
        return service

    def _commands(self, callers: int) -> list[Subject]:
        return [
            self._calls("`await bus.execute(command)`", self._create(self._commanded), callers),
            self._calls(
                f"async Core, aiosqlite {version('aiosqlite')}", self._core.append, callers
            ),
            *(self._records(setting) for setting in self._recorders),
            *(self._threads(setting, callers) for setting in self._recorders if callers > 1),
        ]

    def _projecting(self) -> list[Subject]:
        def start_anew() -> None:
            for projection in self._projected.projections:
                self._projected.read_store.rebuild(projection)

        catch_up = Subject(
            "`await service.catch_up()`",
            lambda: self._runner.run(self._projected.catch_up()),
            start_anew,
        )
        by_hand = self._by_hand
        return [catch_up, Subject("sqlite3 by hand", by_hand.catch_up, by_hand.start_anew)]

    def _queries(self) -> list[Subject]:
        query = GetUserStatsQuery(user_id=uuid4())
        parameters = {"user_id": query.user_id}
        return [
            self._calls("`await bus.execute(query)`", lambda: self._projected.bus.execute(query)),
            self._calls("Core in a thread", lambda: self._sync_core.first(SELECT, parameters)),
        ]

    def _calls(self, name: str, call: Callable[[], Awaitable[object]], callers: int = 1) -> Subject:
        return Subject(name, lambda: self._runner.run(_in_parallel(call, callers, CALLS)))

    def _create(self, service: Service) -> Callable[[], Awaitable[object]]:
        return lambda: service.bus.execute(CREATE)

    def _records(self, setting: str) -> Subject:
        def record() -> None:
            for _ in range(CALLS):
                self._recorders[setting].append()

        return Subject(_recorded(setting), record)

    def _threads(self, setting: str, callers: int) -> Subject:
        """Call the recorder as an event loop must that goes on meanwhile."""
        append = self._recorders[setting].append
        name = f"{_recorded(setting)}, in threads"
        return self._calls(name, lambda: asyncio.to_thread(append), callers)


def _recorded(setting: str) -> str:
    return f"eventsourcing {version('eventsourcing')}, synchronous {setting}"


async def _in_parallel(call: Callable[[], Awaitable[object]], callers: int, calls: int) -> None:
    async def caller() -> None:
        for _ in range(calls // callers):
            await call()

    await asyncio.gather(*(caller() for _ in range(callers)))


def _print(
    title: str,
    calls: int,
    subjects: list[Subject],
    rounds: int,
    clock: Callable[[], float] = perf_counter,
) -> None:
    timings = in_turn(subjects, rounds, clock)
    each = [
        Timing(timing.name, tuple(took / calls for took in timing.seconds)) for timing in timings
    ]
    print(report(title, each, unit="µs", per=MICROSECONDS), end="\n\n", flush=True)


def _count(callers: int) -> str:
    return "one caller" if callers == 1 else f"{callers} callers"


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
