"""The hosts that the service answers to: a page elsewhere can rebind its own name to this one."""

from __future__ import annotations

import re
from collections.abc import Collection

from starlette.types import ASGIApp, Receive, Scope, Send

from .problems import problem
from .settings import Settings, normalized

AUTHORITY = re.compile(r"(?P<host>\[[^\[\]]+\]|[^.:\[\]/@\s][^:\[\]/@\s]*)(:[0-9]*)?")
ANY_ADDRESS = {"0.0.0.0", "[::]"}  # noqa: S104  no name of this service

NOT_ALLOWED = (
    "The `Host` of this request is not one that the service answers to: add it to the setting "
    "`allowed_hosts`, which is `…_ALLOWED_HOSTS` in the environment; "
    "in a test, `http://localhost` is allowed"
)


def hosts_of(settings: Settings) -> set[str]:
    """Return the hosts that are allowed, and the address that the service listens on."""
    return {*settings.allowed_hosts} | ({normalized(settings.host)} - ANY_ADDRESS)


class AllowedHosts:
    """Refuse requests for other hosts, whatever their path.

    `*.example.org` allows every name below it, and `*` every host.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self._app = app
        self._any = "*" in hosts
        self._names = frozenset(hosts)
        self._suffixes = tuple(host.removeprefix("*") for host in hosts if host.startswith("*."))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or self._any or self._allows(_host_of(scope)):
            await self._app(scope, receive, send)
        else:
            await problem(400, NOT_ALLOWED)(scope, receive, send)

    def _allows(self, host: str) -> bool:
        return host in self._names or host.endswith(self._suffixes)


def _host_of(scope: Scope) -> str:
    """Return the host that a request names; empty if it names none, several, or no valid one."""
    named = [value for name, value in scope["headers"] if name == b"host"]
    parsed = AUTHORITY.fullmatch(named[0].decode("latin-1")) if len(named) == 1 else None
    return normalized(parsed["host"]) if parsed else ""
