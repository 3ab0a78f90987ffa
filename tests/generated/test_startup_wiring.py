"""Whatever is wrong with a class or a port is one fault among the others, and no traceback."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable
from uuid import UUID

import pytest
from lab import BALANCES, Balances, Deposited, Open, Opened
from shop.cqrs import Event, RetiredEvent
from shop.cqrs.reading import Change, Projection, ReadModel, on
from shop.cqrs.wiring import wire
from shop.cqrs.writing import CommandHandler, UnitOfWork
from test_runtime_wiring import (
    ASKING,
    HAPPENING,
    NOTHING,
    Asking,
    Clock,
    Close,
    Mail,
    faults,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from shop.cqrs.journal import Recorded


class Failing(CommandHandler[Open]):
    def __init__(self) -> None:
        raise OSError("no such device")

    async def handle(self, command: Open, uow: UnitOfWork) -> None:
        raise NotImplementedError


class NeedsMore(Projection):
    read_model = BALANCES

    def __init__(self, more: int) -> None:
        self.more = more

    @on(Opened)
    def opened(self, recorded: Recorded[Opened]) -> Iterable[Change]:
        raise NotImplementedError


def test_a_constructor_that_fails_is_told_with_its_line_and_beside_the_others() -> None:
    found = replace(NOTHING, commands=(Open, Close), command_handlers=(Failing, Asking))

    one, other = faults(found)

    assert one.startswith("`Failing` cannot be made: `")
    assert one.endswith("`: OSError: no such device")
    assert "test_startup_wiring.py:" in one
    assert other.startswith("`Asking` asks for `clock: Clock`")


def test_a_projection_that_asks_for_something_is_told() -> None:
    [fault] = faults(replace(HAPPENING, projections=(NeedsMore,)))

    assert fault.startswith("`NeedsMore` asks for `more: int`")


class Now(Protocol):
    def __call__(self) -> datetime: ...


class Mailer(Protocol):
    def send(self, to: str) -> None: ...


@runtime_checkable
class Printer(Protocol):
    def print(self, text: str) -> None: ...


class Sends:
    def send(self, to: str) -> None:
        raise NotImplementedError


class SendsByClass:
    @staticmethod
    def send(to: str) -> None:
        raise NotImplementedError


class Bank:
    def pay(self) -> None:
        raise NotImplementedError

    def refund(self) -> None:
        raise NotImplementedError


class HalfABank:
    def pay(self) -> None:
        raise NotImplementedError


class Marker(Protocol):
    pass


@pytest.mark.parametrize(
    ("port", "given", "what"),
    [
        (Clock, Mail(), "a `Mail`, which has nothing of it"),
        (Clock, Clock, "the class `Clock`: make an object of it, `Clock(…)`"),
        (Clock, None, "a `NoneType`, which has nothing of it"),
        (Mailer, "smtp://localhost", "a `str`, which has nothing of it"),
        (Mailer, Sends, "the class `Sends`: make an object of it, `Sends(…)`"),
        (Printer, Sends(), "a `Sends`, which has nothing of it"),
        (Now, datetime(2026, 1, 31, tzinfo=UTC), "a `datetime`, which has nothing of it"),
        (Bank, Mail(), "a `Mail`, which has nothing of it"),
    ],
)
def test_a_port_that_is_given_something_else_is_told(port: type, given: object, what: str) -> None:
    ports = {Clock: Clock()} | {port: given}

    assert faults(ASKING, ports) == (f"the port `{port.__name__}` in app.py is {what}",)


@pytest.mark.parametrize(
    ("port", "given"),
    [
        (Mailer, Sends()),
        (Mailer, SendsByClass),
        (Now, lambda: datetime.now(UTC)),
        (Bank, Bank()),
        (Bank, HalfABank()),
        (Marker, object()),
        (type(None), None),
        (int, True),
    ],
)
def test_a_port_may_be_whatever_acts_as_one(port: type, given: object) -> None:
    assert wire(ASKING, {Clock: Clock(), port: given}).command_handlers


def listening(*marks: object) -> type[Projection]:
    """Make a projection whose method is marked with these."""

    def method(self: object, recorded: Recorded[Any]) -> Iterable[Change]:
        raise NotImplementedError

    marked: Any = method
    for mark in marks:
        decorate: Callable[[Any], Any] = on(mark)  # type: ignore[arg-type]  # planted
        marked = decorate(marked)
    return type("Listening", (Projection,), {"read_model": BALANCES, "method": marked})


class Gone(RetiredEvent):
    """An event that is retired."""

    __slots__ = ()


class SomeEvent(Event):
    """A base of events, which is recorded by nobody."""

    __slots__ = ()


@pytest.mark.parametrize(
    ("marks", "what"),
    [
        (["Opened"], "`Opened`, which is not an event"),
        ([Open], "`Open`, which is not an event"),
        ([[Opened]], "which is not an event"),
        ([None], "`None`, which is not an event"),
        ([Opened, str], "`str`, which is not an event"),
        ([Gone], "`Gone`, which is retired: remove the method, or bring the event back"),
        ([SomeEvent], "`SomeEvent`, which is no event of this service"),
    ],
    ids=str,
)
def test_a_projection_that_listens_to_what_never_comes_is_told(
    marks: list[object], what: str
) -> None:
    events = (Opened, Deposited, Gone)

    [fault] = faults(replace(NOTHING, events=events, projections=(listening(*marks),)))

    assert fault.startswith("`Listening.method` listens to ")
    assert fault.endswith(what)


class Raising:
    """A descriptor that raises."""

    def __get__(self, instance: object, owner: type) -> ReadModel:
        raise LookupError("no read model here")


class NoTable(Projection):
    read_model = BALANCES.table  # type: ignore[assignment]  # planted

    @on(Opened)
    def opened(self, recorded: Recorded[Opened]) -> Iterator[Change]:
        raise NotImplementedError


class RaisingProjection(NoTable):
    read_model = Raising()  # type: ignore[assignment]  # planted


def test_a_read_model_that_is_none_is_told() -> None:
    one, other = faults(replace(HAPPENING, projections=(NoTable, RaisingProjection)))

    assert one == "`NoTable.read_model` is not a `ReadModel`"
    assert one != other
    assert other.startswith("`RaisingProjection` cannot be read: `")
    assert other.endswith("`: LookupError: no read model here")


def on_table(name: str) -> type[Projection]:
    """Make a projection that fills a read model of this name."""
    model = ReadModel(name, version=1, key={"account": UUID}, columns={})
    return type("Named", (Balances,), {"read_model": model})


def test_read_models_that_sql_does_not_tell_apart_are_told() -> None:
    projections = (on_table("users"), on_table("Users"), on_table("orders"))

    assert faults(replace(HAPPENING, projections=projections)) == (
        "2 classes have the read model `users` or `Users`",
    )


def test_an_annotation_that_cannot_be_read_is_told() -> None:
    class Misspelt(CommandHandler[Close]):
        async def handle(self, command: Close, uow: UnitOfWork) -> None:
            raise NotImplementedError

    Misspelt.handle.__annotations__["return"] = "UUID |"

    [fault] = faults(replace(NOTHING, commands=(Close,), command_handlers=(Misspelt,)))

    assert fault.startswith("`Misspelt` cannot be read: ")
    assert "SyntaxError" in fault


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutClassVar(Event):
    VERSION: int = 2  # type: ignore[misc]  # planted: with slots, it is a field of every object
    amount: int


class BadlyNamed(Opened):
    __slots__ = ()
    NAME: ClassVar[Any] = 7


class TooEarly(Opened):
    __slots__ = ()
    VERSION: ClassVar[int] = 0


def test_an_event_whose_name_or_version_is_none_is_told() -> None:
    told = faults(replace(NOTHING, events=(WithoutClassVar, BadlyNamed, TooEarly)))

    version = "is not a whole number from 1: write `VERSION: ClassVar[int] = …`"
    assert told == (
        f"`WithoutClassVar.VERSION` {version}",
        '`BadlyNamed.NAME` is not text: write `NAME: ClassVar[str] = "…"`',
        f"`TooEarly.VERSION` {version}",
    )


def test_a_retired_event_needs_no_fields() -> None:
    assert wire(replace(HAPPENING, events=(Opened, Gone)), {}).projections == ()
