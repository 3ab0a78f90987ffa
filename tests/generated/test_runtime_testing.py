"""What a generated project's own tests are made with: samples, and given, when, then."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, NewType, Optional
from uuid import UUID

import pytest
from lab import (
    BALANCES,
    Balance,
    Balances,
    Bank,
    Deposit,
    Deposited,
    GetBalance,
    Open,
    Opened,
    OpenHandler,
)
from pydantic import BaseModel, Field
from shop.cqrs import Position, Refused
from shop.cqrs.reading import Change, on
from shop.cqrs.samples import SAMPLES, sample
from shop.cqrs.testing import Scenario
from shop.cqrs.timing import Timing
from typing_extensions import TypeAliasType

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from shop.cqrs.journal import Recorded

ACCOUNT = UUID(int=1)
OPENED = Opened(account=ACCOUNT, owner="Ann")

UserId = NewType("UserId", UUID)
Names = TypeAliasType("Names", list[str])


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Model(BaseModel):
    kinds: ClassVar[int] = 1
    count: int
    note: str | None


@dataclass(frozen=True, slots=True)
class Money:
    smallest: ClassVar[int] = 1
    amount: Decimal
    colour: Colour


WANTED: list[Any] = [
    *SAMPLES,
    UserId,
    Names,
    Colour,
    Money,
    Model,
    int | None,
    Optional[UUID],  # noqa: UP045  as people still write it
    Literal["a", "b"],
    Annotated[int, Field(ge=1)],
    Annotated[UserId, "whose"],
    list[Money],
    dict[str, list[int]],
    set[int],
    frozenset[str],
]


@pytest.mark.parametrize("wanted", WANTED, ids=str)
def test_a_sample_is_the_same_each_time_and_another_for_another_number(
    wanted: type,
) -> None:
    assert sample(wanted) == sample(wanted, 0)
    assert sample(wanted) != sample(wanted, 1)


def test_a_sample_is_of_its_type() -> None:
    for wanted in (*SAMPLES, Colour, Money, Model):
        assert type(sample(wanted)) is wanted
    assert sample(list[Money]) == [sample(Money)]
    assert sample(dict[str, int]) == {sample(str): sample(int)}
    assert sample(UserId) == sample(UUID)


def test_what_there_is_no_sample_of_is_told_and_can_be_taught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(TypeError, match=r"add `SAMPLES\[complex\] = lambda number: …`"):
        sample(complex)
    with pytest.raises(TypeError, match=r"add `SAMPLES\[type\[int\]\] = lambda number: …`"):
        sample(type[int])  # type: ignore[arg-type]  # no class

    monkeypatch.setitem(SAMPLES, Money, lambda number: Money(Decimal(number), Colour.BLUE))
    assert sample(list[Money], 3) == [Money(Decimal(3), Colour.BLUE)]


@pytest.fixture
def scenario(tmp_path: Path) -> Iterator[Scenario]:
    """Give the test a scenario of the bank."""
    with Scenario(lambda: Bank().service(tmp_path, patience=0)) as scenario:
        yield scenario


def test_given_when_then(scenario: Scenario) -> None:
    scenario.given(OPENED)
    ack = scenario.when(Open(owner="Bob"))
    assert ack.position == Position(0, 2)

    scenario.then(Opened(account=UUID(str(ack.id)), owner="Bob"))
    for other in ([], [OPENED], [OPENED, OPENED]):
        with pytest.raises(AssertionError, match=r"Recorded: .*Bob"):
            scenario.then(*other)


def test_what_was_given_is_projected_unless_a_test_says_otherwise(scenario: Scenario) -> None:
    scenario.given(OPENED)
    scenario.given(Deposited(account=ACCOUNT, amount=5), projected=False)
    assert scenario.ask(GetBalance(account=ACCOUNT)) == Balance(owner="Ann", balance=0)

    scenario.project()
    assert scenario.ask(GetBalance(account=ACCOUNT)) == Balance(owner="Ann", balance=5, deposits=1)
    assert scenario.latest.event == Deposited(account=ACCOUNT, amount=5)


def test_a_refusal_is_rehearsed(scenario: Scenario) -> None:
    before = scenario.contents()

    with pytest.raises(Refused, match="A rehearsed refusal"):
        scenario.refuse(Open(owner="Ann"))

    assert scenario.contents() == before


def test_the_contents_of_both_stores_tell_of_every_change(scenario: Scenario) -> None:
    seen = [scenario.contents()]
    scenario.decide(OpenHandler(), Open(owner="Ann"))
    seen.append(scenario.contents())
    scenario.project()
    seen.append(scenario.contents())

    assert seen[0]["write.accounts"] == []
    assert len(seen[1]["write.accounts"]) == len(seen[1]["write.journal"]) == 1
    assert seen[1]["read.balances_v1"] == []
    assert len(seen[2]["read.balances_v1"]) == 1


def test_what_is_delivered_again_changes_nothing(scenario: Scenario) -> None:
    scenario.given(OPENED, Deposited(account=ACCOUNT, amount=5))
    scenario.redeliver()

    assert scenario.rows(BALANCES) == [
        {"account": ACCOUNT, "owner": "Ann", "balance": 5, "deposits": 1}
    ]


class Failing(Balances):
    """A projection that fails at every deposit."""

    @on(Deposited)
    def deposited(self, recorded: Recorded[Deposited]) -> Iterator[Change]:
        raise ZeroDivisionError(recorded.position)


def test_a_projection_that_halts_fails_the_test(tmp_path: Path) -> None:
    bank = Bank(projections=(Failing,), queries=(), query_handlers=())
    scenario = Scenario(lambda: bank.service(tmp_path, timing=Timing(retries=())))

    with scenario, pytest.raises(AssertionError, match="ZeroDivisionError"):
        scenario.given(Deposited(account=ACCOUNT, amount=5))


def test_a_scenario_that_could_not_start_leaves_no_loop_open(tmp_path: Path) -> None:
    (tmp_path / "read.db").mkdir()

    with (
        pytest.raises(Exception, match="is out of reach"),
        Scenario(lambda: Bank().service(tmp_path)),
    ):
        pytest.fail("it started")


def test_a_command_that_fails_in_a_scenario_fails_as_it_would(scenario: Scenario) -> None:
    with pytest.raises(Refused, match="0 rows matched"):
        scenario.when(Deposit(account=ACCOUNT, amount=1))
