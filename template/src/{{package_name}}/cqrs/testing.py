"""Given what happened, when a command comes, then this is recorded: tests in the domain's words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import ExitStack
from itertools import compress
from types import TracebackType
from typing import Any, Self, TypeAlias, TypeVar
from uuid import uuid4

from sqlalchemy import Connection, Engine, MetaData, inspect, select

from .errors import Refused
from .fresh_stores import provide_stores
from .journal import Origin, Recorded
from .messages import BEGINNING, Ack, Command, Event, Id, Position, Query
from .reading import ReadModel
from .reading.checkpoints import CHECKPOINTS
from .service import Service
from .writing import CommandHandler, UnitOfWork
from .writing.runner import CommandRunner
from .writing.unit_of_work import Effects

T = TypeVar("T")
Rows: TypeAlias = list[dict[str, Any]]

MANY = 10_000
AT_A_TIME = 500
HALTED = select(CHECKPOINTS.c.projection, CHECKPOINTS.c.failure).where(
    CHECKPOINTS.c.failure.is_not(None)
)


class Scenario:
    """A service on stores of its own, one step after the other.

    Nothing is projected behind a test's back: the read side moves on by `given` and `project`.
    """

    def __init__(self, make_service: Callable[[], Service]) -> None:
        self._service = make_service()
        self._runner = asyncio.Runner()
        self._before = BEGINNING

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.callback(self._runner.close)
            provide_stores(self._service, self._runner)
            self._run(self._service.__aenter__())
            self._stopping = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._stopping:
            self._run(self._service.__aexit__(kind, error, traceback))

    def given(self, *events: Event, projected: bool = True) -> Position:
        """Let events have happened; the read side has seen them unless `projected` is False."""
        effects = Effects((), events)
        position = self._run(self._service.write_store.apply(effects, Origin(uuid4(), uuid4())))
        if projected:
            self.project()
        return position or BEGINNING

    @property
    def latest(self) -> Recorded[Event]:
        """The last event in the journal."""
        return self._service.journal.read(BEGINNING, MANY)[-1]

    def when(self, command: Command) -> Ack:
        """Execute a command through the bus."""
        self._before = self._service.journal.head()
        return self._run(self._service.bus.execute(command))

    def then(self, *events: Event) -> None:
        """Check what the last command recorded: just these events, in this order."""
        recorded = [each.event for each in self._service.journal.read(self._before, MANY)]
        if recorded != list(events):
            raise AssertionError(f"Recorded: {recorded}\nExpected: {list(events)}")

    def refuse(self, command: Command) -> None:
        """Let the command's handler decide, and then refuse what it decided: raises Refused."""
        self.decide(_Refusing(self._service.command_handlers[type(command)]), command)

    def decide(self, handler: CommandHandler[Any], command: Command) -> Ack:
        """Execute a command by a handler of the test's own."""
        return self._run(CommandRunner(handler, self._service.write_store).handle(command))

    def ask(self, query: Query[T], after: Ack | Position | None = None) -> T:
        """Execute a query through the bus."""
        return self._run(self._service.bus.execute(query, after))

    def project(self) -> None:
        """Bring the read side up to the journal; a projection that halts fails the test."""
        self._run(self._service.catch_up())
        with self._service.engines.look_at_read.connect() as connection:
            if halted := connection.execute(HALTED).all():
                raise AssertionError(f"Halted: {halted}")

    def redeliver(self) -> None:
        """Deliver all events once more, as a projector does that was killed before it knew."""
        events = self._service.journal.read(BEGINNING, MANY)
        recorded = {type(each.event) for each in events}
        for projection in self._service.projections:
            if recorded.isdisjoint(event for event, _ in projection.methods()):
                continue
            changes_of = projection.changes()
            changes = [change for each in events for change in changes_of(each)]
            store = self._service.read_store
            store.advance(projection.name(), BEGINNING, events[-1].position, changes)

    def rows(self, read_model: ReadModel) -> Rows:
        """Give the rows of a read model, ordered by its key."""
        ordered = select(read_model.table).order_by(*read_model.table.primary_key)
        with self._service.engines.look_at_read.connect() as connection:
            return [dict(row) for row in connection.execute(ordered).mappings()]

    def contents(self) -> dict[str, Rows]:
        """Give every row of both stores, by store and table."""
        engines = self._service.engines
        return _contents("write", engines.write) | _contents("read", engines.read)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)


class _Refusing(CommandHandler[Command]):
    def __init__(self, handler: CommandHandler[Any]) -> None:
        self._handler = handler

    async def handle(self, command: Command, uow: UnitOfWork) -> Id | None:
        await self._handler.handle(command, uow)
        raise Refused("A rehearsed refusal")


def _contents(store: str, engine: Engine) -> dict[str, Rows]:
    with engine.connect() as connection:
        names = inspect(connection).get_table_names()
        filled = MetaData()
        filled.reflect(connection, only=list(_filled(connection, names)), resolve_fks=False)
        rows = {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in filled.tables.values()
        }
    return {f"{store}.{name}": rows.get(name, []) for name in names}


def _filled(connection: Connection, names: Sequence[str]) -> Iterator[str]:
    """Tell which tables have a row, many at a time: to ask and to reflect each takes longer."""
    quote = connection.dialect.identifier_preparer.quote
    for start in range(0, len(names), AT_A_TIME):
        some = names[start : start + AT_A_TIME]
        questions = [f"EXISTS (SELECT 1 FROM {quote(name)})" for name in some]  # noqa: S608  names of tables
        answers = connection.exec_driver_sql(f"SELECT {', '.join(questions)}").one()
        yield from compress(some, answers)
