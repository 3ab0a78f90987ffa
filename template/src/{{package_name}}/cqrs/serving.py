"""Serves the API: `serve` on the service's command line."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from typing import Annotated, Never

import typer
import uvicorn
from fastapi import FastAPI

from .cli import Build, guarded
from .errors import CqrsError
from .http import Authorize, http_api
from .logs import log_as_json
from .service import Service

log = logging.getLogger(__name__)

GRACE_SECONDS = 10
"""How long commands that are under way may take when the service is told to stop."""

Host = Annotated[str, typer.Option(help="The address to listen on: 0.0.0.0 is open to others.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on; 0: any.")]


def add_serve(cli: typer.Typer, build: Build, authorize: Authorize, *, title: str) -> None:
    """Add `serve` to a command line."""

    @cli.command()
    def serve(host: Host = "127.0.0.1", port: Port = 8000) -> None:
        """Serve the API, with a projector in the background, until told to stop."""
        log_as_json()
        signal.signal(signal.SIGTERM, _leave)  # to which uvicorn returns when it has finished
        with guarded():
            service = build()
            api = http_api(service, authorize, title=title)
            with _listen(host, port) as listening:
                asyncio.run(_serve(service, api, listening))


async def _serve(service: Service, api: FastAPI, listening: socket.socket) -> None:
    config = uvicorn.Config(
        api,
        lifespan="off",  # the service is started here, so that what fails is told as a line
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    async with service:
        log.info("listening on http://%s:%s", *listening.getsockname()[:2])
        await uvicorn.Server(config).serve(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise CqrsError(f"Cannot listen on {host}:{port}: {error.strerror}") from None


def _leave(*_signal: object) -> Never:
    raise SystemExit(0)
