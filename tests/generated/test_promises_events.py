"""Events for years: what was recorded is read, whatever became of its class."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

import lab
import pytest
from lab import Bank, Decide, Deposited, Opened, in_a_loop, journal
from shop.cqrs import Event, WiringError
from shop.cqrs.messages import BEGINNING
from shop.cqrs.reading import Change, Projection, ReadModel, on
from shop.cqrs.timing import Timing
from test_runtime_projector import lag

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from shop.cqrs.journal import Recorded
    from shop.cqrs.writing import UnitOfWork

serving = partial(lab.serving, timing=Timing(retries=(0.01,)))
"""Run a service that tries again at once what fails."""

ACCOUNT = UUID(int=1)
ANY = ReadModel("any", version=1, key={"account": UUID}, columns={"times": int})


def bank(*events: type[Event]) -> Bank:
    """Make a bank of these events, with a projection that listens to one of them."""

    class Listens(Projection):
        read_model = ANY

        @on(events[0])
        def counted(self, recorded: Recorded[Any]) -> Iterator[Change]:
            yield ANY.upsert(key={"account": recorded.event.account}, add={"times": 1})

    return Bank(events=events, projections=(Listens,), queries=(), query_handlers=())


def happening(*events: Event) -> Decide:
    """Make a command that records events."""

    async def decide(uow: UnitOfWork) -> None:
        for event in events:
            uow.record(event)

    return Decide(by=decide)


async def recorded_once(folder: Path, event: Event) -> None:
    """Let an event be in the journal, by a release that knew it so."""
    async with serving(folder, bank(type(event))) as service:
        await service.bus.execute(happening(event))


async def failure(folder: Path, of: type[Event], event: Event) -> str:
    """Tell why a release with one event cannot project what another records meanwhile."""
    async with serving(folder, bank(of)) as service:
        await recorded_once(folder, event)
        await service.catch_up()
        position, behind, why = await lag(service, "any_v1")
    assert (position.row, behind) == (0, 1)
    return why or ""


def named(name: str, kept_as: str = "", place: str = "shop.cqrs.messages") -> type[Event]:
    """Make a class of events with an account and an amount, of any name and at any place."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Renamed(Event):
        NAME: ClassVar[str] = kept_as
        account: UUID
        amount: int

    Renamed.__name__ = Renamed.__qualname__ = name
    Renamed.__module__ = place
    return Renamed


@in_a_loop
async def test_an_event_is_read_after_its_class_was_renamed_and_moved(tmp_path: Path) -> None:
    await recorded_once(tmp_path, Deposited(account=ACCOUNT, amount=5))
    renamed: Any = named("MoneyPaidIn", kept_as="Deposited")
    async with serving(tmp_path, bank(renamed)) as service:
        await service.bus.execute(happening(renamed(account=ACCOUNT, amount=6)))
        await service.catch_up()

        assert journal(service) == [renamed(account=ACCOUNT, amount=n) for n in (5, 6)]
        assert await lag(service, "any_v1") == (service.journal.head(), 0, None)


@in_a_loop
async def test_an_event_that_was_renamed_elsewhere_meanwhile_halts(tmp_path: Path) -> None:
    recorded = Deposited(account=ACCOUNT, amount=5)

    assert 'by `NAME = "Deposited"`' in await failure(tmp_path, named("MoneyPaidIn"), recorded)


def test_two_classes_of_one_name_are_a_fault(tmp_path: Path) -> None:
    with pytest.raises(WiringError, match="2 classes have the event name `Opened`"):
        bank(Opened, named("OpenedAgain", kept_as="Opened")).service(tmp_path)
    with pytest.raises(WiringError, match="2 classes have the event name `x`"):
        bank(named("One", kept_as="x"), named("Two", kept_as="x")).service(tmp_path)


