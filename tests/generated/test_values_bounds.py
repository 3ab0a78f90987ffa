"""Values that no store can hold are refused where they enter, and where they are recorded."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, make_dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, NewType
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from lab import ACCOUNTS, OPEN, Decide, Opened, accounts, in_a_loop, journal, serving
from pydantic import AfterValidator, BaseModel, Field, SecretStr
from pydantic_core import core_schema
from shop.cqrs import Command, Event, InvalidEvent, InvalidMessage, InvalidParameter, Query
from shop.cqrs.codec import Codec, Encoded
from shop.cqrs.edge import read_message
from shop.cqrs.reading import Paging, Reader
from sqlalchemy import bindparam, insert, select

if TYPE_CHECKING:
    from pathlib import Path

    from shop.cqrs.writing import UnitOfWork

MOST_INT = 2**63 - 1
WEST = timezone(-timedelta(hours=5))
EAST = timezone(timedelta(hours=5))
BERLIN = ZoneInfo("Europe/Berlin")

Amount = NewType("Amount", int)
Score = Annotated[int, Field(ge=0)]
Zoned = Annotated[datetime, AfterValidator(lambda at: at.replace(tzinfo=UTC))]
Unzoned = Annotated[datetime, AfterValidator(lambda at: at.replace(tzinfo=None))]


class Colour(Enum):
    RED = "red"


class Size(StrEnum):
    SMALL = "small"


class Level(IntEnum):
    LOW = 1


@dataclass(frozen=True, slots=True)
class Payment:
    amount: int


@dataclass(frozen=True, slots=True)
class CardPayment(Payment):
    card: str = "1234"


@dataclass(frozen=True, slots=True)
class Cat:
    name: str


@dataclass(frozen=True, slots=True)
class Dog:
    name: str


class Model(BaseModel):
    amount: int = 0


class Submodel(Model):
    lost: int = 0


class Point(NamedTuple):
    x: int
    y: int


class AClock(datetime):
    """A datetime of a test's own, as freezegun has it."""


class AnId(UUID):
    """An ID of a library's own, as uuid6 has it."""


class AName(str):
    __slots__ = ()


class Plain:
    """A type of somebody's own that says nothing about equality."""

    def __repr__(self) -> str:
        return "Plain()"

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, handler: Any) -> Any:  # noqa: ANN401
        return core_schema.no_info_after_validator_function(
            lambda _text: cls(),
            handler(str),
            serialization=core_schema.plain_serializer_function_ser_schema(lambda _: "plain"),
        )


def sends(kind: Any) -> type[Any]:  # noqa: ANN401  a type, or an annotation
    """Make a command with a field of a type."""
    return make_dataclass("Send", [("value", kind)], bases=(Command,), frozen=True, kw_only=True)


def records(kind: Any) -> type[Any]:  # noqa: ANN401
    """Make an event with a field of a type."""
    return make_dataclass("Stated", [("value", kind)], bases=(Event,), frozen=True, kw_only=True)


INT = "an integer has at most 64 bits"
NUMBER = "a number must be finite"
NAN = "NaN cannot be stored"
TEXT = "text must not contain the NUL character"
DIGITS = "a decimal has at most 400 digits on either side of its point"
YEARS = "a datetime must be within the years 1 to 9999 in UTC"
OFFSET = "a time must not have a UTC offset"
DAYS = "a duration must be within -719162 and 2932896 days"
DEEP = "it is nested more than 100 levels deep"


