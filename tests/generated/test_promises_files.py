"""The files of a running service change: an ack still means that a restart finds the event."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias
from uuid import uuid4

import lab
import pytest
from lab import Balance, GetBalance, Open, Opened, in_a_loop, journal, listening
from shop.cqrs import Ack, Position, StoreUnavailable
from shop.cqrs.sqlite import FILES
from shop.cqrs.store_file import Stamp, StoreReplaced
from shop.cqrs.timing import Timing
from shop.cqrs.writing.commit import Outcome
from shop.cqrs.writing.store_check import StoreCheck

if TYPE_CHECKING:
    from collections.abc import Callable

    from shop.cqrs.service import Service

Change: TypeAlias = "Callable[[Path], None]"

serving = partial(lab.serving, timing=Timing(missing=0.5))
"""Run a service that waits only for a moment for a file that was moved away."""


def remove_folder(folder: Path) -> None:
    shutil.rmtree(folder)


def remove_database(folder: Path) -> None:
    (folder / "write.db").unlink()


def replace_by_backup(folder: Path) -> None:
    (folder / "backup.db").replace(folder / "write.db")


def replace_by_backup_whole(folder: Path) -> None:
    for name in ("write.db-wal", "write.db-shm"):
        (folder / name).unlink()
    replace_by_backup(folder)


def replace_by_nothing_of_ours(folder: Path) -> None:
    (folder / "other").write_bytes(b"no database" * 1000)
    (folder / "other").replace(folder / "write.db")


def copy_backup_over(folder: Path) -> None:
    shutil.copyfile(folder / "backup.db", folder / "write.db")


def empty(folder: Path) -> None:
    os.truncate(folder / "write.db", 0)


CHANGES: list[Change] = [
    remove_folder,
    remove_database,
    replace_by_backup,
    replace_by_backup_whole,
    replace_by_nothing_of_ours,
    copy_backup_over,
    empty,
]


def back_up(folder: Path) -> None:
    """Make a copy of the write store as SQLite means it to be made."""
    with closing(sqlite3.connect(folder / "write.db")) as connection:
        connection.execute("VACUUM INTO ?", (str(folder / "backup.db"),))


def checkpoint(folder: Path) -> None:
    """Let the database file hold everything, as it does after some hundreds of commands."""
    with closing(sqlite3.connect(folder / "write.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def send(service: Service, owners: list[str]) -> list[str]:
    """Open accounts, one after the other; return the owners that were acknowledged."""
    acknowledged = []
    for owner in owners:
        try:
            await service.bus.execute(Open(owner=owner))
        except StoreUnavailable:
            continue
        acknowledged.append(owner)
    return acknowledged


def owners(service: Service) -> list[str]:
    """Return the owners in the journal."""
    return [event.owner for event in journal(service) if isinstance(event, Opened)]


async def given_up(service: Service) -> str:
    """Wait until the service has given itself up, and return what it says."""
    with pytest.raises(StoreUnavailable) as failure:
        await service.watch()
    return str(failure.value)


@pytest.mark.parametrize("change", CHANGES)
@in_a_loop
async def test_what_is_acknowledged_is_found_after_a_restart_whatever_became_of_the_files(
    tmp_path: Path, change: Change
) -> None:
    folder = tmp_path / "var"
    async with serving(folder) as service:
        await send(service, [f"first {number}" for number in range(20)])
        await asyncio.to_thread(back_up, folder)
        await send(service, [f"second {number}" for number in range(20)])
        await asyncio.to_thread(checkpoint, folder)
        await asyncio.to_thread(change, folder)
        acknowledged = await send(service, [f"third {number}" for number in range(20)])
        said = await given_up(service)
        with pytest.raises(StoreUnavailable, match="write lane has failed for good"):
            await service.bus.execute(Open(owner="too late"))

    assert acknowledged == []
    assert f"`{folder}/write.db` " in said
    if change is not replace_by_nothing_of_ours:
        async with serving(folder) as service:
            assert not [owner for owner in owners(service) if owner.startswith("third")]
            assert await send(service, ["fourth"]) == ["fourth"]


@pytest.mark.parametrize("change", [remove_folder, replace_by_nothing_of_ours])
@in_a_loop
async def test_what_is_written_while_the_file_goes_is_not_acknowledged(
    tmp_path: Path, change: Change
) -> None:
    def go(_connection: object) -> None:
        change(tmp_path / "var")

    async with serving(tmp_path / "var") as service:
        unknown = "Whether this was written is unknown: "
        with (
            listening(service.engines.write, "commit", go),
            pytest.raises(StoreUnavailable, match=unknown),
        ):
            await service.bus.execute(Open(owner="Ann"))


@in_a_loop
async def test_a_copy_over_the_file_is_noticed_by_a_service_that_has_just_started(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as service:
        await send(service, ["first"])
        await asyncio.to_thread(back_up, tmp_path)
        await send(service, ["second"])
    async with serving(tmp_path) as service:
        await asyncio.to_thread(copy_backup_over, tmp_path)
        assert await send(service, ["third"]) == []
        assert "no longer holds event 2" in await given_up(service)


class OutOfReach:
    """The files of a store that is there, and cannot be opened for now."""

    store = SimpleNamespace(path="write.db")

    def require_all(self) -> Stamp:
        return Stamp(1, 1)

    def afresh(self) -> NoReturn:
        error = sqlite3.OperationalError("planted")
        error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
        raise error


def test_a_store_that_is_out_of_reach_for_now_is_not_given_up() -> None:
    check = StoreCheck()
    check.remember([Outcome(Position(0, 1), last_event=uuid4())])
    connection: Any = SimpleNamespace(info={FILES: OutOfReach()})
    with pytest.raises(StoreUnavailable, match=r"`write\.db` is out of reach: planted") as told:
        check.require_all(connection)

    assert not isinstance(told.value, StoreReplaced)


@in_a_loop
async def test_a_copy_over_the_file_that_hides_nothing_is_no_reason_to_refuse(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as service:
        await send(service, [f"first {number}" for number in range(20)])
        await asyncio.to_thread(back_up, tmp_path)
        acknowledged = await send(service, [f"second {number}" for number in range(20)])
        await asyncio.to_thread(copy_backup_over, tmp_path)  # all of it stands in the log as well
        acknowledged += await send(service, [f"third {number}" for number in range(20)])

    async with serving(tmp_path) as service:
        assert set(acknowledged) <= set(owners(service))


@in_a_loop
async def test_an_idle_service_notices_too(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        (tmp_path / "write.db").rename(tmp_path / "elsewhere.db")
        assert "was removed" in await given_up(service)


@pytest.mark.parametrize("removed", ["write.db-wal", "write.db-shm"])
@pytest.mark.parametrize("idle", [True, False], ids=["idle", "at work"])
@in_a_loop
async def test_what_stands_in_a_log_that_is_removed_is_saved(
    tmp_path: Path, removed: str, *, idle: bool
) -> None:
    async with serving(tmp_path) as service:
        acknowledged = await send(service, [f"{number}" for number in range(20)])
        (tmp_path / removed).unlink()
        if not idle:
            acknowledged += await send(service, [f"{number}" for number in range(20, 40)])
        assert f"{removed}` was removed" in await given_up(service)
        shutil.copytree(tmp_path, tmp_path / "killed", ignore=shutil.ignore_patterns("*-*"))

    for folder in (tmp_path, tmp_path / "killed"):
        async with serving(folder) as service:
            assert owners(service)[: len(acknowledged)] == acknowledged
    assert len(acknowledged) >= 20


def put_another_store_in_its_place(folder: Path) -> None:
    """Replace the write store by one that is in use elsewhere: its last word is in its log."""
    with closing(sqlite3.connect(folder / "backup.db")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE last_word (x)")
        for name in ("write.db-wal", "write.db"):
            copy = shutil.copy(folder / name.replace("write", "backup"), folder / f"{name}.copy")
            Path(copy).replace(folder / name)


@in_a_loop
async def test_the_log_of_a_store_that_was_put_in_its_place_stays_with_it(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        await send(service, ["first"])
        await asyncio.to_thread(back_up, tmp_path)
        await asyncio.to_thread(put_another_store_in_its_place, tmp_path)
        assert await send(service, ["second"]) == []
        assert "was replaced by another file" in await given_up(service)

    with closing(sqlite3.connect(tmp_path / "write.db")) as connection:
        assert connection.execute("SELECT * FROM last_word").fetchall() == []


@in_a_loop
async def test_a_file_that_comes_back_is_gone_on_with(tmp_path: Path) -> None:
    async with serving(tmp_path, timing=Timing(missing=60)) as service:
        first = await send(service, ["first"])
        (tmp_path / "write.db").rename(tmp_path / "elsewhere.db")
        away = await send(service, ["away"])
        (tmp_path / "elsewhere.db").rename(tmp_path / "write.db")
        back = await send(service, ["back"])

        assert (first, away, back) == (["first"], [], ["back"])
        assert owners(service) == ["first", "back"]


@in_a_loop
async def test_a_checkpoint_of_another_process_is_no_change(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        for number in range(5):
            assert await send(service, [f"{number}"]) == [f"{number}"]
            with closing(sqlite3.connect(tmp_path / "write.db")) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

        assert owners(service) == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize("projecting", [True, False])
@in_a_loop
async def test_nothing_is_read_from_a_read_store_that_was_replaced(
    tmp_path: Path, *, projecting: bool
) -> None:
    async with serving(tmp_path, projecting=projecting) as service:
        ack = await service.bus.execute(Open(owner="Ann"))
        await service.catch_up()
        query = GetBalance(account=ack.id)  # type: ignore[arg-type]  # a UUID
        (tmp_path / "read.db").unlink()
        with pytest.raises(StoreUnavailable, match=r"read\.db` is missing"):
            await service.bus.execute(query)
        assert f"`{tmp_path}/read.db` was removed" in await given_up(service)

    async with serving(tmp_path, projecting=True) as service:
        assert await service.bus.execute(query, after=ack) == Balance(owner="Ann", balance=0)


@in_a_loop
async def test_acks_and_the_files_of_two_services_do_not_disturb_each_other(tmp_path: Path) -> None:
    async with serving(tmp_path) as one, serving(tmp_path) as other:
        answers = await asyncio.gather(
            *(one.bus.execute(Open(owner=f"one {number}")) for number in range(50)),
            *(other.bus.execute(Open(owner=f"other {number}")) for number in range(50)),
        )

    assert all(isinstance(answer, Ack) for answer in answers)
    async with serving(tmp_path) as service:
        assert len(owners(service)) == 100
