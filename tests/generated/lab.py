"""A small bank, to try the generated runtime on: what its tests share."""

from __future__ import annotations

import asyncio
import functools
import threading
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ParamSpec
from uuid import UUID, uuid4

from shop.cqrs import Command, Event, Id, Query, StoreUnavailable
from shop.cqrs.discovery import Found
from shop.cqrs.messages import BEGINNING
from shop.cqrs.reading import Change, Projection, QueryHandler, Reader, ReadModel, on
from shop.cqrs.service import Service
from shop.cqrs.settings import Settings
from shop.cqrs.timing import TIMING, Timing
from shop.cqrs.writing import CommandHandler, UnitOfWork, tables
from sqlalchemy import Column, Integer, Table, Text, Uuid, bindparam, insert, select, update
from sqlalchemy import event as sqlalchemy_event

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
    from pathlib import Path

    from shop.cqrs.journal import Recorded
    from shop.cqrs.wiring import Ports
    from sqlalchemy import Engine

Given = ParamSpec("Given")

PATIENCE_SECONDS = 60
ENTRIES = "journal.event_id"
"""What stands in the statement alone that reads entries of the journal."""

ACCOUNTS = Table(
    "accounts",
    tables,
    Column("id", Uuid, primary_key=True),
    Column("owner", Text, unique=True),
    Column("balance", Integer, nullable=False),
)
OPEN = insert(ACCOUNTS)
DEPOSIT = (
    update(ACCOUNTS)
    .where(ACCOUNTS.c.id == bindparam("account"))
    .values(balance=ACCOUNTS.c.balance + bindparam("amount"))
)
ALL = select(ACCOUNTS.c.owner, ACCOUNTS.c.balance).order_by(ACCOUNTS.c.owner)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Event):
    account: UUID
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposited(Event):
    account: UUID
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Open(Command):
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposit(Command):
    account: UUID
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide(Command):
    """A command that brings its decision along."""

    by: Callable[[UnitOfWork], Awaitable[Id | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    owner: str
    balance: int
    deposits: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GetBalance(Query[Balance | None]):
    account: UUID


class OpenHandler(CommandHandler[Open]):
    async def handle(self, command: Open, uow: UnitOfWork) -> UUID:
        account = uuid4()
        uow.execute(OPEN, {"id": account, "owner": command.owner, "balance": 0})
        uow.record(Opened(account=account, owner=command.owner))
        return account


class DepositHandler(CommandHandler[Deposit]):
    async def handle(self, command: Deposit, uow: UnitOfWork) -> None:
        uow.execute(DEPOSIT, {"account": command.account, "amount": command.amount}, rows=1)
        uow.record(Deposited(account=command.account, amount=command.amount))


class DecideHandler(CommandHandler[Decide]):
    async def handle(self, command: Decide, uow: UnitOfWork) -> Id | None:
        return await command.by(uow)


BALANCES = ReadModel(
    "balances",
    version=1,
    key={"account": UUID},
    columns={"owner": str, "balance": int, "deposits": int},
)


class Balances(Projection):
    read_model = BALANCES

    @on(Opened)
    def opened(self, recorded: Recorded[Opened]) -> Iterator[Change]:
        event = recorded.event
        start = {"balance": 0, "deposits": 0}
        yield BALANCES.upsert(
            key={"account": event.account}, set={"owner": event.owner}, start=start
        )

    @on(Deposited)
    def deposited(self, recorded: Recorded[Deposited]) -> Iterator[Change]:
        event = recorded.event
        yield BALANCES.upsert(
            key={"account": event.account},
            add={"balance": event.amount, "deposits": 1},
            start={"owner": "nobody"},
        )


BALANCE = select(BALANCES.c["owner"], BALANCES.c["balance"], BALANCES.c["deposits"]).where(
    BALANCES.c["account"] == bindparam("account")
)


class GetBalanceHandler(QueryHandler[GetBalance, Balance | None]):
    reads = (Balances,)

    async def handle(self, query: GetBalance, reader: Reader) -> Balance | None:
        return await reader.one(Balance, BALANCE, {"account": query.account})


@dataclass(slots=True)
class Bank:
    """What a service is made of; a test adds to it, or takes away."""

    events: tuple[type[Event], ...] = (Opened, Deposited)
    commands: tuple[type[Command], ...] = (Open, Deposit, Decide)
    command_handlers: tuple[type[CommandHandler[Any]], ...] = (
        OpenHandler,
        DepositHandler,
        DecideHandler,
    )
    queries: tuple[type[Query[Any]], ...] = (GetBalance,)
    query_handlers: tuple[type[QueryHandler[Any, Any]], ...] = (GetBalanceHandler,)
    projections: tuple[type[Projection], ...] = (Balances,)
    ports: Ports = field(default_factory=dict)

    @property
    def found(self) -> Found:
        """All of it, as if it had been discovered."""
        return Found(
            events=self.events,
            commands=self.commands,
            command_handlers=self.command_handlers,
            queries=self.queries,
            query_handlers=self.query_handlers,
            projections=self.projections,
        )

    def service(
        self,
        folder: Path,
        *,
        projecting: bool = False,
        patience: float = 5.0,
        timing: Timing = TIMING,
    ) -> Service:
        """Make a service with its stores in a folder."""
        settings = Settings(
            write_url=f"sqlite:///{folder}/write.db",
            read_url=f"sqlite:///{folder}/read.db",
            patience=patience,
        )
        return Service(self.found, settings, self.ports, projecting=projecting, timing=timing)


@asynccontextmanager
async def serving(
    folder: Path,
    bank: Bank | None = None,
    *,
    projecting: bool = False,
    patience: float = 5.0,
    timing: Timing = TIMING,
) -> AsyncIterator[Service]:
    """Run a service on the stores in a folder."""
    made = bank or Bank()
    async with made.service(
        folder, projecting=projecting, patience=patience, timing=timing
    ) as service:
        yield service


def in_a_loop(
    test: Callable[Given, Coroutine[Any, Any, None]],
) -> Callable[Given, None]:
    """Run a test that awaits; what waits for ever fails."""

    async def in_time(*args: Given.args, **kwargs: Given.kwargs) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await test(*args, **kwargs)

    @functools.wraps(test)
    def run(*args: Given.args, **kwargs: Given.kwargs) -> None:
        asyncio.run(in_time(*args, **kwargs))

    return run


async def until(reached: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something is so; a test that waits for ever fails by its own deadline."""
    while True:
        if await reached():
            return
        await asyncio.sleep(0.01)


@contextmanager
def listening(engine: Engine, moment: str, do: Callable[..., None]) -> Iterator[None]:
    """Do something at a moment of a store that SQLAlchemy knows: `begin`, `commit`, `checkout`."""
    is_over = threading.Event()

    def listen(*arguments: object) -> None:
        if not is_over.is_set():
            do(*arguments)

    # It stays: another thread may be going through the listeners.
    sqlalchemy_event.listen(engine, moment, listen)
    try:
        yield
    finally:
        is_over.set()


def before(engine: Engine, words: str, do: Callable[[], object]) -> AbstractContextManager[None]:
    """Do something before each statement that has these words."""

    def look(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if words in statement:
            do()

    return listening(engine, "before_cursor_execute", look)


@contextmanager
def lane_fails(service: Service, error: BaseException, times: int = 1_000) -> Iterator[None]:
    """Let the write lane lose its connection, and so often get an error instead of another one.

    It foresees that a store is out of reach, and no other error when it looks how that is.
    """
    lost, left = iter((True,)), iter(range(times))

    def lose(_connection: object) -> None:
        if next(lost, None):
            raise StoreUnavailable("planted")

    def refuse(*_: object) -> None:
        if next(left, None) is not None:
            raise error

    engine = service.engines.write
    with listening(engine, "begin", lose), listening(engine, "checkout", refuse):
        yield


def journal(service: Service) -> list[Event]:
    """Give all events, in order."""
    return [recorded.event for recorded in service.journal.read(BEGINNING, 100_000)]


async def accounts(service: Service) -> list[tuple[str, int]]:
    """Give the owner and balance of each account on the write side."""
    return [tuple(row) for row in await service.write_store.fetch(ALL, {})]