@pytest.mark.parametrize(
    ("kind", "text", "fault"),
    [
        (int, str(MOST_INT + 1), f"value: {INT}"),
        (int, str(-MOST_INT - 2), f"value: {INT}"),
        (Amount, str(2**64), f"value: {INT}"),
        (Score, str(2**64), f"value: {INT}"),
        (int | None, str(2**64), f"value: {INT}"),
        (int | str, str(2**64), f"value: {INT}"),
        (float, "NaN", f"value: {NUMBER}"),
        (float, "-Infinity", f"value: {NUMBER}"),
        (float, "1e999", f"value: {NUMBER}"),
        (str, r'"a\u0000b"', f"value: {TEXT}"),
        (datetime, '"9999-12-31T23:59:59-05:00"', f"value: {YEARS}"),
        (datetime, '"0001-01-01T00:00:00+05:00"', f"value: {YEARS}"),
        (timedelta, '"P3000000D"', f"value: {DAYS}"),
        (timedelta, '"-P719163D"', f"value: {DAYS}"),
        (timedelta, '"-P999999999DT1S"', "value: it is out of range"),
        (list[timedelta], '["-P999999999DT1S"]', "value: it is out of range"),
        (time, '"12:00:00Z"', f"value: {OFFSET}"),
        (Decimal, '"1E+1000000"', f"value: {DIGITS}"),
        (Decimal, '"1E-401"', f"value: {DIGITS}"),
        (Decimal, '"0E+5000"', f"value: {DIGITS}"),
        (Decimal, f'"1{"0" * 400}"', f"value: {DIGITS}"),
        (list[int], f"[1, {2**63}]", f"value.1: {INT}"),
        (set[Decimal], '["1E+400"]', f"value.1E+400: {DIGITS}"),
        (tuple[int, float], "[1, NaN]", f"value.1: {NUMBER}"),
        (dict[str, int], f'{{"a": {2**63}}}', f"value.a: {INT}"),
        (dict[int, str], f'{{"{2**63}": "a"}}', f"value.{2**63}: {INT}"),
        (dict[str, Any], '{"a": {"b": [1e999]}}', f"value.a.b.0: {NUMBER}"),
        (dict, f'{{"a": {2**63}}}', f"value.a: {INT}"),
        (Any, r'["\u0000"]', f"value.0: {TEXT}"),
        (Payment, f'{{"amount": {2**63}}}', f"value.amount: {INT}"),
        (list[Payment], f'[{{"amount": {2**63}}}]', f"value.0.amount: {INT}"),
        (Model, f'{{"amount": {2**63}}}', f"value.amount: {INT}"),
        (Cat | Payment, f'{{"amount": {2**63}}}', f"value.amount: {INT}"),
        (Any, "[" * 120 + "]" * 120, f"value: {DEEP}"),
    ],
    ids=lambda each: str(each)[:40],
)
def test_what_no_store_can_hold_is_refused_where_it_enters(
    kind: object, text: str, fault: str
) -> None:
    with pytest.raises(InvalidMessage) as error:
        read_message(sends(kind), f'{{"value": {text}}}')

    assert error.value.faults == (fault,)


def test_every_field_that_does_not_fit_is_told() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Send(Command):
        count: int
        ratio: float
        until: datetime

    body = f'{{"count": {2**63}, "ratio": NaN, "until": "9999-12-31T23:59:59-05:00"}}'
    with pytest.raises(InvalidMessage) as error:
        read_message(Send, body)

    assert error.value.faults == (f"count: {INT}", f"ratio: {NUMBER}", f"until: {YEARS}")


def test_every_field_that_does_not_fit_is_told_beside_a_duration_without_bounds() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Send(Command):
        count: int
        lasts: timedelta
        name: str = ""

    body = f'{{"count": {2**63}, "lasts": "-P999999999DT1S", "name": "a"}}'
    with pytest.raises(InvalidMessage) as error:
        read_message(Send, body)

    assert error.value.faults == (f"count: {INT}", "lasts: it is out of range")


def test_a_default_may_be_what_nobody_could_send() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Find(Query[int]):
        below: float = float("inf")

    assert read_message(Find, "{}").below == float("inf")
    with pytest.raises(InvalidMessage, match=f"below: {NUMBER}"):
        read_message(Find, '{"below": Infinity}')


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (int, MOST_INT),
        (int, -MOST_INT - 1),
        (float, float("inf")),
        (float, 5),
        (Decimal, Decimal("9" * 400 + "." + "9" * 400)),
        (Decimal, Decimal("1E-400")),
        (datetime, datetime.max.replace(tzinfo=UTC)),
        (datetime, datetime.min.replace(tzinfo=UTC)),
        (datetime, datetime.min),  # noqa: DTZ901  taken to be UTC
        (datetime, datetime(9999, 12, 31, 23, tzinfo=EAST)),
        (datetime, AClock(2024, 1, 1, tzinfo=UTC)),
        # In the hour in which the clock is put back, and in the one that it leaves out.
        (datetime, datetime(2024, 10, 27, 2, 30, tzinfo=BERLIN)),
        (datetime, datetime(2024, 10, 27, 2, 30, fold=1, tzinfo=BERLIN)),
        (datetime, datetime(2024, 3, 31, 2, 30, tzinfo=BERLIN)),
        (timedelta, timedelta(days=2932896)),
        (timedelta, timedelta(days=-719162)),
        (UUID, AnId(int=5)),
        (dict[str, list[int]], defaultdict(list, {"a": [1]})),
        (dict[str, Any], {"a": [1, 1.5, None, True, {"b": "c"}]}),
        (Payment | Cat, Cat("Tom")),
        (UUID | str, "no UUID"),
        (Colour | str, "red"),
        (dict[int | str, int], {"1": 1}),
        (set[int | str], {1}),
        (Level, Level.LOW),
        (tuple[int, ...], (1, 2)),
        (Point, Point(1, 2)),
        (frozenset[str], frozenset("a")),
        (Model, Model(amount=1)),
        (PurePosixPath, PurePosixPath("/a")),
        (Plain, Plain()),
    ],
    ids=str,
)
def test_what_fits_is_recorded(kind: object, value: object) -> None:
    event_type = records(kind)
    codec = Codec([event_type])

    read: Any = codec.decode(codec.encode(event_type(value=value)))

    if isinstance(value, datetime) and value.tzinfo is not None:
        assert read.value.astimezone(UTC) == value.astimezone(UTC)
    elif not isinstance(value, Plain):
        assert read.value == value


