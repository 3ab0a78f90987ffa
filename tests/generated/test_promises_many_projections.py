"""Many projections: they share what an event costs, and nothing else."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

import lab
import pytest
from lab import ENTRIES, Bank, Decide, Deposited, Open, Opened, before, in_a_loop, listening
from shop.cqrs import Event, Position
from shop.cqrs.messages import BEGINNING
from shop.cqrs.reading import Change, Projection, ReadModel, on
from shop.cqrs.timing import Timing
from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from shop.cqrs.journal import Recorded
    from shop.cqrs.service import Service
    from shop.cqrs.writing import UnitOfWork

serving = partial(lab.serving, timing=Timing(retries=(0.01, 0.01)))
"""Run a service that tries again at once what fails."""

ACCOUNT = UUID(int=1)
OPENED = Opened(account=ACCOUNT, owner="Ann")
ONE, UNLUCKY = (Deposited(account=ACCOUNT, amount=amount) for amount in (1, 13))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged(Event):
    account: UUID
    tags: list[str]


def counting(
    name: str, event_type: type[Event], spoil: Callable[[Any], int] = lambda _: 1
) -> type[Projection]:
    """Make a projection that counts the events of a type, or fails at them."""
    model = ReadModel(name, version=1, key={"account": UUID}, columns={"times": int})

    class Counting(Projection):
        read_model = model

        @on(event_type)
        def counted(self, recorded: Recorded[Any]) -> Iterator[Change]:
            times = spoil(recorded.event)
            yield model.upsert(key={"account": ACCOUNT}, add={"times": times})

    return Counting


def bank(*projections: type[Projection], events: tuple[type[Event], ...] = ()) -> Bank:
    """Make a bank of these projections."""
    known = (Opened, Deposited, *events)
    return Bank(events=known, projections=projections, queries=(), query_handlers=())


def happening(*events: Event) -> Decide:
    """Make a command that records events."""

    async def decide(uow: UnitOfWork) -> None:
        for event in events:
            uow.record(event)

    return Decide(by=decide)


async def standing(service: Service) -> dict[str, tuple[int, str | None]]:
    """Tell how far each projection has come, and why it halted if it has."""
    lags = (await service.status()).projections
    return {lag.projection: (lag.position.row, lag.failure) for lag in lags}


def times(service: Service, name: str) -> int | None:
    """Tell how often a projection has counted."""
    with service.engines.look_at_read.connect() as connection:
        found: int | None = connection.scalar(text(f"SELECT times FROM {name}_v1"))  # noqa: S608
    return found


@contextmanager
def counted(service: Service) -> Iterator[dict[str, int]]:
    """Count transactions of the read store, and readings of checkpoints and of the journal."""
    found = {"transactions": 0, "checkpoints": 0, "journal": 0}

    def count(what: str, *_: object) -> None:
        found[what] += 1

    engines = service.engines
    with (
        listening(engines.read, "begin", partial(count, "transactions")),
        before(engines.look_at_read, "FROM checkpoints", partial(count, "checkpoints")),
        before(engines.look_at_write, ENTRIES, partial(count, "journal")),
    ):
        yield found


@pytest.mark.parametrize("heard", [Opened, Deposited], ids=["all listen to it", "none does"])
@in_a_loop
async def test_an_event_is_as_many_readings_and_transactions_for_many_as_for_a_few(
    tmp_path: Path, heard: type[Event]
) -> None:
    costs = []
    for number in (2, 40):
        made = bank(*(counting(f"m{each}", heard) for each in range(number)))
        async with serving(tmp_path / str(number), made) as service:
            await service.catch_up()
            await service.bus.execute(Open(owner="Ann"))
            with counted(service) as found:
                await service.catch_up()
            assert {row for row, _ in (await standing(service)).values()} == {1}
            costs.append(found)

    assert costs[0] == costs[1]


@in_a_loop
async def test_the_furthest_of_many_is_where_the_journal_must_have_come_to(tmp_path: Path) -> None:
    names = ("m0", "m1", "m2")
    async with serving(tmp_path, bank(*(counting(name, Opened) for name in names))) as service:
        store = service.read_store
        assert store.furthest() == BEGINNING
        assert store.advance("m1_v1", BEGINNING, Position(0, 3), [])

        assert store.furthest() == Position(0, 3)


@in_a_loop
async def test_what_one_event_makes_of_many_is_cut_into_transactions_of_bounded_size(
    tmp_path: Path,
) -> None:
    made = bank(*(counting(f"m{each}", Deposited) for each in range(5)))
    async with serving(tmp_path, made) as service:
        await service.bus.execute(happening(*[ONE] * 600))
        with counted(service) as found:
            await service.catch_up()

        assert [times(service, f"m{each}") for each in range(5)] == [600] * 5
    resuming = 1
    assert found["transactions"] - resuming == 5


def _raise(event: Any) -> int:  # noqa: ANN401  whatever is listened to
    if event == UNLUCKY:
        raise ValueError("13 is unlucky")
    return 1


def _give_none(event: Any) -> Any:  # noqa: ANN401  a number, as it should be, or not
    return None if event == UNLUCKY else 1


@pytest.mark.parametrize("spoil", [_raise, _give_none], ids=["in its method", "in the store"])
@in_a_loop
async def test_one_that_fails_among_many_halts_alone(
    tmp_path: Path, spoil: Callable[[Any], int]
) -> None:
    good = [counting(f"good{each}", Deposited) for each in range(7)]
    made = bank(*good[:3], counting("bad", Deposited, spoil), *good[3:])
    async with serving(tmp_path, made) as service:
        await service.bus.execute(happening(OPENED, ONE, UNLUCKY, ONE))
        await service.catch_up()
        found = await standing(service)

        assert found.pop("bad_v1")[0] == 2
        assert set(found.values()) == {(4, None)}
        assert [times(service, f"good{each}") for each in range(7)] == [3] * 7
        assert times(service, "bad") == 1


@in_a_loop
async def test_those_that_fail_at_different_events_each_halt_at_their_own(tmp_path: Path) -> None:
    def failing_at(amount: int) -> Callable[[Any], int]:
        def spoil(event: Any) -> int:  # noqa: ANN401  whatever is listened to
            if event.amount == amount:
                raise ValueError(amount)
            return 1

        return spoil

    made = bank(*(counting(f"m{each}", Deposited, failing_at(each)) for each in range(6)))
    async with serving(tmp_path, made) as service:
        amounts = [Deposited(account=ACCOUNT, amount=each) for each in range(4)]
        await service.bus.execute(happening(*amounts))
        await service.catch_up()
        found = await standing(service)

    halted = {f"m{each}_v1": (each, f"ValueError: {each}") for each in range(4)}
    assert found == halted | {"m4_v1": (4, None), "m5_v1": (4, None)}


@in_a_loop
async def test_one_that_another_projector_holds_does_not_keep_its_neighbours(
    tmp_path: Path,
) -> None:
    made = bank(*(counting(f"m{each}", Opened) for each in range(4)))
    async with serving(tmp_path, made) as service, serving(tmp_path, made) as other:
        await service.bus.execute(happening(OPENED, OPENED))
        change = service.projections[2].read_model.upsert(
            key={"account": ACCOUNT}, add={"times": 1}
        )
        assert other.read_store.advance("m2_v1", BEGINNING, Position(0, 1), [change])
        together = ["m1_v1", "m2_v1"]
        assert not service.read_store.advance_together(together, BEGINNING, Position(0, 2), [])
        await service.catch_up()
        found = await standing(service)

    assert found == {"m0_v1": (2, None), "m1_v1": (2, None), "m2_v1": (1, None), "m3_v1": (2, None)}


@in_a_loop
async def test_a_lease_that_is_lost_at_the_last_moment_keeps_no_neighbour(
    tmp_path: Path,
) -> None:
    made = bank(*(counting(f"m{each}", Opened) for each in range(4)))
    async with serving(tmp_path, made) as service, serving(tmp_path, made) as other:
        await service.bus.execute(happening(OPENED))

        def meanwhile() -> None:
            other.read_store.advance("m2_v1", BEGINNING, Position(0, 1), [])

        with before(service.engines.look_at_write, ENTRIES, meanwhile):
            await service.catch_up()

        assert [times(service, f"m{each}") for each in range(4)] == [1, 1, None, 1]


@pytest.mark.parametrize("change", ["body = '{}'", "version = 7"])
@in_a_loop
async def test_an_event_that_cannot_be_read_is_nothing_to_those_that_do_not_listen_to_it(
    tmp_path: Path, change: str
) -> None:
    made = bank(counting("opened", Opened), counting("deposited", Deposited))
    async with serving(tmp_path, made) as service:
        await service.bus.execute(happening(OPENED, ONE, OPENED))
        with service.engines.write.begin() as connection:
            connection.execute(text(f"UPDATE journal SET {change} WHERE row = 2"))  # noqa: S608
        await service.catch_up()

        assert (await standing(service))["opened_v1"] == (3, None)
        assert times(service, "opened") == 2
        assert (await standing(service))["deposited_v1"][0] == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted(Event):
    """An event that notes whenever one is made, out of the journal too."""

    made: ClassVar[list[str]] = []
    text: str

    def __post_init__(self) -> None:
        self.made.append(self.text)


@pytest.mark.parametrize(("heard", "made"), [(Opened, []), (Noted, ["x", "y"])])
@in_a_loop
async def test_what_nobody_listens_to_is_not_decoded(
    tmp_path: Path, heard: type[Event], made: list[str]
) -> None:
    async with serving(tmp_path, bank(counting("heard", heard), events=(Noted,))) as service:
        await service.bus.execute(happening(Noted(text="x"), OPENED, Noted(text="y")))
        Noted.made.clear()
        await service.catch_up()

    assert Noted.made == made


@in_a_loop
async def test_events_of_several_kinds_come_in_the_order_of_the_journal(tmp_path: Path) -> None:
    seen: list[str] = []
    model = ReadModel("seen", version=1, key={"account": UUID}, columns={})

    class Seeing(Projection):
        read_model = model

        @on(Opened)
        def opened(self, recorded: Recorded[Opened]) -> Iterator[Change]:
            seen.append(type(recorded.event).__name__)
            return iter(())

        @on(Deposited)
        def deposited(self, recorded: Recorded[Deposited]) -> Iterator[Change]:
            seen.append(type(recorded.event).__name__)
            return iter(())

    events = [OPENED, ONE, ONE, OPENED, ONE, OPENED]
    async with serving(tmp_path, bank(Seeing)) as service:
        await service.bus.execute(happening(*events))
        await service.catch_up()

    assert seen == [type(event).__name__ for event in events]


@in_a_loop
async def test_what_one_does_to_the_event_that_it_is_given_no_other_sees(tmp_path: Path) -> None:
    def take(event: Tagged) -> int:
        found = len(event.tags)
        event.tags.clear()
        return found

    made = bank(*(counting(f"m{each}", Tagged, take) for each in range(3)), events=(Tagged,))
    async with serving(tmp_path, made) as service:
        await service.bus.execute(happening(Tagged(account=ACCOUNT, tags=["a", "b"])))
        await service.catch_up()

        assert [times(service, f"m{each}") for each in range(3)] == [2] * 3
