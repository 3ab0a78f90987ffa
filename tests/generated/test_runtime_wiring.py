"""The wiring of a generated project: it fits, or all that does not is told before it starts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Generic, NewType, Optional, TypeVar
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
    GetBalanceHandler,
    Open,
    Opened,
    OpenHandler,
)
from pydantic import Field
from shop.cqrs import Command, Event, Id, Query, WiringError
from shop.cqrs.discovery import Found
from shop.cqrs.reading import Change, Page, Projection, QueryHandler, Reader, ReadModel, on
from shop.cqrs.wiring import wire
from shop.cqrs.writing import CommandHandler, UnitOfWork
from typing_extensions import TypeAliasType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from decimal import Decimal

    from shop.cqrs.journal import Recorded

C = TypeVar("C", bound=Command)
Item = TypeVar("Item")

UserId = NewType("UserId", UUID)
Receipt = NewType("Receipt", dict)  # type: ignore[type-arg]  # planted
AnyId = TypeAliasType("AnyId", UUID | int | None)
Answer = TypeAliasType("Answer", dict[str, str])


class Code(StrEnum):
    NEW = "new"


NOTHING = Found((), (), (), (), (), ())
HAPPENING = replace(NOTHING, events=(Opened, Deposited))


def faults(found: Found, ports: dict[type, object] | None = None) -> tuple[str, ...]:
    """Give all that is wrong with what was found."""
    with pytest.raises(WiringError) as error:
        wire(found, ports or {})
    assert all(fault in str(error.value) for fault in error.value.faults)
    return error.value.faults


def handler_returning(hint: object) -> type[CommandHandler[Any]]:
    """Make a handler of `Open` with this return annotation."""

    class Handler(CommandHandler[Open]):
        async def handle(self, command: Open, uow: UnitOfWork) -> None:
            raise NotImplementedError

    if hint is Missing:
        del Handler.handle.__annotations__["return"]
    else:
        Handler.handle.__annotations__["return"] = hint
    return Handler


class Missing:
    """No annotation at all."""


IDS = [
    UUID,
    int,
    str,
    None,
    Id,
    UserId,
    Code,
    AnyId,
    "UUID | None",
    Optional[UUID],  # noqa: UP045  as people still write it
    UserId | None,
    AnyId | str,
    Annotated[str, Field(max_length=3)],
    Annotated[UserId, "the new one"] | None,
]


@pytest.mark.parametrize("hint", IDS, ids=str)
def test_a_command_may_give_back_an_id(hint: object) -> None:
    found = replace(NOTHING, commands=(Open,), command_handlers=(handler_returning(hint),))

    assert list(wire(found, {}).command_handlers) == [Open]


@pytest.mark.parametrize(
    "hint",
    [
        Missing,
        bool,
        bool | None,
        float,
        dict[str, str],
        list[UUID],
        tuple[UUID, int],
        Balance,
        Any,
        object,
        Receipt,
        Answer,
        UUID | Answer,
        Annotated[bool, "done"],
    ],
    ids=str,
)
def test_a_command_may_give_back_nothing_else(hint: object) -> None:
    found = replace(NOTHING, commands=(Open,), command_handlers=(handler_returning(hint),))

    [fault] = faults(found)

    assert fault.startswith("`Handler.handle` is annotated to return ")
    assert fault.endswith("a command gives back an ID (UUID, int or str) or None, never data")


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(Command):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything(Query["Page[Balance]"]):
    """A query that names its answer as text."""


class Undecorated(Command):
    pass


class Silent(CommandHandler):  # type: ignore[type-arg]  # planted
    async def handle(self, command: Open, uow: UnitOfWork) -> None:
        raise NotImplementedError


class Blocking(CommandHandler[Close]):
    def handle(self, command: Close, uow: UnitOfWork) -> None:  # type: ignore[override]  # planted
        raise NotImplementedError


class AnswersElse(QueryHandler[GetBalance, Balance]):
    reads = ()

    async def handle(self, query: GetBalance, reader: Reader) -> Balance:
        raise NotImplementedError


class ReadsNothing(QueryHandler[GetBalance, "Balance | None"]):
    async def handle(self, query: GetBalance, reader: Reader) -> Balance | None:
        raise NotImplementedError


class ReadsAModel(ReadsNothing):
    reads = (BALANCES,)  # type: ignore[assignment]  # planted


class SilentAnswers(QueryHandler):  # type: ignore[type-arg]  # planted
    reads = ()

    async def handle(self, query: GetBalance, reader: Reader) -> Balance | None:
        raise NotImplementedError


class BlockingAnswers(QueryHandler[GetBalance, "Balance | None"]):
    reads = ()

    def handle(self, query: GetBalance, reader: Reader) -> Balance | None:  # type: ignore[override]  # planted
        raise NotImplementedError


class AnotherOpenHandler(OpenHandler):
    pass


class Lost(CommandHandler[Close]):
    async def handle(self, command: Close, uow: UnitOfWork) -> Decimal:  # type: ignore[override]  # planted
        raise NotImplementedError


class NeedsLost(CommandHandler[Close]):
    def __init__(self, price: Decimal) -> None:
        self.price = price

    async def handle(self, command: Close, uow: UnitOfWork) -> None:
        raise NotImplementedError


class Modelless(Projection):
    @on(Opened)
    def opened(self, recorded: Recorded[Opened]) -> Iterable[Change]:
        raise NotImplementedError


class Deaf(Projection):
    read_model = ReadModel("deaf", version=1, key={"n": int}, columns={})


class Twice(Projection):
    read_model = ReadModel("twice", version=1, key={"n": int}, columns={})

    @on(Opened)
    def one(self, recorded: Recorded[Opened]) -> Iterable[Change]:
        raise NotImplementedError

    @on(Opened)
    def other(self, recorded: Recorded[Opened]) -> Iterable[Change]:
        raise NotImplementedError


class Copycat(Balances):
    pass


def other_opened() -> type[Event]:
    """Make another event of the same name."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Opened(Event):
        pass

    return Opened