LOOP: list[Any] = []
LOOP.append(LOOP)


@pytest.mark.parametrize(
    ("kind", "value", "fault"),
    [
        (int, 2**63, f"value: {INT}"),
        (float, float("nan"), f"value: {NAN}"),
        (list[float], [float("nan")], f"value.0: {NAN}"),
        (str, "\0", f"value: {TEXT}"),
        (list[str], ["\ud800"], "value.0: text must not contain surrogates"),
        (dict[str, int], {"\ud800": 1}, r"value.\ud800: it would not be read back"),
        (datetime, datetime(9999, 12, 31, 23, tzinfo=WEST), f"value: {YEARS}"),
        (datetime, datetime(1, 1, 1, tzinfo=EAST), f"value: {YEARS}"),
        (time, time(12, tzinfo=UTC), f"value: {OFFSET}"),
        (timedelta, timedelta.max, f"value: {DAYS}"),
        (Decimal, Decimal("1E+400"), f"value: {DIGITS}"),
        (Decimal, Decimal("NaN"), "value: a decimal must be finite"),
        (Any, LOOP, f"value: {DEEP}"),
        (Payment, CardPayment(5), "value: a `CardPayment` would be read back as a `Payment`"),
        (list[Payment], [CardPayment(5)], "value.0: a `CardPayment` would be read back"),
        (Model, Submodel(), "value: a `Submodel` would be read back as a `Model`"),
        (Cat | Dog, Dog("Rex"), "value: a `Dog` would be read back as a `Cat`"),
        (dict[str, Cat | Dog], {"a": Dog("Rex")}, "value.a: a `Dog` would be read back as a `Cat`"),
        (UUID | str, str(UUID(int=5)), "value: a `str` would be read back as a `UUID`"),
        (str | date, date(2024, 1, 1), "value: a `date` would be read back as a `str`"),
        (Colour | str, Colour.RED, "value: a `Colour` would be read back as a `str`"),
        (Size | str, Size.SMALL, "value: a `Size` would be read back as a `str`"),
        (str, Size.SMALL, "value: a `Size` would be read back as a `str`"),
        (int, Level.LOW, "value: a `Level` would be read back as a `int`"),
        (int, True, "value: a `bool` would be read back as a `int`"),
        (str, AName("Ann"), "value: a `AName` would be read back as a `str`"),
        (int, "5", "value: a `str` would be read back as a `int`"),
        (float, True, "value: a `bool` would be read back as a `float`"),
        (float, 2**53 + 1, "value: it would be read back as another value"),
        (SecretStr, SecretStr("s"), "value: it would be read back as another value"),
        (datetime, datetime(1890, 1, 1, tzinfo=ZoneInfo("Europe/Paris")), "value: it would be"),
        (Zoned, datetime(2024, 1, 1), "value: it would be read back"),  # noqa: DTZ001  that is it
        (Unzoned, datetime(2024, 1, 1, tzinfo=UTC), "value: it would be read back"),
        (dict[str, Any], {"a": UUID(int=5)}, "value.a: a `UUID` would be read back as a `str`"),
        (dict[str, Any], {"a": [datetime(2024, 1, 1, tzinfo=UTC)]}, "value.a.0: a `datetime`"),
        (dict[str, Any], {"a": (1, 2)}, "value.a: a `tuple` would be read back as a `list`"),
        (
            dict[str, Any],
            {"a": float("inf")},
            "value.a: a `float` would be read back as a `NoneType`",
        ),
        (Any, {1: "a"}, "value.1: it would not be read back"),
        (Any, Cat("Tom"), "value: a `Cat` would be read back as a `dict`"),
        (Any, b"ab", "value: a `bytes` would be read back as a `str`"),
        (dict[int | str, int], {1: 1}, "value.1: it would not be read back"),
        (tuple[int, int], Point(1, 2), "value: a `Point` would be read back as a `tuple`"),
        (list[int], (1, 2), "value: a `tuple` would be read back as a `list`"),
        (set[int], frozenset({1}), "value: a `frozenset` would be read back as a `set`"),
        (UUID, "no UUID", "value: "),
        (Score, -1, "value: "),
    ],
    ids=lambda each: str(each)[:40],
)
def test_what_would_be_read_back_as_another_value_is_not_recorded(
    kind: object, value: object, fault: str
) -> None:
    event_type = records(kind)

    with pytest.raises(
        InvalidEvent, match="`Stated` was recorded with what it cannot hold"
    ) as error:
        Codec([event_type]).encode(event_type(value=value))

    assert error.value.faults[0].startswith(fault)


