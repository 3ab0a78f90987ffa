"""Rebuilding and pruning: rows come again from the journal, and old tables go when asked."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from lab import Bank, Open, Opened, in_a_loop, serving
from shop.cqrs.errors import NotThere
from shop.cqrs.reading import Change, Projection, ReadModel, on
from test_runtime_cli import ANN, run
from test_runtime_projector import MANY, lag

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from shop.cqrs.journal import Recorded

    from conftest import Shell


def rows(folder: Path, select: str, change: str = "") -> list[tuple[object, ...]]:
    """Read the read store; with a change, tamper with it first."""
    with closing(sqlite3.connect(folder / "read.db")) as connection, connection:
        connection.execute(change or "SELECT 1")
        return connection.execute(select).fetchall()


def tables(folder: Path) -> set[object]:
    """Name the read models' tables."""
    named = rows(folder, "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%_v%'")
    return {name for (name,) in named}


def projecting(name: str, version: int) -> type[Projection]:
    """Make a projection on a read model of that name."""
    model = ReadModel(
        name, version=version, key={"account": UUID}, columns={"owner": str}, indexes=["owner"]
    )

    class Owners(Projection):
        read_model = model

        @on(Opened)
        def opened(self, recorded: Recorded[Opened]) -> Iterator[Change]:
            event = recorded.event
            yield model.upsert(key={"account": event.account}, set={"owner": event.owner})

    return Owners


def bank(*models: tuple[str, int]) -> Bank:
    """Make a bank with these read models."""
    projections = tuple(projecting(name, version) for name, version in models)
    return Bank(projections=projections, queries=(), query_handlers=())


ALL = "SELECT owner, balance, deposits FROM balances_v1 ORDER BY owner"


@in_a_loop
async def test_rebuilding_gives_the_same_rows_from_the_journal(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        await service.bus.execute(MANY)
        await service.bus.execute(Open(owner="Ben"))
        await service.catch_up()
        before = rows(tmp_path, ALL)
        rows(tmp_path, ALL, "UPDATE balances_v1 SET balance = 7, owner = 'Eve'")
        rows(tmp_path, ALL, "INSERT INTO balances_v1 VALUES ('00', 'Mallory', 1, 1)")

        await service.rebuild("balances")

        assert rows(tmp_path, ALL) == before == [("Ann", 2500, 2500), ("Ben", 0, 0)]
        assert (await lag(service))[1:] == (0, None)


@in_a_loop
async def test_what_has_read_more_than_the_journal_holds_begins_anew(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        for owner in ("Ann", "Ben", "Cid"):
            await service.bus.execute(Open(owner=owner))
        await service.catch_up()
    with closing(sqlite3.connect(tmp_path / "write.db")) as restored, restored:
        restored.execute("DELETE FROM journal WHERE row > 1")
        restored.execute("DELETE FROM accounts WHERE owner <> 'Ann'")

    async with serving(tmp_path) as service:
        await service.bus.execute(Open(owner="Dan"))
        await service.catch_up()

    assert rows(tmp_path, ALL) == [("Ann", 0, 0), ("Dan", 0, 0)]


@in_a_loop
async def test_rebuilding_one_leaves_the_others_alone(tmp_path: Path) -> None:
    async with serving(tmp_path, bank(("users", 1), ("users_v2x", 1))) as service:
        await service.bus.execute(Open(owner="Ann"))
        await service.catch_up()
        for name in ("users_v1", "users_v2x_v1"):
            rows(tmp_path, "SELECT 1", f"UPDATE {name} SET owner = 'Eve'")  # noqa: S608

        await service.rebuild("users")

        assert rows(tmp_path, "SELECT owner FROM users_v1") == [("Ann",)]
        assert rows(tmp_path, "SELECT owner FROM users_v2x_v1") == [("Eve",)]


@in_a_loop
async def test_what_is_not_there_cannot_be_rebuilt(tmp_path: Path) -> None:
    async with serving(tmp_path, bank(("users", 1), ("orders", 3))) as service:
        with pytest.raises(NotThere) as told:
            await service.rebuild("user")

    assert str(told.value) == "There is no read model `user`; there are: users, orders"


@in_a_loop
async def test_pruning_drops_the_older_versions_of_a_read_model_and_nothing_else(
    tmp_path: Path,
) -> None:
    others = (("users_v2x", 1), ("users_v1", 1), ("orders", 1), ("gone", 1))
    for version in (1, 2, 3, 10):
        async with serving(tmp_path, bank(("users", version), *others)) as service:
            await service.bus.execute(Open(owner=f"number {version}"))
            await service.catch_up()
    async with serving(tmp_path, bank(("users", 3), *others[:3])) as service:
        pruned = await service.prune()
        again = await service.prune()

    kept = {"users_v3", "users_v10", "users_v2x_v1", "users_v1_v1", "orders_v1", "gone_v1"}
    assert (sorted(pruned.tables), again.tables) == (["users_v1", "users_v2"], ())
    assert tables(tmp_path) == kept
    assert {name for (name,) in rows(tmp_path, "SELECT projection FROM checkpoints")} == kept


@in_a_loop
async def test_pruning_forgets_what_was_left_out_of_a_table_that_goes(tmp_path: Path) -> None:
    for version in (1, 2):
        async with serving(tmp_path, bank(("users", version))):
            letter = f"INSERT INTO dead_letters VALUES ('users_v{version}', 0, 1, 'why')"  # noqa: S608
            rows(tmp_path, "SELECT 1", letter)
    async with serving(tmp_path, bank(("users", 2))) as service:
        await service.prune()

    assert rows(tmp_path, "SELECT projection FROM dead_letters") == [("users_v2",)]


@in_a_loop
async def test_a_version_that_was_pruned_is_built_anew_when_it_comes_back(tmp_path: Path) -> None:
    for version in (1, 2, 1):
        async with serving(tmp_path, bank(("users", version))) as service:
            if version == 1:
                await service.bus.execute(Open(owner=str(len(tables(tmp_path)))))
            await service.catch_up()
            await service.prune()

    assert rows(tmp_path, "SELECT count(*) FROM users_v1") == [(2,)]


def test_the_command_line_rebuilds_and_tells_how_things_stand(shop: Shell) -> None:
    run(shop, "execute", "CreateUser", ANN)

    told = "journal  0-1\nuser_stats_v1  0-1  up to date\n"
    assert run(shop, "rebuild", "user_stats") == (0, told, "")
    unknown = "error: There is no read model `user_stat`; there are: user_stats\n"
    assert run(shop, "rebuild", "user_stat") == (1, "", unknown)


def test_the_command_line_prunes_and_tells_what_is_gone(shop: Shell) -> None:
    run(shop, "project")
    projection = shop.folder / "src/shop/read/projections/user_stats.py"
    source = projection.read_text()
    assert "version=1" in source
    assert run(shop, "prune") == (0, "0 keys forgotten, tables dropped: none\n", "")

    projection.write_text(source.replace("version=1", "version=2"))
    told = "0 keys forgotten, tables dropped: user_stats_v1\n"
    assert run(shop, "prune") == (0, told, "")
