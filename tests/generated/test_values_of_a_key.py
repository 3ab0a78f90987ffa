"""An idempotency key is for one command: equal ones are the same, however they are spelled."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, make_dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, StrEnum
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import UUID

import pytest
from lab import Bank, in_a_loop, serving
from pydantic import BaseModel, SecretStr
from shop.cqrs import Ack, Command
from shop.cqrs.errors import KeyReused
from shop.cqrs.writing import CommandHandler, UnitOfWork, receipts
from shop.cqrs.writing.receipts import receipt_of
from sqlalchemy import update

TOKYO = timezone(timedelta(hours=9))


class Colour(Enum):
    RED = "red"


class Size(StrEnum):
    SMALL = "small"


@dataclass(frozen=True, slots=True)
class Cat:
    name: str


@dataclass(frozen=True, slots=True)
class Dog:
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    price: Decimal
    tags: frozenset[str] = frozenset()


class Model(BaseModel):
    price: Decimal


def digest(kind: Any, value: object) -> str:  # noqa: ANN401  a type, or an annotation
    """Tell a command with a field of a type from others."""
    command = make_dataclass("Send", [("value", kind)], bases=(Command,), frozen=True, kw_only=True)
    return receipt_of(command(value=value), "k").digest


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (Decimal, Decimal("1.10"), Decimal("1.1")),
        (Decimal, Decimal("1E+3"), Decimal(1000)),
        (Decimal, Decimal("-0.00"), Decimal(0)),
        (float, 0.0, -0.0),
        (float, 5, 5.0),
        (datetime, datetime(2024, 1, 1, 12, tzinfo=UTC), datetime(2024, 1, 1, 21, tzinfo=TOKYO)),
        (datetime, datetime.min.replace(tzinfo=UTC), datetime(1, 1, 1, 9, tzinfo=TOKYO)),
        (timedelta, timedelta(hours=24), timedelta(days=1)),
        (set[str], {"a", "b", "c", "d"}, {"d", "c", "b", "a"}),
        (set[Decimal], {Decimal("1.10")}, {Decimal("1.1")}),
        (dict[str, Any], {"a": 1, "b": [2]}, {"b": [2], "a": 1}),
        (dict[str, Any], {"a": {"b": 1, "c": 2.0}}, {"a": {"c": 2, "b": 1}}),
        (list[Line], [Line(Decimal("1.10"))], [Line(Decimal("1.1"))]),
        (Line, Line(Decimal(1), frozenset("ab")), Line(Decimal(1), frozenset("ba"))),
        (Model, Model(price=Decimal("1.10")), Model(price=Decimal("1.1"))),
        (str, Size.SMALL, "small"),
    ],
    ids=lambda each: "" if isinstance(each, set | frozenset) else str(each)[:40],
)
def test_equal_commands_are_the_same(kind: object, one: object, other: object) -> None:
    assert digest(kind, one) == digest(kind, other)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (
            Any,
            [1, "1", True, 1.5, None, "", [], {}, "None", "True", [1], ["1"], {"1": 1}, {"a": 1}],
        ),
        (Any, [["a", "b"], ["ab"], ["b", "a"], [["a"], "b"], ["a", ["b"]], [["a", "b"]]]),
        (Any, [{"a": 1, "b": 2}, {"a": 2, "b": 1}, {"a": {"b": 1}}, {"a": {}, "b": 1}]),
        (Any, [Decimal("0.1"), 0.1, 0.1 + 0.2, 0.3, 2**60, 2**60 + 1]),
        (Cat | Dog, [Cat("Tom"), Dog("Tom"), Cat("Rex")]),
        (Colour | str, [Colour.RED, "red"]),
        (UUID | str | bytes, [UUID(int=1), str(UUID(int=1)), b"1", "1"]),
        (date | time | str, [date(2024, 1, 1), time(0), "2024-01-01", "00:00:00"]),
        (datetime, [datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=TOKYO)]),
        (timedelta, [timedelta(seconds=1), timedelta(microseconds=1), -timedelta(seconds=1)]),
        (SecretStr, [SecretStr("one"), SecretStr("another")]),
        (PurePosixPath, [PurePosixPath("/a"), PurePosixPath("/b")]),
        (set[int], [{1, 2}, {1}, set()]),
        (str, ["a(1)b", "a", "a\0", "象"]),
    ],
    ids=lambda each: str(each)[:40],
)
def test_other_commands_are_others(kind: object, values: list[object]) -> None:
    assert len({digest(kind, value) for value in values}) == len(values)


HASHED = """\
from dataclasses import dataclass
from shop.cqrs import Command
from shop.cqrs.writing.receipts import receipt_of

@dataclass(frozen=True, slots=True, kw_only=True)
class Label(Command):
    labels: set[str]

print(receipt_of(Label(labels=set("the quick brown fox".split())), "k").digest)
"""


def test_a_set_is_the_same_in_every_process(tmp_path: Path) -> None:
    (tmp_path / "hashed.py").write_text(HASHED, encoding="utf-8")
    source = str(Path(__file__).parent / "src")
    told = {
        subprocess.run(
            (sys.executable, "hashed.py"),
            cwd=tmp_path,
            env={"PYTHONPATH": source, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }

    assert len(told) == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Command):
    customer: UUID
    price: Decimal
    due: datetime
    labels: dict[str, int]


class OrderHandler(CommandHandler[Order]):
    async def handle(self, command: Order, uow: UnitOfWork) -> UUID:  # noqa: ARG002
        return command.customer


ORDER = Order(
    customer=UUID(int=1),
    price=Decimal("1.10"),
    due=datetime(2024, 2, 29, 12, tzinfo=UTC),
    labels={"b": 2, "a": 1},
)
AS_0_3_WROTE_IT = "2821d151f60a993129f1dce81871a8f131d1934b5ef877198b62b8deff60b85b"
ORDERS = Bank(commands=(Order,), command_handlers=(OrderHandler,))


@in_a_loop
async def test_a_command_that_is_spelled_otherwise_gives_the_same_ack(tmp_path: Path) -> None:
    again = Order(
        customer=UUID(int=1),
        price=Decimal("1.1"),
        due=datetime(2024, 2, 29, 21, tzinfo=TOKYO),
        labels={"a": 1, "b": 2},
    )
    async with serving(tmp_path, ORDERS) as service:
        first = await service.bus.execute(ORDER, key="k")

        assert await service.bus.execute(again, key="k") == first


@in_a_loop
async def test_a_receipt_of_an_earlier_release_is_recognised(tmp_path: Path) -> None:
    other = Order(customer=UUID(int=2), price=Decimal(1), due=ORDER.due, labels={})
    async with serving(tmp_path, ORDERS) as service:
        first = await service.bus.execute(ORDER, key="k")
        with service.engines.write.begin() as connection:
            connection.execute(update(receipts.RECEIPTS).values(digest=AS_0_3_WROTE_IT))

        assert await service.bus.execute(ORDER, key="k") == first == Ack(UUID(int=1), None)
        with pytest.raises(KeyReused):
            await service.bus.execute(other, key="k")
