"""Many queries that wait: one look at the stores serves them all, and no position is made up."""

from __future__ import annotations

import asyncio
import threading
import time
from types import NoneType
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from lab import Balance, GetBalance, Open, in_a_loop, serving
from shop.cqrs import InvalidMessage, Position, StaleRead, StoreUnavailable
from shop.cqrs.reading.checkpoints import Checkpoint
from shop.cqrs.reading.freshness import Freshness, Standing
from shop.cqrs.timing import Timing
from test_http_api import asking as asking_by_http
from test_runtime_cli import NOBODY, run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from conftest import Shell

MANY = 300
BEYOND = [Position(0, 2), Position(0, 2**63 - 1), Position(0, 2**70), Position(1, 0)]


class Stores:
    """A read store whose projections move with every look, and a journal that ends somewhere."""

    def __init__(self, end: int) -> None:
        self.end = Position(0, end)
        self.looks = self.heads = self.at_once = self.most_at_once = 0
        self.error: Exception | None = None
        self._lock = threading.Lock()

    def checkpoints(self, _names: Sequence[str] | None = None) -> dict[str, Checkpoint]:
        with self._lock:
            self.looks += 1
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        time.sleep(0.01)
        with self._lock:
            self.at_once -= 1
        if self.error:
            raise self.error
        at = {"fast": Position(0, self.looks), "slow": Position(0, self.looks // 2)}
        return {name: Checkpoint(position, None, "", 0) for name, position in at.items()}

    def head(self) -> Position:
        self.heads += 1
        return self.end

    def freshness(self, patience: float = 30) -> Freshness:
        """Make what waits for them, and looks often."""
        often = Timing(poll=0.01)
        return Freshness(self, patience, self.head, often)  # type: ignore[arg-type]  # all it asks of one


@in_a_loop
async def test_one_look_serves_all_who_wait() -> None:
    stores = Stores(end=100)
    freshness = stores.freshness()
    names = (["fast"], ["slow"], ["fast", "slow"])
    await asyncio.gather(*(freshness.wait(names[n % 3], Position(0, 5)) for n in range(MANY)))

    assert (stores.looks, stores.most_at_once) == (10, 1)
    assert stores.heads <= stores.looks


@in_a_loop
async def test_nothing_is_looked_at_where_the_position_is_passed_or_nobody_waits() -> None:
    stores = Stores(end=100)
    freshness = stores.freshness()
    await freshness.wait(["fast"], Position(0, 3))
    looked = stores.looks
    for _ in range(MANY):
        await freshness.wait(["fast"], Position(0, 3))
    await asyncio.sleep(0.1)

    assert (stores.looks, stores.heads) == (looked, looked)
    assert len(asyncio.all_tasks()) == 1


@in_a_loop
async def test_who_leaves_early_leaves_the_others_waiting() -> None:
    stores = Stores(end=100)
    freshness = stores.freshness()
    waiting = [asyncio.create_task(freshness.wait(["fast"], Position(0, 9))) for _ in range(10)]
    await asyncio.sleep(0.02)
    for each in waiting[:5]:
        each.cancel()
    ended = await asyncio.gather(*waiting, return_exceptions=True)

    assert [isinstance(each, asyncio.CancelledError) for each in ended] == [True] * 5 + [False] * 5


@in_a_loop
async def test_who_has_no_patience_left_does_not_end_that_of_others() -> None:
    stores = Stores(end=100)
    freshness = stores.freshness()
    soon = asyncio.get_running_loop().time() + 0.01
    short = asyncio.create_task(freshness.wait(["slow"], Position(0, 9), soon))
    long = asyncio.create_task(freshness.wait(["slow"], Position(0, 9)))
    ended = await asyncio.gather(short, long, return_exceptions=True)

    assert isinstance(ended[0], StaleRead)
    assert isinstance(ended[1], dict)


@pytest.mark.parametrize(("reached", "comes"), [(4, StaleRead), (5, NoneType), (6, NoneType)])
def test_one_that_has_halted_past_the_position_does_not_end_the_wait_for_another(
    reached: int, comes: type
) -> None:
    halted = Checkpoint(Position(0, reached), "planted", "", 0)
    behind = Checkpoint(Position(0, 1), None, "", 0)
    standing = Standing.of(("halted", "behind"), {"halted": halted, "behind": behind})

    assert type(standing.outcome(Position(0, 5), head=Position(0, 9))) is comes


@in_a_loop
async def test_all_who_wait_are_told_if_the_stores_cannot_be_looked_at() -> None:
    stores = Stores(end=100)
    freshness = stores.freshness()
    stores.error = OSError("planted")
    waiting = (freshness.wait(["fast"], Position(0, 50)) for _ in range(MANY))
    ended = await asyncio.gather(*waiting, return_exceptions=True)

    assert {type(each) for each in ended} == {StoreUnavailable}
    stores.error = None
    await freshness.wait(["fast"], Position(0, stores.looks + 3))


@pytest.mark.parametrize("position", BEYOND, ids=str)
@in_a_loop
async def test_a_position_that_the_journal_has_not_assigned_is_refused_at_once(
    tmp_path: Path, position: Position
) -> None:
    async with serving(tmp_path, projecting=True, patience=3600) as service:
        await service.bus.execute(Open(owner="Ann"))
        with pytest.raises(InvalidMessage) as told:
            await service.bus.execute(GetBalance(account=uuid4()), after=position)

    assert told.value.faults == (f"after: {position} is not in the journal, which ends at 0-1",)


@in_a_loop
async def test_a_position_that_another_process_has_just_assigned_is_none_of_those(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path, projecting=True) as asking, serving(tmp_path) as other:
        for number in range(20):
            ack = await other.bus.execute(Open(owner=f"{number}"))
            asked = GetBalance(account=UUID(str(ack.id)))
            shown = await asking.bus.execute(asked, after=ack)
            assert shown == Balance(owner=f"{number}", balance=0)


@pytest.mark.parametrize("place", ["params", "headers"])
@pytest.mark.parametrize("position", BEYOND, ids=str)
@in_a_loop
async def test_over_http_it_is_unprocessable_and_named(
    tmp_path: Path, position: Position, place: str
) -> None:
    async with asking_by_http(tmp_path) as (client, _):
        await client.post("/commands/open", json={"owner": "Ann"})
        given: dict[str, Any] = {"params": {"account": str(uuid4())}}
        given.setdefault(place, {})["after"] = str(position)
        told = await client.get("/queries/get-balance", **given)

    assert told.status_code == 422
    assert told.json()["faults"] == [f"after: {position} is not in the journal, which ends at 0-1"]


@pytest.mark.parametrize("position", ["0-1", "0-99999999999999999999999", "7-0"])
def test_on_the_command_line_it_is_an_error(shop: Shell, position: str) -> None:
    told = f"after: {position} is not in the journal, which ends at 0-0"

    code, out, err = run(shop, "execute", "GetUserStats", NOBODY, "--after", position)

    assert (code, out, err) == (1, "", f"error: The query is not right:\n  - {told}\n")