def other_open() -> type[Query[int]]:
    """Make a query that is called like a command."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Open(Query[int]):
        pass

    return Open


PLANTED = [
    (replace(NOTHING, commands=(Close,)), "`Close` has no handler"),
    (
        replace(NOTHING, commands=(Open,), command_handlers=(OpenHandler, AnotherOpenHandler)),
        "`Open` has 2 handlers: OpenHandler, AnotherOpenHandler",
    ),
    (replace(NOTHING, command_handlers=(Silent,)), "`Silent` does not say what it handles"),
    (replace(NOTHING, command_handlers=(Blocking,)), "`Blocking.handle` is not an `async def`"),
    (replace(NOTHING, query_handlers=(SilentAnswers,)), "`SilentAnswers` does not say what it"),
    (replace(NOTHING, query_handlers=(BlockingAnswers,)), "`BlockingAnswers.handle` is not an"),
    (
        replace(NOTHING, command_handlers=(Lost,)),
        "`Lost` is annotated with `Decimal`, which is not there at run time",
    ),
    (
        replace(NOTHING, command_handlers=(NeedsLost,)),
        "`NeedsLost` is annotated with `Decimal`, which is not there at run time",
    ),
    (replace(NOTHING, events=(Opened, other_opened())), "2 classes have the event name `Opened`"),
    (
        replace(NOTHING, query_handlers=(AnswersElse,)),
        "to return `Balance`, but `GetBalance` asks for `lab.Balance | None`",
    ),
    (
        replace(NOTHING, query_handlers=(ReadsNothing,)),
        "`ReadsNothing` does not say which projections it looks at",
    ),
    (
        replace(NOTHING, query_handlers=(ReadsAModel,)),
        "is no projection of this service",
    ),
    (
        replace(NOTHING, query_handlers=(GetBalanceHandler,)),
        "`GetBalanceHandler` reads `Balances`, which is no projection of this service",
    ),
    (replace(HAPPENING, projections=(Modelless,)), "`Modelless` has no read model"),
    (replace(NOTHING, projections=(Deaf,)), "`Deaf` listens to nothing"),
    (replace(HAPPENING, projections=(Twice,)), "`Twice` has 2 methods for `Opened`"),
    (
        replace(HAPPENING, projections=(Balances, Copycat)),
        "2 classes have the read model `balances`",
    ),
]


@pytest.mark.parametrize(("found", "told"), PLANTED, ids=[told for _, told in PLANTED])
def test_what_does_not_fit_is_told(found: Found, told: str) -> None:
    [fault] = faults(found)

    assert told in fault


def test_a_message_that_is_no_dataclass_is_told() -> None:
    assert any(
        "`Undecorated` is not a dataclass: put `@dataclass(" in fault
        for fault in faults(replace(NOTHING, commands=(Undecorated,)))
    )


def test_messages_that_share_a_name_are_told() -> None:
    found = replace(NOTHING, commands=(Open,), queries=(other_open(),))

    assert "2 classes have the message name `Open`" in faults(found)


def test_all_faults_are_told_at_once() -> None:
    found = Found(
        events=(Opened, Deposited, other_opened()),
        commands=(Open, Undecorated),
        command_handlers=(Silent, Blocking, Lost),
        queries=(GetBalance,),
        query_handlers=(AnswersElse,),
        projections=(Modelless, Deaf, Balances, Copycat),
    )

    told = faults(found)

    assert len(told) == 12, told


class Clock:
    pass


class Mail:
    pass


class Asking(CommandHandler[Close]):
    def __init__(
        self, clock: Clock, mail: Mail | None = None, *others: object, retries: int = 3
    ) -> None:
        self.given = (clock, mail, others, retries)

    async def handle(self, command: Close, uow: UnitOfWork) -> None:
        raise NotImplementedError


ASKING = replace(NOTHING, commands=(Close,), command_handlers=(Asking,))


def given(ports: dict[type, object]) -> object:
    """Give what `Asking` was made with."""
    handler = wire(ASKING, ports).command_handlers[Close]
    assert isinstance(handler, Asking)
    return handler.given


def test_ports_are_given_by_type_and_the_rest_keeps_its_default() -> None:
    clock, mail = Clock(), Mail()

    assert given({Clock: clock}) == (clock, None, (), 3)
    assert given({Clock: clock, Mail: mail, int: 7}) == (clock, mail, (), 7)


def test_a_port_that_nobody_gives_is_told() -> None:
    [fault] = faults(ASKING, {Mail: Mail()})

    assert fault == (
        "`Asking` asks for `clock: Clock`, which nobody gives: "
        "add `Clock: …` to the ports in app.py"
    )


class Audited(CommandHandler[C]):
    """A base of handlers that leaves open what is handled."""

    audit = True


class OpenOnly(Audited[Open]):
    """A base of handlers that leaves open how."""


class FromBase(OpenOnly):
    async def handle(self, command: Open, uow: UnitOfWork) -> None:
        raise NotImplementedError


class Swapped(Audited[C], Generic[Item, C]):
    """A base whose parameters are in another order."""


class FromSwapped(Swapped[int, Deposit]):
    async def handle(self, command: Deposit, uow: UnitOfWork) -> None:
        raise NotImplementedError


class Paged(Query[Page[Item]]):
    """A base of queries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListBalances(Paged[Balance]):
    pass


