"""Serves the API: `serve` on the service's command line."""

from __future__ import annotations

import asyncio
import dis
import logging
import signal
import socket
from dataclasses import replace
from typing import Annotated, Any, Never

import typer
import uvicorn
from fastapi import FastAPI

from .cli import Build, guarded
from .connections import ServerConfig
from .errors import CqrsError
from .http import Authorize, http_api
from .listener import Address
from .logs import log_as_json
from .service import Service
from .settings import LogLevel, Settings

log = logging.getLogger(__name__)

GRACE_SECONDS = 10
"""How long commands that are under way may take when the service is told to stop."""

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
        signal.signal(signal.SIGTERM, _leave)  # to which uvicorn returns when it has finished
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
            with address.listen() as listening:
                _run(service, api, listening)


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


def _run(service: Service, api: FastAPI, listening: socket.socket) -> None:
    config = ServerConfig(api, service.settings, grace=GRACE_SECONDS)
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(_serve(service, uvicorn.Server(config), listening))


async def _serve(service: Service, server: uvicorn.Server, listening: socket.socket) -> None:
    async with service:
        host, port = listening.getsockname()[:2]
        log.info("listening on http://%s", Address(host, port, listening.family))
        await server.serve(sockets=[listening])


def _leave(*_signal: object) -> Never:
    raise SystemExit(0)
