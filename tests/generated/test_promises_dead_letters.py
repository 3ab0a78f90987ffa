"""Skipping: an event is left out only where a projection has halted at it, and on record."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

import lab
import pytest
from lab import Balances, Bank, Deposited, Open, Opened, in_a_loop
from shop.cqrs import Event, Position
from shop.cqrs.messages import BEGINNING
from shop.cqrs.reading import Change, Projection, ReadModel, on
from shop.cqrs.timing import Timing
from test_runtime_cli import ANN, run
from test_runtime_projector import happening, lag

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from shop.cqrs.journal import Recorded
    from shop.cqrs.service import Service

    from conftest import Shell

serving = partial(lab.serving, timing=Timing(retries=(0.01, 0.01)))
"""Run a service that tries again at once what fails."""

ACCOUNT = UUID(int=1)
OPENED = Opened(account=ACCOUNT, owner="Ann")
ONE, UNLUCKY = (Deposited(account=ACCOUNT, amount=amount) for amount in (1, 13))


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost(Event):
    """An event of a later release."""

    account: UUID


SEEN = ReadModel("seen", version=1, key={"account": UUID}, columns={"times": int})
FAILURE = "ValueError: 13 is unlucky"


class Picky(Projection):
    """A projection that one amount poisons."""

    read_model = SEEN

    @on(Deposited)
    def deposited(self, recorded: Recorded[Deposited]) -> Iterator[Change]:
        if recorded.event.amount == 13:
            raise ValueError("13 is unlucky")
        yield SEEN.upsert(key={"account": recorded.event.account}, add={"times": 1})


BANK = Bank(projections=(Picky, Balances))


def rows(folder: Path, select: str) -> list[tuple[object, ...]]:
    """Read the read store."""
    with closing(sqlite3.connect(folder / "read.db")) as connection:
        return connection.execute(select).fetchall()


LETTERS = 'SELECT projection, "transaction", "row", failure FROM dead_letters'


async def halt(service: Service) -> None:
    """Let the picky projection halt at 0-3."""
    await service.bus.execute(happening(OPENED, ONE, UNLUCKY, ONE))
    await service.catch_up()
    assert await lag(service, "seen_v1") == (Position(0, 2), 2, FAILURE)


@in_a_loop
async def test_the_event_that_halts_a_projection_can_be_left_out_of_it(tmp_path: Path) -> None:
    async with serving(tmp_path, BANK) as service:
        await halt(service)

        assert await service.skip(Position(0, 3)) == ["seen_v1"]
        await service.catch_up()
        assert await lag(service, "seen_v1") == (Position(0, 4), 0, None)
        assert await lag(service) == (Position(0, 4), 0, None)

    assert rows(tmp_path, LETTERS) == [("seen_v1", 0, 3, FAILURE)]
    assert rows(tmp_path, "SELECT times FROM seen_v1") == [(2,)]
    assert rows(tmp_path, "SELECT balance FROM balances_v1") == [(15,)]


@pytest.mark.parametrize("position", [Position(0, row) for row in (0, 1, 2, 4, 5)])
@in_a_loop
async def test_no_other_event_can_be_left_out(tmp_path: Path, position: Position) -> None:
    async with serving(tmp_path, BANK) as service:
        await halt(service)

        assert await service.skip(position) == []
        assert await lag(service, "seen_v1") == (Position(0, 2), 2, FAILURE)
    assert rows(tmp_path, LETTERS) == []


@in_a_loop
async def test_nothing_is_left_out_of_a_projection_that_has_not_halted(tmp_path: Path) -> None:
    async with serving(tmp_path, BANK) as service:
        await service.bus.execute(happening(OPENED, ONE))

        assert await service.skip(Position(0, 1)) == []
        assert await lag(service, "seen_v1") == (BEGINNING, 2, None)


@in_a_loop
async def test_another_process_may_skip_what_has_just_halted(tmp_path: Path) -> None:
    async with serving(tmp_path, BANK, projecting=True) as running:
        await halt(running)
        async with serving(tmp_path, BANK) as other:
            assert await other.skip(Position(0, 3)) == ["seen_v1"]


@in_a_loop
async def test_a_rebuilt_projection_meets_again_what_was_left_out(tmp_path: Path) -> None:
    async with serving(tmp_path, BANK) as service:
        await halt(service)
        await service.skip(Position(0, 3))
        await service.catch_up()

        await service.rebuild("seen")
        assert await lag(service, "seen_v1") == (Position(0, 2), 2, FAILURE)
        assert rows(tmp_path, LETTERS) == []
        assert await service.skip(Position(0, 3)) == ["seen_v1"]
        assert len(rows(tmp_path, LETTERS)) == 1


@in_a_loop
async def test_an_event_that_no_class_reads_can_be_left_out_of_each(tmp_path: Path) -> None:
    events = (Opened, Deposited, Lost)
    async with serving(tmp_path, BANK) as service:
        async with serving(tmp_path, replace(BANK, events=events)) as later:
            await later.bus.execute(happening(OPENED, Lost(account=ACCOUNT)))
            await later.bus.execute(Open(owner="Ben"))
        await service.catch_up()
        assert sorted(await service.skip(Position(0, 2))) == ["balances_v1", "seen_v1"]
        await service.catch_up()
        assert [each.behind for each in (await service.status()).projections] == [0, 0]


def poison(shop: Shell) -> None:
    """Make the second event of two one that its class does not fit."""
    for name in ("Ann", "Ben"):
        assert run(shop, "execute", "CreateUser", ANN.replace("Ann", name))[0] == 0
    with closing(sqlite3.connect(shop.folder / "var/write.db")) as connection, connection:
        connection.execute("UPDATE journal SET body = '{}' WHERE row = 2")


def test_the_command_line_skips_where_a_projection_has_halted(shop: Shell) -> None:
    poison(shop)
    code, out, _ = run(shop, "project")
    assert code == 1
    assert "user_stats_v1  0-1  halted, 1 behind: UnknownEvent: Position 0-2" in out

    for wrong in ("0-1", "0-3"):
        assert run(shop, "project", "--skip", wrong) == (
            1,
            "",
            f"error: No projection has halted at {wrong}: `status` tells where they are\n",
        )
    skipped = "journal  0-2\nuser_stats_v1  0-2  up to date\n"
    assert run(shop, "project", "--skip", "0-2") == (0, skipped, "")


def test_the_command_line_wants_a_position_to_skip(shop: Shell) -> None:
    code, _, err = run(shop, "project", "--skip", "2")

    assert code == 2
    assert "`2` is not a position" in err
