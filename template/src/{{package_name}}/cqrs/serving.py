"""Serves the API: `serve` on the service's command line."""

from __future__ import annotations

import asyncio
import dis
import logging
import math
import socket
from dataclasses import replace
from typing import Annotated, Any

import typer

from .cli import Build, guarded
from .connections import ServerConfig
from .errors import CqrsError
from .http import Api, Authorize, http_api
from .listener import Address
from .logs import log_as_json
from .server import Server
from .service import Service
from .settings import LogLevel, Settings
from .shutdown import Shutdown

log = logging.getLogger(__name__)

OPEN_TO_OTHERS = (
    "Other machines can reach {address}, and `authorize` in app.py lets every caller pass\n"
    "hint: write `authorize`, or say that nobody needs to be known: --allow-anonymous"
)

Host = Annotated[
    str | None, typer.Option(help="The address to listen on: 0.0.0.0 is open to others.")
]
Port = Annotated[int | None, typer.Option(min=0, max=65535, help="The port to listen on; 0: any.")]
Level = Annotated[
    LogLevel | None, typer.Option(case_sensitive=False, help="The least severe log lines.")
]
Anonymous = Annotated[
    bool,
    typer.Option("--allow-anonymous", help="Be open to others with an `authorize` that is empty."),
]


def add_serve(cli: typer.Typer, build: Build, authorize: Authorize, *, title: str) -> None:
    """Add `serve` to a command line."""

    @cli.command()
    def serve(
        *,
        host: Host = None,
        port: Port = None,
        log_level: Level = None,
        allow_anonymous: Anonymous = False,
    ) -> None:
        """Serve the API, with a projector in the background, until told to stop."""
        log_as_json()
        with guarded():
            service = build()
            service.settings = settings = _chosen(
                service.settings,
                host=host,
                port=port,
                log_level=log_level,
                allow_anonymous=allow_anonymous or None,
            )
            logging.getLogger().setLevel(settings.log_level.upper())
            address = Address.find(settings.host, settings.port)
            if not (address.is_loopback() or settings.allow_anonymous or _checks(authorize)):
                raise CqrsError(OPEN_TO_OTHERS.format(address=address))
            api = http_api(service, authorize, title=title)
            shutdown = Shutdown(settings.grace)
            with shutdown.on_signals(), address.listen() as listening:
                _run(service, api, listening, shutdown)
            raise typer.Exit(shutdown.status)


def _chosen(settings: Settings, **options: object) -> Settings:
    given: dict[str, Any] = {name: each for name, each in options.items() if each is not None}
    return replace(settings, **given)


def _checks(authorize: Authorize) -> bool:
    """Tell whether it looks at anything: the one of a fresh project has nothing but a docstring."""
    code = getattr(authorize, "__code__", None)
    if code is None:
        return True
    looks = {*dis.hasname, *dis.haslocal, *dis.hasfree}
    return any(instruction.opcode in looks for instruction in dis.get_instructions(code))


def _run(service: Service, api: Api, listening: socket.socket, shutdown: Shutdown) -> None:
    grace = service.settings.grace
    # uvicorn's own patience ends last: what is late was cut off before that.
    config = ServerConfig(api, service.settings, grace=math.ceil(grace) + 1)
    server = Server(config, api.in_flight, grace)
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(_serve(service, server, listening, shutdown))


async def _serve(
    service: Service, server: Server, listening: socket.socket, shutdown: Shutdown
) -> None:
    async with service:
        host, port = listening.getsockname()[:2]
        log.info("listening on http://%s", Address(host, port, listening.family))
        shutdown.call(server.stop)
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
