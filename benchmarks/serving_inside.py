"""What `serving.py` runs in the environment that has the generated project and the peers."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from measuring import Subject, Timing, in_turn, report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent
CONNECTIONS = 16
REQUESTS = 1_600
PATIENCE_SECONDS = 30
MICROSECONDS = 1e-6
ANN = json.dumps({"email": "ann@example.org", "name": "Ann"}).encode()
COMMAND = (
    b"POST /commands/create-user HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(ANN), ANN)
)
QUERY = b"GET /queries/get-user-stats?user_id=%b HTTP/1.1\r\nHost: localhost\r\n\r\n"

SERVICE = (str(HERE / "serving_service.py"), "serve", "--log-level", "info")
BARE = ("-m", "uvicorn", "serving_bare:app", "--log-level", "warning", "--no-access-log")
SERVERS = {
    "`shop serve`, with `fast`": (SERVICE, {}),
    "`shop serve`": (SERVICE, {"PLAIN": "1"}),
    "bare FastAPI, with uvloop and httptools": (BARE, {}),
    "bare FastAPI": ((*BARE, "--loop", "asyncio", "--http", "h11"), {}),
}
"""How each of them is started, and with what in its environment."""


def main(rounds: int = 9) -> None:
    """Print a table for queries, and one for commands; above 1, the service is the faster one."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        servers = [
            stack.enter_context(_serving(Path(folder) / f"{number}", name, *started))
            for number, (name, started) in enumerate(SERVERS.items())
        ]
        queries = [QUERY % _create(server.port) for server in servers]
        commands = [COMMAND] * len(servers)
        for title, requests in {"query": queries, "command": commands}.items():
            asked = list(zip(servers, requests, strict=True))
            _print(f"one {title} over {CONNECTIONS} connections", asked, rounds)
            _print(f"one {title}, in CPU time of the server", asked, rounds, _clock(servers))


@dataclass(frozen=True, slots=True)
class Server:
    """A server in a process of its own."""

    name: str
    port: int
    process: int

    @property
    def cpu_seconds(self) -> float:
        """How long it has been at work; Linux tells it in hundredths."""
        told = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def _clock(servers: list[Server]) -> Callable[[], float]:
    """Count the time that all of them have been at work, of which one is asked at a time."""
    return lambda: sum(server.cpu_seconds for server in servers)


@contextmanager
def _serving(
    folder: Path, name: str, command: tuple[str, ...], own: dict[str, str]
) -> Iterator[Server]:
    """Run a server with its stores in a folder."""
    folder.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    env = {**os.environ, **own, "PYTHONPATH": str(HERE)}
    line = (sys.executable, *command, "--port", f"{port}")
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(line, cwd=folder, env=env, stderr=log)
    try:
        _wait_for(port, folder / "log")
        yield Server(name, port, server.pid)
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int, log: Path) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            if time.monotonic() > until:
                sys.exit(f"it does not answer:\n{log.read_text()}")
            time.sleep(0.1)
        else:
            return


def _create(port: int) -> bytes:
    """Create a user, and wait until it is shown; give its ID."""
    ack = json.loads(_ask(port, COMMAND, CONNECTIONS))
    user = str(ack["id"]).encode()
    time.sleep(2)
    _ask(port, QUERY % user, CONNECTIONS)
    return user


def _print(
    title: str,
    asked: list[tuple[Server, bytes]],
    rounds: int,
    clock: Callable[[], float] = time.perf_counter,
) -> None:
    subjects = [
        Subject(server.name, partial(_ask, server.port, request)) for server, request in asked
    ]
    timings = [
        Timing(timing.name, tuple(took / REQUESTS for took in timing.seconds))
        for timing in in_turn(subjects, rounds, clock)
    ]
    print(report(title, timings, unit="µs", per=MICROSECONDS), end="\n\n", flush=True)


def _ask(port: int, request: bytes, requests: int = REQUESTS) -> bytes:
    return asyncio.run(_load(port, request, requests))


async def _load(port: int, request: bytes, requests: int) -> bytes:
    """Send a request so many times over all connections together; give the last body."""
    each = requests // CONNECTIONS
    bodies = await asyncio.gather(*(_send(port, request, each) for _ in range(CONNECTIONS)))
    return bodies[-1]


async def _send(port: int, request: bytes, times: int) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = b""
    for _ in range(times):
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if head.split(b" ", 2)[1] not in {b"200", b"201"}:
            sys.exit(f"it answered:\n{head.decode()}")
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        body = await reader.readexactly(int(length))
    writer.close()
    return body


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
