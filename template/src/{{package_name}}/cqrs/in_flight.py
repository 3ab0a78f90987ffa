"""The requests in flight: what cuts one off, or breaks it, is answered as a problem."""

from __future__ import annotations

import asyncio
import logging

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .problems import RETRY_AFTER, problem, unforeseen

log = logging.getLogger(__name__)

CUT_OFF = (
    "The service is stopping, and whether this was done is unknown; "
    "with an Idempotency-Key a command may be sent again"
)


class Exchange:
    """A request, and how far the answer to it is."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._is_answered = False
        self._is_cut_off = False
        self._task = asyncio.current_task()

    async def send(self, message: Message) -> None:
        """Pass the answer on, unless the request was cut off."""
        if not self._is_cut_off:
            self._is_answered = True
            await self._send(message)

    async def break_off(self, error: BaseException) -> None:
        """Answer for what is no `Exception`, such as SystemExit, and would end the process."""
        if self._is_cut_off:
            return
        if isinstance(error, asyncio.CancelledError) and self._task and self._task.cancelling():
            raise error
        log.error("a request ended by %s", type(error).__name__, exc_info=error)
        if not self._is_answered:
            await unforeseen()(self._scope, self._receive, self.send)

    async def cut_off(self) -> None:
        """Answer that the service is stopping, and cancel what is being done."""
        is_answered, self._is_cut_off = self._is_answered, True
        if not is_answered:
            headers = {**RETRY_AFTER, "Connection": "close"}
            await problem(503, CUT_OFF, headers=headers)(self._scope, self._receive, self._send)
        if self._task is not None:
            self._task.cancel()


class InFlight(set[Exchange]):
    """The requests in flight."""

    async def cut_off(self) -> None:
        """Answer all that are left; they had their time."""
        await asyncio.gather(*(each.cut_off() for each in self), return_exceptions=True)


class Tracked:
    """Middleware that keeps track of the requests in flight."""

    def __init__(self, app: ASGIApp, in_flight: InFlight) -> None:
        self._app = app
        self._in_flight = in_flight

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = Exchange(scope, receive, send)
        self._in_flight.add(exchange)
        try:
            await self._app(scope, receive, exchange.send)
        except Exception:
            raise
        except BaseException as error:  # noqa: BLE001  the server would answer in plain text
            await exchange.break_off(error)
        finally:
            self._in_flight.discard(exchange)
