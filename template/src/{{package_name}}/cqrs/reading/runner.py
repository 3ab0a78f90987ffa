"""Runs a query: wait if it was asked to, then look."""

from __future__ import annotations

from typing import Any

from ..limits import TimeLimit
from ..messages import Ack, Position, Query
from .freshness import Freshness
from .handler import QueryHandler
from .reader import Reader


class QueryRunner:
    """Give a query to its handler, together with a reader."""

    __slots__ = ("_freshness", "_handler", "_projections", "_reader", "_seconds")

    def __init__(
        self,
        handler: QueryHandler[Any, Any],
        reader: Reader,
        freshness: Freshness,
        seconds: float,
    ) -> None:
        self._handler = handler
        self._reader = reader
        self._seconds = seconds
        self._freshness = freshness
        self._projections = tuple(projection.name() for projection in handler.reads)

    async def handle(self, query: Query[Any], after: Ack | Position | None = None) -> Any:
        """Answer, if need be only when the read models have caught up with `after`."""
        position = after.position if isinstance(after, Ack) else after
        if position is not None:
            await self._freshness.wait(self._projections, position)
        limit = TimeLimit(type(query), self._seconds)
        return await limit.run(self._handler.handle(query, self._reader))
