"""The heartbeat: shows whether the write store takes what commands decide."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    delete,
    func,
    insert,
    select,
)

from ..errors import CqrsError
from ..journal import Origin
from .unit_of_work import Effects, Execution

log = logging.getLogger(__name__)

SIZE = 16 * 1024
"""Bytes of a heartbeat: it needs as much room as a command does, so that it fails when they do."""

HEARTBEATS = Table(
    "heartbeats",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("filling", LargeBinary, nullable=False),
)
# The new one first: rows that are overwritten need no room, and would fit on a disk that is full.
BEAT = Effects(
    (
        Execution(insert(HEARTBEATS).values(filling=func.randomblob(SIZE)), {}, rows=None),
        Execution(
            delete(HEARTBEATS).where(
                HEARTBEATS.c.id < select(func.max(HEARTBEATS.c.id)).scalar_subquery()
            ),
            {},
            rows=None,
        ),
    ),
    (),
)
ORIGIN = Origin(UUID(int=0), UUID(int=0))


class Heartbeat:
    """Writes a little to the write store, as commands do, once in so many seconds at most."""

    def __init__(
        self, apply: Callable[[Effects, Origin], Coroutine[Any, Any, object]], seconds: float
    ) -> None:
        self._apply = apply
        self._seconds = seconds
        self._began = float("-inf")
        self._beating: asyncio.Task[bool] | None = None

    async def beats(self, patience: float) -> bool:
        """Whether the last heartbeat was written; one that takes longer than `patience` was not."""
        beating = self._latest()
        done, _ = await asyncio.wait({beating}, timeout=patience)
        return bool(done) and beating.result()

    def _latest(self) -> asyncio.Task[bool]:
        now = time.monotonic()
        task = self._beating
        if task is None or (task.done() and now - self._began >= self._seconds):
            self._began = now
            self._beating = task = asyncio.create_task(self._beat())
        return task

    async def _beat(self) -> bool:
        try:
            await self._apply(BEAT, ORIGIN)
        except CqrsError as error:
            log.warning("the write store takes no commands: %s", error)
        except Exception:
            log.exception("the write store takes no commands")
        else:
            return True
        return False
