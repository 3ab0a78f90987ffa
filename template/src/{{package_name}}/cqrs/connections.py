"""Connections that end: a client has so long to send a request, and to read its answer."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from socket import SO_LINGER, SOL_SOCKET
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.auto import AutoHTTPProtocol
from uvicorn.server import ServerState

from .problems import BUSY, CLOSE, RETRY_AFTER, problem
from .settings import Settings

RESET = struct.pack("ii", 1, 0)
"""For SO_LINGER: what has not been sent is dropped, by the kernel too."""

LARGEST_HEAD = 64 * 1024
"""How many bytes a request may have before its body."""


class ServerConfig(uvicorn.Config):
    """uvicorn's configuration, with connections that keep to the settings."""

    def __init__(
        self,
        app: ASGIApp,
        settings: Settings,
        *,
        grace: int,
        protocol: type[asyncio.Protocol] = AutoHTTPProtocol,
    ) -> None:
        self.settings = settings
        self.protocol = protocol
        super().__init__(
            Answering(app),
            http=Connection,
            ws="none",
            lifespan="off",  # `serve` starts the service, so that what fails is told as a line
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=grace,
        )


class Answering:
    """Let a connection know while a request of its own is being answered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._busy = problem(503, BUSY, headers=RETRY_AFTER | CLOSE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection: Connection = scope["state"]["connection"]
        with connection.answering():
            app = self._busy if connection.is_surplus else self._app
            await app(scope, receive, send)


class Connection(asyncio.Protocol):
    """A client's connection, handled by uvicorn's own protocol, but not for ever.

    uvicorn waits without end for the rest of a request, and for a client to read its answer.
    """

    def __init__(
        self,
        config: ServerConfig,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self.is_surplus = False
        self._settings = config.settings
        self._all = server_state.connections
        self._http = config.protocol(  # type: ignore[call-arg]  # typed as any protocol at all
            config=config,
            server_state=server_state,
            app_state={**app_state, "connection": self},
            _loop=_loop,
        )
        self._deadline: asyncio.TimerHandle | None = None
        self._received = 0
        self._is_answering = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as servers have it
        self._transport = transport
        self._http.connection_made(transport)
        self.is_surplus = len(self._all) > self._settings.max_connections
        self._start_clock(self._settings.request_timeout)

    def data_received(self, data: bytes) -> None:
        if self._received > LARGEST_HEAD:
            self._refuse(431, f"What comes before a body has at most {LARGEST_HEAD} bytes")
            return
        if not self._is_answering:
            self._received += len(data)
            self._start_clock(self._settings.request_timeout)
        self._http.data_received(data)

    def eof_received(self) -> bool | None:
        return self._http.eof_received()

    def pause_writing(self) -> None:
        self._start_clock(self._settings.response_timeout)
        self._http.pause_writing()

    def resume_writing(self) -> None:
        self._http.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_clock()
        self._http.connection_lost(exc)

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Let the service take its time; the client's begins again with the answer."""
        if not self._unsent:
            self._stop_clock()
        self._is_answering, self._received = True, 0
        try:
            yield
        finally:
            self._is_answering = False
            if self._unsent:
                self._start_clock(self._settings.response_timeout)
            else:
                self._stop_clock()

    @property
    def _unsent(self) -> int:
        return self._transport.get_write_buffer_size()

    def _start_clock(self, seconds: float) -> None:
        if self._deadline is None:
            self._deadline = asyncio.get_running_loop().call_later(seconds, self._end)

    def _stop_clock(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _end(self) -> None:
        self._deadline = None
        if self._is_answering or self._unsent:
            self._abort()
        elif self._received:
            self._refuse(408, "The request took too long to arrive")
        else:
            self._transport.close()

    def _abort(self) -> None:
        """Close at once: to close in order would wait for the client to read."""
        socket = self._transport.get_extra_info("socket")
        socket.setsockopt(SOL_SOCKET, SO_LINGER, RESET)
        self._transport.abort()

    def _refuse(self, status: int, detail: str) -> None:
        """Answer in uvicorn's place, which knows of no request yet, and close."""
        answer = problem(status, detail, headers=CLOSE)
        headers = (name + b": " + value for name, value in answer.raw_headers)
        head = (f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode(), *headers, b"", b"")
        self._transport.write(b"\r\n".join(head) + bytes(answer.body))
        self._transport.close()
