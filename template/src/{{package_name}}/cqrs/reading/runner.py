"""Runs a query: wait if it was asked to, then look."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from ..limits import TimeLimit
from ..messages import Ack, Position, Query
from .freshness import Freshness
from .handler import QueryHandler
from .reader import Reader, WitnessingReader


class QueryRunner:
    """Give a query to its handler, together with a reader."""

    __slots__ = ("_engine", "_freshness", "_handler", "_projections", "_reader", "_seconds")

    def __init__(
        self,
        handler: QueryHandler[Any, Any],
        engine: Engine,
        freshness: Freshness,
        seconds: float,
    ) -> None:
        self._handler = handler
        self._engine = engine
        self._reader = Reader(engine)
        self._seconds = seconds
        self._freshness = freshness
        self._projections = tuple(projection.name() for projection in handler.reads)

    async def handle(self, query: Query[Any], after: Ack | Position | None = None) -> Any:
        """Answer, if need be only when the read models have caught up with `after`."""
        position = after.position if isinstance(after, Ack) else after
        if position is None or not self._projections:
            return await self._ask(query, self._reader)
        return await self._ask_after(query, position)

    async def _ask(self, query: Query[Any], reader: Reader) -> Any:
        limit = TimeLimit(type(query), self._seconds)
        return await limit.run(self._handler.handle(query, reader))

    async def _ask_after(self, query: Query[Any], position: Position) -> Any:
        """Answer, and once more if a read model began anew while the handler was reading it."""
        deadline = self._freshness.deadline()
        while True:
            passed = await self._freshness.wait(self._projections, position, deadline)
            reader = WitnessingReader(self._engine, passed, position)
            try:
                answer = await self._ask(query, reader)
            except Exception:
                if reader.held:
                    raise
            else:
                if reader.held:
                    return answer
            self._freshness.forget()