@in_a_loop
async def test_an_event_with_what_it_cannot_hold_leaves_nothing_behind(tmp_path: Path) -> None:
    async def decide(uow: UnitOfWork) -> None:
        uow.execute(OPEN, {"id": uuid4(), "owner": "Ann", "balance": 0})
        uow.record(Opened(account=uuid4(), owner="Ann"))
        uow.record(Opened(account=uuid4(), owner="An\0n"))

    async with serving(tmp_path) as service:
        with pytest.raises(InvalidEvent, match="owner: text must not contain the NUL character"):
            await service.bus.execute(Decide(by=decide))

        assert journal(service) == []
        assert await accounts(service) == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (int, str(2**70)),
        (float, '"NaN"'),
        (str, r'"\u0000"'),
        (datetime, '"9999-12-31T23:59:59-05:00"'),
        (timedelta, '"P3000000D"'),
        (time, '"12:00:00Z"'),
        (Decimal, '"1E+5000"'),
    ],
    ids=str,
)
def test_what_a_journal_holds_already_is_read(kind: object, text: str) -> None:
    read: Any = Codec([records(kind)]).decode(Encoded("Stated", 1, f'{{"value": {text}}}'))

    assert type(read.value) is kind


BY_BALANCE = select(ACCOUNTS.c.owner).where(ACCOUNTS.c.balance == bindparam("balance"))


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (2**63, f"balance: {INT}"),
        (float("nan"), f"balance: {NAN}"),
        (datetime(1, 1, 1, tzinfo=EAST), f"balance: {YEARS}"),
        ("\ud800", "balance: text must not contain surrogates"),
        (time(12, tzinfo=UTC), f"balance: {OFFSET}"),
    ],
    ids=str,
)
@in_a_loop
async def test_a_statement_is_not_given_what_no_column_can_hold(
    tmp_path: Path, value: object, fault: str
) -> None:
    async def execute(uow: UnitOfWork) -> None:
        uow.execute(OPEN, {"id": uuid4(), "owner": "Ann", "balance": value})

    async def fetch(uow: UnitOfWork) -> None:
        await uow.fetch(BY_BALANCE, {"balance": value})

    async with serving(tmp_path) as service:
        reader = Reader(service.engines.look_at_write)
        asked = {"balance": value}
        paging = Paging(BY_BALANCE, by=[ACCOUNTS.c.id])
        for refused in (
            service.bus.execute(Decide(by=execute)),
            service.bus.execute(Decide(by=fetch)),
            reader.one(str, BY_BALANCE, asked),
            reader.all(str, BY_BALANCE, asked),
            reader.page(str, paging, asked, limit=1, cursor=None),
        ):
            with pytest.raises(InvalidParameter) as error:
                await refused
            assert error.value.faults == (fault,)
        assert await accounts(service) == []


@in_a_loop
async def test_a_value_in_a_statement_that_does_not_fit_is_told_and_the_lane_goes_on(
    tmp_path: Path,
) -> None:
    async def execute(uow: UnitOfWork) -> None:
        uow.execute(insert(ACCOUNTS).values(id=uuid4(), owner="Ann", balance=2**63))

    async def fetch(uow: UnitOfWork) -> None:
        await uow.fetch(select(ACCOUNTS.c.owner).where(ACCOUNTS.c.owner == "\ud800"))

    async def open_account(uow: UnitOfWork) -> None:
        uow.execute(OPEN, {"id": uuid4(), "owner": "Ben", "balance": 0})

    async with serving(tmp_path) as service:
        for decide in (execute, fetch):
            with pytest.raises(InvalidParameter, match="given what no column can hold"):
                await service.bus.execute(Decide(by=decide))
        await service.bus.execute(Decide(by=open_account))

        assert await accounts(service) == [("Ben", 0)]
