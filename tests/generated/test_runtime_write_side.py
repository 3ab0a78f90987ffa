"""The write side of a generated project: a command is applied whole, or not at all."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from lab import (
    ACCOUNTS,
    DEPOSIT,
    OPEN,
    Decide,
    Deposit,
    Deposited,
    Open,
    Opened,
    accounts,
    in_a_loop,
    journal,
    serving,
)
from shop.cqrs import Ack, Conflict, InvalidReturn, Position, Refused, logs
from shop.cqrs.writing import runner
from sqlalchemy import delete

if TYPE_CHECKING:
    from pathlib import Path

    from shop.cqrs.writing import UnitOfWork

A, B = UUID(int=1), UUID(int=2)
EMPTY = delete(ACCOUNTS)


@in_a_loop
async def test_a_statement_and_an_event_are_applied_together(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        ack = await service.bus.execute(Open(owner="Ann"))

        assert await accounts(service) == [("Ann", 0)]
        assert journal(service) == [Opened(account=UUID(str(ack.id)), owner="Ann")]


@in_a_loop
async def test_statements_run_in_the_order_in_which_they_were_noted(tmp_path: Path) -> None:
    async def decide(uow: UnitOfWork) -> None:
        row = {"id": A, "owner": "Ann", "balance": 0}
        uow.execute(OPEN, row)
        uow.execute(DEPOSIT, {"account": A, "amount": 1})
        uow.execute(EMPTY)
        uow.execute(EMPTY)
        uow.execute(OPEN, row | {"owner": "Bob"})
        uow.execute(OPEN, {"id": B, "owner": "Cid", "balance": 7})

    async with serving(tmp_path) as service:
        await service.bus.execute(Decide(by=decide))

        assert await accounts(service) == [("Bob", 0), ("Cid", 7)]


@in_a_loop
async def test_a_run_of_one_statement_may_leave_a_column_out(tmp_path: Path) -> None:
    async def decide(uow: UnitOfWork) -> None:
        uow.execute(OPEN, {"id": A, "balance": 1})
        uow.execute(OPEN, {"id": B, "balance": 2, "owner": "Bob"})

    async with serving(tmp_path) as service:
        await service.bus.execute(Decide(by=decide))

        assert dict(await accounts(service)) == {None: 1, "Bob": 2}


@in_a_loop
async def test_parameters_are_noted_as_they_were(tmp_path: Path) -> None:
    async def decide(uow: UnitOfWork) -> None:
        row: dict[str, object] = {"balance": 0}
        for number, owner in enumerate(["Ann", "Bob"]):
            row |= {"id": UUID(int=number), "owner": owner}
            uow.execute(OPEN, row)

    async with serving(tmp_path) as service:
        await service.bus.execute(Decide(by=decide))

        assert await accounts(service) == [("Ann", 0), ("Bob", 0)]


@in_a_loop
async def test_the_events_of_a_command_stand_together_and_in_order(tmp_path: Path) -> None:
    def deposits(account: UUID) -> Decide:
        async def decide(uow: UnitOfWork) -> None:
            for amount in range(5):
                uow.record(Deposited(account=account, amount=amount))

        return Decide(by=decide)

    callers = [UUID(int=number) for number in range(32)]
    async with serving(tmp_path) as service:
        acks = await asyncio.gather(*(service.bus.execute(deposits(who)) for who in callers))
        events = journal(service)

    for who, ack in zip(callers, acks, strict=True):
        assert ack.position is not None
        end = ack.position.row
        assert events[end - 5 : end] == [Deposited(account=who, amount=n) for n in range(5)]


@in_a_loop
async def test_many_callers_at_once_are_all_answered_and_nothing_is_lost(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        opened = await service.bus.execute(Open(owner="Ann"))
        account = UUID(str(opened.id))

        async def caller() -> list[Ack]:
            return [
                await service.bus.execute(Deposit(account=account, amount=1)) for _ in range(20)
            ]

        acks = [
            ack for each in await asyncio.gather(*(caller() for _ in range(32))) for ack in each
        ]

        assert await accounts(service) == [("Ann", 640)]
        assert sorted(ack.position or () for ack in acks) == [(0, row) for row in range(2, 642)]
        assert len(journal(service)) == 641


@in_a_loop
async def test_a_refusal_leaves_nothing_behind(tmp_path: Path) -> None:
    async def decide(uow: UnitOfWork) -> None:
        uow.execute(OPEN, {"id": A, "owner": "Ann", "balance": 0})
        uow.record(Opened(account=A, owner="Ann"))
        raise Refused("We are closed")

    async with serving(tmp_path) as service:
        with pytest.raises(Refused, match="We are closed"):
            await service.bus.execute(Decide(by=decide))

        assert await accounts(service) == []
        assert journal(service) == []


@in_a_loop
@pytest.mark.parametrize("given_back", [True, {"id": 1}, [A], 1.5, Position(0, 1)], ids=str)
async def test_what_is_no_id_is_stopped_before_anything_is_applied(
    tmp_path: Path, given_back: object
) -> None:
    async def decide(uow: UnitOfWork) -> UUID:
        uow.record(Opened(account=A, owner="Ann"))
        return given_back  # type: ignore[return-value]  # planted

    async with serving(tmp_path) as service:
        with pytest.raises(InvalidReturn, match="`DecideHandler` gave back a"):
            await service.bus.execute(Decide(by=decide))

        assert journal(service) == []


@in_a_loop
async def test_rows_that_did_not_match_are_a_conflict_and_nothing_of_it_stays(
    tmp_path: Path,
) -> None:
    async def decide(uow: UnitOfWork) -> None:
        uow.execute(OPEN, {"id": A, "owner": "Ann", "balance": 0})
        uow.execute(DEPOSIT, {"account": B, "amount": 1}, rows=1)
        uow.record(Opened(account=A, owner="Ann"))

    async with serving(tmp_path) as service:
        with pytest.raises(Conflict, match="accounts has changed: 0 rows matched, not 1"):
            await service.bus.execute(Decide(by=decide))

        assert await accounts(service) == []
        assert journal(service) == []


@in_a_loop
async def test_each_statement_that_counts_its_rows_is_counted_alone(tmp_path: Path) -> None:
    async def decide(uow: UnitOfWork) -> None:
        uow.execute(OPEN, {"id": A, "owner": "Ann", "balance": 0}, rows=1)
        for account in (A, A):
            uow.execute(DEPOSIT, {"account": account, "amount": 1}, rows=1)

    async with serving(tmp_path) as service:
        await service.bus.execute(Decide(by=decide))

        assert await accounts(service) == [("Ann", 2)]


@in_a_loop
@pytest.mark.parametrize("taken", [{"id": A, "owner": "Bob"}, {"id": B, "owner": "Ann"}], ids=str)
async def test_what_is_taken_is_a_conflict_that_says_what(
    tmp_path: Path, taken: dict[str, object]
) -> None:
    async def first(uow: UnitOfWork) -> None:
        uow.execute(OPEN, {"id": A, "owner": "Ann", "balance": 0})

    async def second(uow: UnitOfWork) -> None:
        uow.execute(OPEN, {**taken, "balance": 0})
        uow.record(Opened(account=A, owner="Ann"))

    async with serving(tmp_path) as service:
        await service.bus.execute(Decide(by=first))
        with pytest.raises(Conflict, match=r"Taken already: UNIQUE constraint failed: accounts\."):
            await service.bus.execute(Decide(by=second))

        assert await accounts(service) == [("Ann", 0)]
        assert journal(service) == []


@in_a_loop
async def test_a_command_that_lost_a_race_is_decided_again_on_what_is_true_then(
    tmp_path: Path,
) -> None:
    units: list[UnitOfWork] = []

    async with serving(tmp_path) as service:

        async def decide(uow: UnitOfWork) -> str:
            units.append(uow)
            taken = {row.owner for row in await uow.fetch(EVERYBODY)}
            if len(units) == 1:
                await service.bus.execute(Open(owner="Ann"))  # it comes between
            owner = "Ann" if "Ann" not in taken else "Ann the Second"
            uow.execute(OPEN, {"id": A, "owner": owner, "balance": 0})
            uow.record(Opened(account=A, owner=owner))
            return owner

        ack = await service.bus.execute(Decide(by=decide))

        assert ack.id == "Ann the Second"
        assert len(units) == 2
        assert units[0] is not units[1]
        assert len(journal(service)) == 2


EVERYBODY = ACCOUNTS.select()


@in_a_loop
async def test_a_command_is_decided_so_often_and_then_the_caller_hears(tmp_path: Path) -> None:
    decided: list[UnitOfWork] = []

    async def decide(uow: UnitOfWork) -> None:
        decided.append(uow)
        raise Conflict("Not today")

    async with serving(tmp_path) as service:
        with pytest.raises(Conflict, match="Not today"):
            await service.bus.execute(Decide(by=decide))

    assert len(decided) == runner.ATTEMPTS == 10


@in_a_loop
async def test_between_two_decisions_there_is_a_pause_by_chance_that_grows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bounds: list[tuple[float, float]] = []

    def by_chance(least: float, most: float) -> float:
        bounds.append((least, most))
        return most

    async def decide(uow: UnitOfWork) -> None:  # noqa: ARG001
        raise Conflict("Not today")

    monkeypatch.setattr(random, "uniform", by_chance)

    async with serving(tmp_path) as service:
        began = time.monotonic()
        with pytest.raises(Conflict):
            await service.bus.execute(Decide(by=decide))
        took = time.monotonic() - began

    assert bounds == [(0, most) for most in (0.004, 0.008, 0.016, 0.032, 0.064, *[0.1] * 4)]
    assert took >= sum(most for _, most in bounds)


@in_a_loop
async def test_other_faults_are_not_tried_again(tmp_path: Path) -> None:
    decided: list[UnitOfWork] = []

    async def decide(uow: UnitOfWork) -> None:
        decided.append(uow)
        uow.execute(OPEN, {"id": A, "owner": "Ann", "balance": None})
        uow.record(Opened(account=A, owner="Ann"))

    async with serving(tmp_path) as service:
        with pytest.raises(Exception, match="NOT NULL constraint failed") as error:
            await service.bus.execute(Decide(by=decide))

        assert not isinstance(error.value, Refused)
        assert journal(service) == []
    assert len(decided) == 1


@in_a_loop
async def test_a_race_for_one_name_has_one_winner(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        answers = await asyncio.gather(
            *(service.bus.execute(Open(owner="Ann")) for _ in range(32)), return_exceptions=True
        )

        assert Counter(type(answer) for answer in answers) == {Ack: 1, Conflict: 31}
        assert await accounts(service) == [("Ann", 0)]
        assert len(journal(service)) == 1


@in_a_loop
async def test_a_decision_can_read_but_not_write(tmp_path: Path) -> None:
    async def decide(uow: UnitOfWork) -> None:
        await uow.fetch(OPEN.returning(ACCOUNTS.c.id), {"id": A, "owner": "x", "balance": 0})  # type: ignore[arg-type]  # planted

    async with serving(tmp_path) as service:
        with pytest.raises(Exception, match="not authorized"):
            await service.bus.execute(Decide(by=decide))

        assert await accounts(service) == []


@in_a_loop
async def test_an_event_knows_its_command_and_its_conversation(tmp_path: Path) -> None:
    conversation = uuid4()
    async with serving(tmp_path) as service:
        await service.bus.execute(Open(owner="Ann"))
        token = logs.correlation.set(conversation)
        await service.bus.execute(Open(owner="Bob"))
        await service.bus.execute(Open(owner="Cid"))
        logs.correlation.reset(token)
        ann, bob, cid = service.journal.read(Position(0, 0), 10)

    assert ann.origin.correlation_id == ann.origin.causation_id
    assert bob.origin.correlation_id == cid.origin.correlation_id == conversation
    assert len({each.origin.causation_id for each in (ann, bob, cid)}) == 3
    assert len({each.id for each in (ann, bob, cid)}) == 3
    assert ann.at <= bob.at <= cid.at
