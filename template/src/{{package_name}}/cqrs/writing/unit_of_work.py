"""The unit of work: all that one command wants changed, noted as data."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Delete, Insert, MetaData, Row, Select, Update

from ..messages import Event
from ..values import require_fit

Parameters: TypeAlias = Mapping[str, object]
Fetch: TypeAlias = Callable[[Select[Any], Parameters], Coroutine[Any, Any, Sequence[Row[Any]]]]

tables = MetaData()
"""Tables of the write side are declared on this; those that are missing are made at start-up."""


@dataclass(frozen=True, slots=True)
class Execution:
    """A statement to run, and how many rows it must touch (None: any number)."""

    statement: Insert | Update | Delete
    parameters: Parameters
    rows: int | None


@dataclass(frozen=True, slots=True)
class Effects:
    """What one command wants changed: applied in one transaction, or not at all."""

    executions: tuple[Execution, ...]
    events: tuple[Event, ...]


class UnitOfWork:
    """Note what a command wants changed; nothing is done before its handler is through."""

    __slots__ = ("_events", "_executions", "_fetch")

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._executions: list[Execution] = []
        self._events: list[Event] = []

    def record(self, event: Event) -> None:
        """Note a fact for the journal."""
        self._events.append(event)

    def execute(
        self,
        statement: Insert | Update | Delete,
        parameters: Parameters | None = None,
        *,
        rows: int | None = None,
    ) -> None:
        """Note a statement. If it then touches other than `rows` rows, the command is a Conflict.

        Build statements once, as constants of the module, and give them parameters:
        building one anew costs more than running it. Parameters that no column can hold are an
        InvalidParameter.
        """
        require_fit(parameters or {})
        self._executions.append(Execution(statement, dict(parameters or {}), rows))

    async def fetch(
        self, select: Select[Any], parameters: Parameters | None = None
    ) -> Sequence[Row[Any]]:
        """Read from the write store what the decision needs."""
        require_fit(parameters or {})
        return await self._fetch(select, parameters or {})

    @property
    def effects(self) -> Effects:
        """All that was noted so far."""
        return Effects(tuple(self._executions), tuple(self._events))