class ListHandler(QueryHandler[ListBalances, Page[Balance]]):
    reads = ()

    async def handle(self, query: ListBalances, reader: Reader) -> Page[Balance]:
        raise NotImplementedError


class EverythingHandler(QueryHandler[Everything, Page[Balance]]):
    reads = ()

    async def handle(self, query: Everything, reader: Reader) -> Page[Balance]:
        raise NotImplementedError


def test_a_message_is_found_through_the_bases_between() -> None:
    found = Found((), (Open, Deposit), (FromBase, FromSwapped), (ListBalances,), (ListHandler,), ())

    wired = wire(found, {})

    assert {message: type(h) for message, h in wired.command_handlers.items()} == {
        Open: FromBase,
        Deposit: FromSwapped,
    }
    assert type(wired.query_handlers[ListBalances]) is ListHandler


def test_what_a_base_between_leaves_open_is_compared_when_it_is_filled_in() -> None:
    class Wrong(QueryHandler[ListBalances, Page[int]]):
        reads = ()

        async def handle(self, query: ListBalances, reader: Reader) -> Page[int]:
            raise NotImplementedError

    [fault] = faults(replace(NOTHING, query_handlers=(Wrong,)))

    assert "but `ListBalances` asks for" in fault


def test_an_answer_that_a_query_names_as_text_is_looked_up() -> None:
    found = replace(NOTHING, queries=(Everything,), query_handlers=(EverythingHandler,))

    assert list(wire(found, {}).query_handlers) == [Everything]


def test_one_method_may_listen_to_several_events() -> None:
    def both(self: object, recorded: Recorded[Any]) -> Iterable[Change]:
        raise NotImplementedError

    mark_one: Callable[[Any], Any] = on(Opened)
    mark_other: Callable[[Any], Any] = on(Deposited)
    projection: type[Projection]
    projection = type("Both", (Projection,), {"both": mark_one(mark_other(both))})

    assert {event for event, _ in projection.methods()} == {Opened, Deposited}


def test_what_fits_is_wired() -> None:
    wired = wire(Bank().found, {})

    assert set(wired.command_handlers) == set(Bank().commands)
    assert set(wired.query_handlers) == {GetBalance}
    assert [type(projection) for projection in wired.projections] == [Balances]
