"""The reader: looks at read models, on a connection that cannot write."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, MappingResult, RowMapping, Select

from ..budget import hold, share, size_of
from ..messages import Position
from ..threads import LOOKING
from ..values import require_fit
from .checkpoints import READ_NAMED, Checkpoint
from .paging import Page, Paging

View = TypeVar("View")

PART = 100
"""How many rows are fetched before they are counted."""


class Reader:
    """Look at read models; each row becomes a view, a class with the row's columns as fields."""

    __slots__ = ("_engine",)

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def one(
        self, view: Callable[..., View], select: Select[Any], parameters: Mapping[str, object]
    ) -> View | None:
        """Give the first row as a view, or None if there is none."""
        row = await LOOKING.run(self._first, select, parameters)
        return None if row is None else view(**row)

    async def all(
        self, view: Callable[..., View], select: Select[Any], parameters: Mapping[str, object]
    ) -> list[View]:
        """Give every row as a view."""
        rows = await LOOKING.run(self._all, select, parameters)
        return [view(**row) for row in rows]

    async def page(
        self,
        view: Callable[..., View],
        paging: Paging,
        parameters: Mapping[str, object],
        *,
        limit: int,
        cursor: str | None,
    ) -> Page[View]:
        """Give at most `limit` rows after the cursor, and the cursor of the page that follows."""
        statement, bounds = paging.statement(limit, cursor)
        rows = await LOOKING.run(self._all, statement, {**parameters, **bounds})
        items = [view(**paging.values(row)) for row in rows[:limit]]
        return Page(items=items, next=paging.cursor(rows[limit - 1]) if len(rows) > limit else None)

    def _first(self, select: Select[Any], parameters: Mapping[str, object]) -> RowMapping | None:
        require_fit(parameters)
        with self._engine.connect() as connection:
            row = connection.execute(select, parameters).mappings().first()
            self._witness(connection)
        return row

    def _all(self, select: Select[Any], parameters: Mapping[str, object]) -> Sequence[RowMapping]:
        require_fit(parameters)
        with self._engine.connect() as connection:
            rows = _counted(connection.execute(select, parameters).mappings())
            self._witness(connection)
        return rows

    def _witness(self, connection: Connection) -> None:
        """Look at what else matters about what was just read: here, at nothing."""


class WitnessingReader(Reader):
    """A reader that sees whether a read model was rebuilt while it read.

    `held` tells whether all that it has read was of the generations that had passed the position.
    """

    __slots__ = ("_generations", "_position", "held")

    def __init__(self, engine: Engine, generations: Mapping[str, str], position: Position) -> None:
        super().__init__(engine)
        self._generations = generations
        self._position = position
        self.held = True

    def _witness(self, connection: Connection) -> None:
        rows = connection.execute(READ_NAMED, {"named": tuple(self._generations)}).all()
        found = {row.projection: Checkpoint.of(row) for row in rows}
        for name, generation in self._generations.items():
            checkpoint = found.get(name)
            if checkpoint is None or checkpoint.generation != generation:
                self.held = False
            elif checkpoint.position < self._position:
                self.held = False  # 0.3.0 rebuilds without a new generation


def _counted(result: MappingResult) -> Sequence[RowMapping]:
    """Fetch all rows, and count them where a request waits for them."""
    if share.get() is None:
        return result.all()
    rows: list[RowMapping] = []
    for part in result.partitions(PART):
        hold(sum(size_of(value) for row in part for value in row.values()))
        rows += part
    return rows