@dataclass(frozen=True, slots=True, kw_only=True)
class First(Event):
    NAME: ClassVar[str] = "paid"
    account: UUID
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Second(Event):
    """Its amount is in cents."""

    NAME: ClassVar[str] = "paid"
    VERSION: ClassVar[int] = 2
    account: UUID
    cents: int

    @classmethod
    def upcast(cls, version: int, body: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG003
        return {"account": body["account"], "cents": body["amount"] * 100}


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgetful(Event):
    """It does not know how it was before."""

    NAME: ClassVar[str] = "paid"
    VERSION: ClassVar[int] = 2
    account: UUID
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Third(Event):
    """It knows its currency, and keeps a seal."""

    NAME: ClassVar[str] = "paid"
    VERSION: ClassVar[int] = 3
    account: UUID
    sum: Decimal
    currency: str
    seal: bytes

    @classmethod
    def upcast(cls, version: int, body: dict[str, Any]) -> dict[str, Any]:
        if version == 1:
            return {"account": body["account"], "cents": body["amount"] * 100}
        whole = Decimal(body["cents"]) / 100
        return {"account": body["account"], "sum": whole, "currency": "EUR", "seal": b"\xff"}


@in_a_loop
async def test_what_was_recorded_in_older_versions_is_brought_forward(tmp_path: Path) -> None:
    await recorded_once(tmp_path, First(account=ACCOUNT, amount=3))
    await recorded_once(tmp_path, Second(account=ACCOUNT, cents=250))
    async with serving(tmp_path, bank(Third)) as service:
        new = Third(account=ACCOUNT, sum=Decimal(1), currency="CHF", seal=b"\x00")
        await service.bus.execute(happening(new))
        await service.catch_up()

        sums = [Decimal(3), Decimal("2.5")]
        old = [Third(account=ACCOUNT, sum=s, currency="EUR", seal=b"\xff") for s in sums]
        assert journal(service) == [*old, new]
        assert (await lag(service, "any_v1"))[1:] == (0, None)


@in_a_loop
async def test_a_version_that_nothing_brings_forward_halts_and_says_what_to_do(
    tmp_path: Path,
) -> None:
    recorded = First(account=ACCOUNT, amount=3)

    assert await failure(tmp_path, Forgetful, recorded) == (
        "UnknownEvent: Position 0-1 cannot be read: "
        "`Forgetful` does not read its version 1: override `upcast` to bring it forward"
    )


@in_a_loop
async def test_a_version_of_a_later_release_halts_and_says_so(tmp_path: Path) -> None:
    recorded = Second(account=ACCOUNT, cents=3)

    assert await failure(tmp_path, First, recorded) == (
        "UnknownEvent: Position 0-1 cannot be read: "
        "`paid` was recorded in version 2 by a later release: run that one here too"
    )


@in_a_loop
async def test_an_upcast_that_fails_names_its_event_and_its_place(tmp_path: Path) -> None:
    class Broken(Third):
        __slots__ = ()

        @classmethod
        def upcast(cls, version: int, body: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG003
            return {"sum": body["amount"]}

    recorded = Second(account=ACCOUNT, cents=3)

    assert await failure(tmp_path, Broken, recorded) == (
        "UnknownEvent: Position 0-1 cannot be read: "
        "`paid.upcast` cannot bring version 2 forward: KeyError('amount')"
    )


@in_a_loop
async def test_what_was_brought_forward_must_fit_the_class(tmp_path: Path) -> None:
    class Broken(Third):
        __slots__ = ()

        @classmethod
        def upcast(cls, version: int, body: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG003
            return body

    told = await failure(tmp_path, Broken, Second(account=ACCOUNT, cents=3))

    assert "the class `paid` does not fit what was recorded" in told


@in_a_loop
async def test_an_event_tells_where_it_came_from(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        opened = Opened(account=ACCOUNT, owner="Ann")
        for _ in range(2):
            await service.bus.execute(happening(opened, opened))
        one, two, three, _ = service.journal.read(BEGINNING, 10)

    assert one.origin == two.origin != three.origin
    assert one.id != two.id
    assert one.at.utcoffset().total_seconds() == 0  # type: ignore[union-attr]
    assert one.origin.causation_id == one.origin.correlation_id
