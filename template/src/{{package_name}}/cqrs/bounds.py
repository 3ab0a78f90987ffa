"""Answers within the budget: what does not fit is refused, and what is large goes out in pieces."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .budget import Budget, Share
from .errors import CqrsError
from .problems import BUSY, RETRY_AFTER, problem

PIECE = 64 * 1024


class Bounded:
    """Count what each request holds, from its body to the last piece of its answer."""

    def __init__(self, app: ASGIApp, budget: Budget) -> None:
        self._app = app
        self._budget = budget

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with self._budget.open_share() as share:
            await self._app(scope, receive, _Answer(scope, receive, send, share).send)


class _Answer:
    """Send an answer piece by piece, each when the client has read most of those before.

    Sent at once it would wait in the server's memory, and count as sent.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send, share: Share) -> None:
        self._request = scope, receive
        self._send = send
        self._share = share
        self._is_refused = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._start(message)
        elif not self._is_refused:
            await self._send_in_pieces(message)

    async def _start(self, message: Message) -> None:
        length = Headers(raw=message["headers"]).get("content-length", "0")
        try:
            self._share.hold(int(length))
        except CqrsError:  # too much for the budget, alone or with the others
            self._is_refused = True
            await problem(503, BUSY, headers=RETRY_AFTER)(*self._request, self._send)
        else:
            await self._send(message)

    async def _send_in_pieces(self, message: Message) -> None:
        body = message.get("body", b"")
        for start in range(0, len(body) - PIECE, PIECE):
            piece = body[start : start + PIECE]
            await self._send({"type": message["type"], "body": piece, "more_body": True})
        last = (len(body) - 1) // PIECE * PIECE
        await self._send({**message, "body": body[last:]} if last > 0 else message)
