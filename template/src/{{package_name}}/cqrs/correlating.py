"""Lets a request name the conversation that it belongs to, and tells it in the answer."""

from __future__ import annotations

from uuid import UUID, uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .logs import correlation

HEADER = "X-Correlation-ID"


class Correlated:
    """Take the conversation from a request's header, or begin one, and give it back."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        conversation = _conversation(Headers(scope=scope).get(HEADER, ""))
        correlation.set(conversation)

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = str(conversation)
            await send(message)

        await self._app(scope, receive, tell)


def _conversation(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid4()
