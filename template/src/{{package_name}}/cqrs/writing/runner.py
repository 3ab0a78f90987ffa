"""Runs a command: decide, apply, acknowledge."""

from __future__ import annotations

import asyncio
import logging
import random
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from ..errors import Conflict, InvalidReturn, Refused
from ..journal import Origin
from ..limits import TimeLimit
from ..logs import correlation
from ..messages import Ack, Command, Id
from .handler import CommandHandler
from .receipts import Receipt, receipt_of
from .store import WriteStore
from .unit_of_work import UnitOfWork

log = logging.getLogger(__name__)

ATTEMPTS = 10
"""How often a command that loses its races is decided before the caller hears of it."""

COMMAND_SECONDS = 30.0
"""How long deciding on a command may take, unless the settings say otherwise."""

LONGEST_PAUSE = 0.1
"""Seconds between two decisions at most; there is chance in it, so that rivals part."""


class CommandRunner:
    """Give a command to its handler and apply what it decided."""

    __slots__ = ("_handler", "_seconds", "_store")

    def __init__(
        self, handler: CommandHandler[Any], store: WriteStore, seconds: float = COMMAND_SECONDS
    ) -> None:
        self._handler = handler
        self._store = store
        self._seconds = seconds

    async def handle(self, command: Command, key: str | None = None) -> Ack:
        """Decide and apply; a command that lost a race is decided again, on what is true now.

        With a key, it is decided once: what was acknowledged before is acknowledged again.
        """
        message_id = uuid4()
        origin = Origin(message_id, correlation.get() or message_id)
        token = correlation.set(origin.correlation_id)
        try:
            ack = await self._decide(command, origin, key)
        except Refused as error:
            log.info("%s refused: %s", type(command).__name__, type(error).__name__)
            raise
        else:
            log.info("%s done", type(command).__name__)
            return ack
        finally:
            correlation.reset(token)

    async def _decide(self, command: Command, origin: Origin, key: str | None) -> Ack:
        receipt = None if key is None else receipt_of(command, key)
        limit = TimeLimit(type(command), self._seconds)
        for attempt in range(1, ATTEMPTS):
            try:
                return await self._attempt(command, origin, receipt, limit)
            except Conflict:
                most = min(LONGEST_PAUSE, 0.002 * 2**attempt)
                await asyncio.sleep(random.uniform(0, most))  # noqa: S311  no secret
        return await self._attempt(command, origin, receipt, limit)

    async def _attempt(
        self, command: Command, origin: Origin, receipt: Receipt | None, limit: TimeLimit
    ) -> Ack:
        if receipt is None:
            return await self._apply(command, origin, None, limit)
        if (before := await self._store.recall(receipt)) is not None:
            return before
        try:
            return await self._apply(command, origin, receipt, limit)
        except Refused:
            # Perhaps by what the same key has just done, sent twice at once.
            if (before := await self._store.recall(receipt)) is None:
                raise
            return before

    async def _apply(
        self, command: Command, origin: Origin, receipt: Receipt | None, limit: TimeLimit
    ) -> Ack:
        uow = UnitOfWork(self._store.fetch)
        # Deciding alone has a limit: what has been submitted may be written, whatever time it is.
        given_back = await limit.run(self._handler.handle(command, uow))
        acknowledged = _only_an_id(given_back, self._handler)
        kept = None if receipt is None else replace(receipt, id=acknowledged)
        return Ack(acknowledged, await self._store.apply(uow.effects, origin, kept))


def _only_an_id(given_back: object, handler: CommandHandler[Any]) -> Id | None:
    # A bool is an int to Python, and an answer to a question to everybody else.
    if given_back is None or (
        isinstance(given_back, UUID | int | str) and not isinstance(given_back, bool)
    ):
        return given_back
    raise InvalidReturn(
        f"`{type(handler).__name__}` gave back a {type(given_back).__name__}: "
        "a command gives back an ID or None, never data; what is to be seen, a query shows"
    )
