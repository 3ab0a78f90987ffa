"""The socket that the service listens on, and who may reach it."""

from __future__ import annotations

import socket
from ipaddress import ip_address
from typing import NamedTuple

from .errors import CqrsError


class Address(NamedTuple):
    """An address to listen on, found by a host's name."""

    host: str
    port: int
    family: socket.AddressFamily

    @classmethod
    def find(cls, host: str, port: int) -> Address:
        """Look a host up; raise CqrsError if it has no address."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            found = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise CqrsError(f"Cannot listen on {host}:{port}: {error}") from None
        return cls(str(found[0][4][0]), port, family)

    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return ip_address(self.host.partition("%")[0]).is_loopback

    def listen(self) -> socket.socket:
        """Listen; raise CqrsError if that cannot be done."""
        try:
            listening = socket.create_server((self.host, self.port), family=self.family)
        except OSError as error:
            raise CqrsError(f"Cannot listen on {self}: {error.strerror}") from None
        # Only where a socket says that it is TCP's does asyncio send answers without delay.
        return socket.socket(
            self.family, socket.SOCK_STREAM, socket.IPPROTO_TCP, listening.detach()
        )

    def __str__(self) -> str:
        host = f"[{self.host}]" if self.family == socket.AF_INET6 else self.host
        return f"{host}:{self.port}"
