"""Starting and stopping a generated project: nothing is left open, whatever happens between."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import sqlite3
import threading
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from lab import Balances, Bank, GetBalance, Open, Opened, in_a_loop, serving, until
from shop.cqrs import Position, StoreUnavailable
from shop.cqrs.engines import Engines
from shop.cqrs.reading import Change, on
from shop.cqrs.sqlite import writer
from shop.cqrs.timing import Timing
from sqlalchemy.exc import OperationalError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from shop.cqrs.journal import Recorded


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[sqlite3.Connection]:
    """Watch the connections that are opened."""
    opened: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def watched(*args: Any, **options: Any) -> sqlite3.Connection:  # noqa: ANN401  as they are
        opened.append(connect(*args, **options))
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", watched)
    return opened


def assert_closed(opened: list[sqlite3.Connection]) -> None:
    """See that each connection is closed."""
    for connection in opened:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            connection.execute("SELECT 1")


def lanes() -> list[threading.Thread]:
    """Give the write lanes that are at work."""
    return [thread for thread in threading.enumerate() if thread.name == "write lane"]


@in_a_loop
async def test_what_start_up_has_made_is_not_looked_through_for_garbage(tmp_path: Path) -> None:
    async with serving(tmp_path):
        assert gc.get_freeze_count() > 10_000

    assert gc.get_freeze_count() < 10_000


@in_a_loop
async def test_a_service_that_has_stopped_leaves_nothing_open(
    tmp_path: Path, opened: list[sqlite3.Connection], caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(tmp_path, projecting=True) as service:
        acks = await asyncio.gather(
            *(service.bus.execute(Open(owner=f"{number}")) for number in range(20))
        )
        query = GetBalance(account=acks[0].id)  # type: ignore[arg-type]  # a UUID
        await asyncio.gather(*(service.bus.execute(query, after=ack) for ack in acks))
        await service.status()
        assert len(lanes()) == 1

    assert "left behind" not in caplog.text
    assert len(opened) >= 4
    assert not lanes()
    assert_closed(opened)
    files = await asyncio.to_thread(lambda: sorted(path.name for path in tmp_path.iterdir()))
    assert files == ["read.db", "write.db"]


@in_a_loop
async def test_a_service_that_could_not_start_leaves_nothing_open(
    tmp_path: Path, opened: list[sqlite3.Connection]
) -> None:
    with closing(sqlite3.connect(tmp_path / "read.db")) as connection:
        connection.execute("CREATE VIEW checkpoints AS SELECT 1 AS planted")

    with pytest.raises(OperationalError, match="view"):
        await Bank().service(tmp_path).__aenter__()

    assert not lanes()
    assert_closed(opened)


class Exiting(Balances):
    """A projection that ends its projector."""

    @on(Opened)
    def opened(self, _: Recorded[Opened]) -> Iterable[Change]:
        raise SystemExit("planted")


@in_a_loop
@pytest.mark.parametrize("pauses", [(), (60,)], ids=["given up", "to be restarted"])
async def test_a_service_stops_whole_even_if_its_projector_has_failed(
    tmp_path: Path, opened: list[sqlite3.Connection], pauses: tuple[float, ...]
) -> None:
    async def is_down() -> bool:
        return "the projector is down" in await service.faults()

    bank = Bank(projections=(Exiting,), queries=(), query_handlers=())
    timing = Timing(restarts=pauses)
    async with serving(tmp_path, bank, projecting=True, timing=timing) as service:
        await service.bus.execute(Open(owner="Ann"))
        await until(is_down)

    assert not lanes()
    assert_closed(opened)


def test_what_is_in_use_when_the_stores_are_closed_is_closed_when_it_comes_back(
    tmp_path: Path, opened: list[sqlite3.Connection]
) -> None:
    engines = Engines.open(Bank().service(tmp_path).settings)
    with engines.write.connect() as writing, engines.look_at_read.connect() as looking:
        engines.dispose()
        assert writing.exec_driver_sql("SELECT 1").scalar() == 1
        assert looking.exec_driver_sql("SELECT 1").scalar() == 1

    assert len(opened) == 2
    assert_closed(opened)


@in_a_loop
@pytest.mark.parametrize("planted", ["corrupt", "a folder", "in a file", "not writable"])
async def test_a_store_that_cannot_be_opened_is_named(
    tmp_path: Path, opened: list[sqlite3.Connection], planted: str
) -> None:
    path = tmp_path / "stores" / "read.db"
    if planted == "corrupt":
        path.parent.mkdir()
        path.write_bytes(b"no database" * 1000)
    elif planted == "a folder":
        path.mkdir(parents=True)
    elif planted == "in a file":
        path.parent.write_text("")
    service = Bank().service(path.parent)
    if planted == "not writable":
        service.settings = type(service.settings)(
            write_url=f"sqlite:///{tmp_path}/write.db", read_url="sqlite:////proc/read.db"
        )

    with pytest.raises(StoreUnavailable, match=r"read\.db` is out of reach|cannot be opened"):
        await service.__aenter__()

    assert_closed(opened)


def start_and_open(folder: str, owner: str) -> int:
    """Start a service in a process of its own, and execute a command."""

    async def run() -> int:
        service = Bank().service(folder)  # type: ignore[arg-type]  # as text
        async with service:
            ack = await service.bus.execute(Open(owner=owner))
            return (ack.position or Position(0, 0)).row

    return asyncio.run(run())


def test_a_store_that_is_locked_when_it_is_first_opened_is_waited_for(tmp_path: Path) -> None:
    holder = sqlite3.connect(tmp_path / "x.db", isolation_level=None, check_same_thread=False)
    holder.execute("CREATE TABLE t (x)")
    holder.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.3, holder.execute, ("COMMIT",))
    release.start()

    engine = writer(f"sqlite:///{tmp_path}/x.db")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"

    engine.dispose()
    release.join()
    holder.close()


def test_processes_that_start_at_once_on_new_stores_all_do(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4, multiprocessing.get_context("spawn")) as processes:
        for number in range(5):
            folder = tmp_path / f"{number}"
            started = [
                processes.submit(start_and_open, str(folder), f"{owner}") for owner in range(4)
            ]

            assert sorted(each.result(30) for each in started) == [1, 2, 3, 4]
