"""The settings of the service: from the environment, or passed in Python."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import fields
from difflib import get_close_matches
from fnmatch import fnmatchcase
from ipaddress import ip_address
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass
from pydantic_core import from_json

from .errors import WiringError

HOST_PATTERN = re.compile(r"\*|(\*\.)?\w([\w.-]*\w)?|\[[0-9a-f:.]+\]", re.ASCII)
SERVICE_URL = re.compile(r"(tcp|udp|sctp)://\S+:\d+", re.IGNORECASE)
SERVICE_VARIABLE = re.compile(
    r"_SERVICE_HOST|_SERVICE_PORT(_\w+)?|_PORT_\d+_(TCP|UDP|SCTP)(_PROTO|_PORT|_ADDR)?"
)


def normalized(host: str) -> str:
    """Return a host's name or address as it is compared: `[0:0::1]` and `::1` are `[::1]`."""
    name = host.strip().lower().removesuffix(".")
    try:
        address = ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return name
    return f"[{address}]" if address.version == 6 else str(address)  # noqa: PLR2004


def _hosts(value: object) -> object:
    """Read a list of hosts: separated by commas, or as JSON."""
    if isinstance(value, str):
        try:
            value = from_json(value)
        except ValueError:
            value = str(value).split(",")
    return value


def _host(value: object) -> object:
    host = normalized(value) if isinstance(value, str) else value
    if isinstance(host, str) and not HOST_PATTERN.fullmatch(host):
        raise ValueError(
            f"`{value}` is not a host: write a name or an address without a port, "
            "`*.example.org` for all names below one, or `*` for every host"
        )
    return host


Seconds: TypeAlias = Annotated[float, Field(ge=0, allow_inf_nan=False)]
PositiveSeconds: TypeAlias = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Count: TypeAlias = Annotated[int, Field(ge=1)]
Host: TypeAlias = Annotated[str, BeforeValidator(_host)]
Hosts: TypeAlias = Annotated[tuple[Host, ...], BeforeValidator(_hosts), Field(min_length=1)]
LogLevel: TypeAlias = Literal["debug", "info", "warning", "error", "critical"]
AnyCase = BeforeValidator(lambda value: value.lower() if isinstance(value, str) else value)


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Settings:
    """The service's settings; relative paths start from the folder it is run in."""

    write_url: str = "sqlite:///var/write.db"
    read_url: str = "sqlite:///var/read.db"
    patience: Seconds = 5.0
    """Seconds that a query waits for the position it was asked to come after."""
    command_timeout: PositiveSeconds = 30.0
    """Seconds that deciding on a command may take."""
    query_timeout: PositiveSeconds = 30.0
    """Seconds that answering a query may take, without the wait for `after`."""
    ready_lag: PositiveSeconds = 5.0
    """Seconds that a projection may be behind before the service is not ready."""
    grace: Seconds = 10.0
    """Seconds that what is under way may take when the service is told to stop."""
    log_level: Annotated[LogLevel, AnyCase] = "info"
    """The least severe log lines that `serve` writes."""
    host: str = "127.0.0.1"
    """The address that `serve` listens on."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    """The port that `serve` listens on; 0 is any free one."""
    allowed_hosts: Hosts = ("localhost", "127.0.0.1", "[::1]")
    """The hosts that requests may name; a page elsewhere can rebind its own name to this one."""
    allow_anonymous: bool = False
    """Whether other machines may reach the service while `authorize` lets every caller pass."""
    request_timeout: PositiveSeconds = 20.0
    """Seconds that a client may take to send the headers of a request, and again its body."""
    response_timeout: PositiveSeconds = 60.0
    """Seconds that a client may take to read an answer that it has fallen behind with."""
    max_response_bytes: Count = 5_000_000
    """How large the answer to a query may be."""
    max_connections: Count = 2000
    """How many connections are served at once."""

    @classmethod
    def from_environment(
        cls, prefix: str, environ: Mapping[str, str] = os.environ, *, own: Collection[str] = ()
    ) -> Self:
        """Read `PREFIX_WRITE_URL` and its like; what is not set keeps its default.

        A variable with the prefix that is no setting is a WiringError: it may be a misspelt one.
        `own` names those that are read elsewhere: `("SHOP_TOKEN", "SHOP_ADMIN_*")`.
        """
        names = {f"{prefix}_{field.name.upper()}": field.name for field in fields(cls)}
        given = _variables(environ, f"{prefix}_")
        faults = list(_unknown_faults([name for name in given if name not in names], names, own))
        values = {names[name]: text for name, text in given.items() if name in names}
        try:
            settings = TypeAdapter(cls).validate_python(values)
        except ValidationError as error:
            faults = [_sentence(prefix, **fault) for fault in error.errors()] + faults
        if faults:
            raise WiringError("The environment is not right", faults)
        return settings


def _variables(environ: Mapping[str, str], prefix: str) -> dict[str, str]:
    given = {name: text for name, text in environ.items() if name.startswith(prefix)}
    links = set(_service_links(given))
    return {name: text for name, text in given.items() if name not in links}


def _unknown_faults(
    names: Iterable[str], known: Collection[str], own: Collection[str]
) -> Iterator[str]:
    unknown = [n for n in names if not any(fnmatchcase(n, pattern) for pattern in own)]
    for name in unknown:
        close = get_close_matches(name.upper(), known, n=1)
        hint = f"did you mean `{close[0]}`?" if close else f"there are {', '.join(known)}"
        yield f"`{name}`: there is no such setting; {hint}"
    if unknown:
        shown = "".join(f'"{name}", ' for name in unknown).rstrip()
        yield f"variables of your own are declared in app.py: `from_environment(…, own=({shown}))`"


def _sentence(prefix: str, *, loc: tuple[int | str, ...], msg: str, **_details: object) -> str:
    return f"`{prefix}_{str(loc[0]).upper()}`: {msg.removeprefix('Value error, ')}"


def _service_links(environ: Mapping[str, str]) -> Iterator[str]:
    """Name what Kubernetes sets for each service of the namespace, which may be called like this.

    https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
    """
    urls = {n for n, text in environ.items() if n.endswith("_PORT") and SERVICE_URL.fullmatch(text)}
    services = {name.removesuffix("_PORT") for name in urls} | {
        name.removesuffix("_SERVICE_HOST")
        for name in environ
        if f"{name.removesuffix('_HOST')}_PORT" in environ and name.endswith("_SERVICE_HOST")
    }
    yield from urls
    for name in environ:
        for service in services:
            if SERVICE_VARIABLE.fullmatch(name.removeprefix(service)):
                yield name
