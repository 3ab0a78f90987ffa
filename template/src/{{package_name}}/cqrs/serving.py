"""Serves the API: `serve` on the service's command line."""

from __future__ import annotations

import asyncio
import logging
import math
import socket
from typing import Annotated

import typer
import uvicorn

from .cli import Build, guarded
from .errors import CqrsError
from .http import Api, Authorize, http_api
from .logs import log_as_json
from .server import Server
from .service import Service
from .shutdown import Shutdown

log = logging.getLogger(__name__)

Host = Annotated[str, typer.Option(help="The address to listen on: 0.0.0.0 is open to others.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on; 0: any.")]


def add_serve(cli: typer.Typer, build: Build, authorize: Authorize, *, title: str) -> None:
    """Add `serve` to a command line."""

    @cli.command()
    def serve(host: Host = "127.0.0.1", port: Port = 8000) -> None:
        """Serve the API, with a projector in the background, until told to stop."""
        log_as_json()
        with guarded():
            service = build()
            api = http_api(service, authorize, title=title)
            shutdown = Shutdown(service.settings.grace)
            with shutdown.on_signals(), _listen(host, port) as listening:
                asyncio.run(_serve(service, api, listening, shutdown))
            raise typer.Exit(shutdown.status)


async def _serve(service: Service, api: Api, listening: socket.socket, shutdown: Shutdown) -> None:
    grace = service.settings.grace
    config = uvicorn.Config(
        api,
        lifespan="off",  # the service is started here, so that what fails is told as a line
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=math.ceil(grace) + 1,  # what is late was cut off before that
    )
    server = Server(config, api.in_flight, grace)
    async with service:
        log.info("listening on http://%s:%s", *listening.getsockname()[:2])
        shutdown.call(server.stop, service.read_store.release)
        failing = asyncio.create_task(_end_on_failure(service, shutdown))
        await server.serve(sockets=[listening])
        shutdown.begin()
        await service.stop(shutdown.seconds_left)
    if failing.done():
        failing.result()
    failing.cancel()
    shutdown.finish()


async def _end_on_failure(service: Service, shutdown: Shutdown) -> None:
    try:
        await service.watch()
    except CqrsError:
        shutdown.begin()
        raise


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise CqrsError(f"Cannot listen on {host}:{port}: {error.strerror}") from None
