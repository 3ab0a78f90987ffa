"""Idempotency keys: a command that comes with one is decided once, for as long as it is kept."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from lab import OPEN, Bank, Open, Opened, OpenHandler, accounts, in_a_loop, journal, serving
from shop.cqrs import Ack, Command, Conflict, Id, Refused
from shop.cqrs.errors import KeyReused
from shop.cqrs.journal import Origin
from shop.cqrs.writing import CommandHandler, UnitOfWork, receipts
from shop.cqrs.writing.unit_of_work import Effects
from sqlalchemy import func, select, update

if TYPE_CHECKING:
    from pathlib import Path

    from shop.cqrs.service import Service

COUNT = select(func.count()).select_from(receipts.RECEIPTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch(Command):
    """A command that records nothing, and gives back what it was given."""

    given_back: str
    labels: dict[str, int]


class TouchHandler(CommandHandler[Touch]):
    decided = 0

    async def handle(self, command: Touch, uow: UnitOfWork) -> Id | None:  # noqa: ARG002
        TouchHandler.decided += 1
        given_back: dict[str, Id] = {"uuid": UUID(int=7), "text": str(UUID(int=7)), "number": 7}
        return given_back.get(command.given_back)


TURN = itertools.count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Take(Command):
    """A command whose handler looks for itself whether a name is taken."""

    owner: str


class TakeHandler(CommandHandler[Take]):
    async def handle(self, command: Take, uow: UnitOfWork) -> UUID:
        await asyncio.sleep(0.01 * next(TURN))  # the later ones see what the first has done
        taken = await uow.fetch(select(OPEN.table.c.owner))
        if (command.owner,) in taken:
            raise Refused(f"{command.owner} is taken")
        account = uuid4()
        uow.execute(OPEN, {"id": account, "owner": command.owner, "balance": 0})
        uow.record(Opened(account=account, owner=command.owner))
        return account


@dataclass(frozen=True, slots=True, kw_only=True)
class Meet(Command):
    """A command that two send at once: each is decided before the other is applied."""

    owner: str


class MeetHandler(CommandHandler[Meet]):
    both: asyncio.Barrier

    async def handle(self, command: Meet, uow: UnitOfWork) -> UUID:
        await MeetHandler.both.wait()
        account = uuid4()
        uow.execute(OPEN, {"id": account, "owner": command.owner, "balance": 0})
        uow.record(Opened(account=account, owner=command.owner))
        return account


BANK = Bank(
    commands=(Open, Touch, Take, Meet),
    command_handlers=(OpenHandler, TouchHandler, TakeHandler, MeetHandler),
)
ANN = Open(owner="Ann")
BEN = Open(owner="Ben")


DAY = timedelta(days=1)
MOMENT = timedelta(minutes=1)


def age(service: Service, key: str, by: timedelta) -> None:
    """Let a key have come so long ago."""
    of_key = receipts.RECEIPTS.c.key == key
    with service.engines.write.begin() as connection:
        at = datetime.now(UTC) - by
        connection.execute(update(receipts.RECEIPTS).where(of_key).values(at=at))


async def kept(service: Service) -> int:
    """Count the receipts."""
    [(count,)] = await service.write_store.fetch(COUNT, {})
    return int(count)


@in_a_loop
async def test_the_same_key_gives_the_same_ack_and_does_nothing(tmp_path: Path) -> None:
    async with serving(tmp_path, BANK) as service:
        first = await service.bus.execute(ANN, key="k")
        again = await service.bus.execute(ANN, key="k")

        assert again == first
        assert len(journal(service)) == 1


@in_a_loop
async def test_the_same_key_gives_the_same_ack_after_a_restart(tmp_path: Path) -> None:
    async with serving(tmp_path, BANK) as service:
        first = await service.bus.execute(ANN, key="k")
        await service.bus.execute(BEN)
    async with serving(tmp_path, BANK) as service:
        assert await service.bus.execute(ANN, key="k") == first
        assert len(journal(service)) == 2


@pytest.mark.parametrize("command", [ANN, Take(owner="Ann")], ids=["a race", "a refusal"])
@in_a_loop
async def test_twenty_sends_at_once_are_one_command(tmp_path: Path, command: Command) -> None:
    async with serving(tmp_path, BANK) as one, serving(tmp_path, BANK) as other:
        sent = [each.bus.execute(command, key="k") for each in (one, other) for _ in range(10)]
        acks = await asyncio.gather(*sent)

        assert len(set(acks)) == 1
        assert len(journal(one)) == 1
        assert await accounts(one) == [("Ann", 0)]


@in_a_loop
async def test_a_key_that_comes_with_another_command_is_refused(tmp_path: Path) -> None:
    async with serving(tmp_path, BANK) as service:
        await service.bus.execute(ANN, key="k")

        with pytest.raises(KeyReused, match="The key `k` came before, with another command"):
            await service.bus.execute(BEN, key="k")
        with pytest.raises(KeyReused):  # the same fields, in a command of another type
            await service.bus.execute(Take(owner="Ann"), key="k")
        assert await accounts(service) == [("Ann", 0)]
        assert len(journal(service)) == 1


@in_a_loop
async def test_of_two_commands_at_once_with_one_key_one_is_refused(tmp_path: Path) -> None:
    MeetHandler.both = asyncio.Barrier(2)
    async with serving(tmp_path, BANK) as service:
        told = await asyncio.gather(
            *(service.bus.execute(Meet(owner=each), key="k") for each in ("Ann", "Ben")),
            return_exceptions=True,
        )

        assert {type(each) for each in told} == {Ack, KeyReused}
        assert len(journal(service)) == len(await accounts(service)) == 1


@pytest.mark.parametrize(
    ("given_back", "expected"),
    [("uuid", UUID(int=7)), ("text", str(UUID(int=7))), ("number", 7), ("nothing", None)],
)
@in_a_loop
async def test_a_command_without_events_is_decided_once_too(
    tmp_path: Path, given_back: str, expected: Id | None
) -> None:
    command = Touch(given_back=given_back, labels={})
    TouchHandler.decided = 0
    async with serving(tmp_path, BANK) as service:
        acks = [await service.bus.execute(command, key="k") for _ in range(2)]

    assert acks == [Ack(expected, None)] * 2
    assert [type(ack.id) for ack in acks] == [type(expected)] * 2
    assert TouchHandler.decided == 1


@in_a_loop
async def test_the_order_of_a_mapping_does_not_make_another_command(tmp_path: Path) -> None:
    async with serving(tmp_path, BANK) as service:
        first = Touch(given_back="number", labels={"a": 1, "b": 2})
        again = Touch(given_back="number", labels={"b": 2, "a": 1})

        assert await service.bus.execute(first, key="k") == await service.bus.execute(
            again, key="k"
        )


@in_a_loop
async def test_a_key_that_has_expired_is_decided_anew(tmp_path: Path) -> None:
    async with serving(tmp_path, BANK) as service:
        first = await service.bus.execute(ANN, key="k")
        age(service, "k", DAY - MOMENT)
        assert await service.bus.execute(ANN, key="k") == first
        age(service, "k", DAY + MOMENT)
        second = await service.bus.execute(BEN, key="k")

        assert len(journal(service)) == 2
        assert await service.bus.execute(BEN, key="k") == second
        with pytest.raises(KeyReused):
            await service.bus.execute(ANN, key="k")


@in_a_loop
async def test_pruning_forgets_what_has_expired_and_nothing_else(tmp_path: Path) -> None:
    async with serving(tmp_path, BANK) as service:
        await service.bus.execute(ANN, key="old")
        await service.bus.execute(BEN, key="new")
        age(service, "old", DAY + MOMENT)
        age(service, "new", DAY - MOMENT)
        pruned = await service.prune()

        assert pruned.keys == 1
        with pytest.raises(KeyReused):
            await service.bus.execute(ANN, key="new")
        assert (await service.prune()).keys == 0
        assert await kept(service) == 1


@in_a_loop
async def test_a_command_that_fails_leaves_no_receipt(tmp_path: Path) -> None:
    async with serving(tmp_path, BANK) as service:
        await service.bus.execute(ANN)
        for command in (ANN, Take(owner="Ann")):
            with pytest.raises(Refused):
                await service.bus.execute(command, key="k")

        assert await kept(service) == 0
        assert isinstance(await service.bus.execute(BEN, key="k"), Ack)


@in_a_loop
async def test_a_conflict_on_something_else_is_not_taken_for_an_ack(tmp_path: Path) -> None:
    async with serving(tmp_path, BANK) as service:
        await service.bus.execute(ANN, key="first")

        with pytest.raises(Conflict, match=r"accounts\.owner"):
            await service.bus.execute(ANN, key="second")
        assert await kept(service) == 1
        assert len(journal(service)) == 1


@in_a_loop
async def test_a_key_that_is_kept_is_not_written_over(tmp_path: Path) -> None:
    nothing, origin = Effects((), ()), Origin(UUID(int=1), UUID(int=1))
    async with serving(tmp_path, BANK) as service:
        await service.write_store.apply(nothing, origin, receipts.receipt_of(ANN, "k"))

        with pytest.raises(Conflict, match="receipts has changed"):
            await service.write_store.apply(nothing, origin, receipts.receipt_of(BEN, "k"))
