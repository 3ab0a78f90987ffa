"""The reader: looks at read models, on a connection that cannot write."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Engine, RowMapping, Select

from ..values import require_fit
from .paging import Page, Paging

View = TypeVar("View")


class Reader:
    """Look at read models; each row becomes a view, a class with the row's columns as fields."""

    __slots__ = ("_engine",)

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def one(
        self, view: Callable[..., View], select: Select[Any], parameters: Mapping[str, object]
    ) -> View | None:
        """Give the first row as a view, or None if there is none."""
        row = await asyncio.to_thread(self._first, select, parameters)
        return None if row is None else view(**row)

    async def all(
        self, view: Callable[..., View], select: Select[Any], parameters: Mapping[str, object]
    ) -> list[View]:
        """Give every row as a view."""
        rows = await asyncio.to_thread(self._all, select, parameters)
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
        rows = await asyncio.to_thread(self._all, statement, {**parameters, **bounds})
        items = [view(**paging.values(row)) for row in rows[:limit]]
        return Page(items=items, next=paging.cursor(rows[limit - 1]) if len(rows) > limit else None)

    def _first(self, select: Select[Any], parameters: Mapping[str, object]) -> RowMapping | None:
        require_fit(parameters)
        with self._engine.connect() as connection:
            return connection.execute(select, parameters).mappings().first()

    def _all(self, select: Select[Any], parameters: Mapping[str, object]) -> Sequence[RowMapping]:
        require_fit(parameters)
        with self._engine.connect() as connection:
            return connection.execute(select, parameters).mappings().all()
