"""`shop serve`: a real process starts, answers, and ends with nothing lost."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import httpx
import pytest

from conftest import SERVICE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Shell

ANN = {"email": "ann@example.org", "name": "Ann"}

SLOW = '''"""A command that takes its time, and one that breaks."""

import asyncio
import sys
from uuid import UUID

from shop.cqrs.writing import CommandHandler, UnitOfWork
from shop.events.user_created import UserCreated
from shop.write.commands.slow import Break, Slow


class SlowHandler(CommandHandler[Slow]):
    async def handle(self, command: Slow, uow: UnitOfWork) -> UUID:
        print("deciding", file=sys.stderr, flush=True)
        await asyncio.sleep(1)
        uow.record(UserCreated(user_id=UUID(int=1), email="slow", name="slow"))
        return UUID(int=1)


class BreakHandler(CommandHandler[Break]):
    async def handle(self, command: Break, uow: UnitOfWork) -> None:
        raise RuntimeError("the secret of the house")
'''
MESSAGES = '''"""The messages of these tests."""

from dataclasses import dataclass

from shop.cqrs import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class Slow(Command):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Break(Command):
    pass
'''


class Served:
    """A service in a process of its own, reached over HTTP."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.url = self.line_with("listening on").partition("listening on ")[2].partition('"')[0]

    def line_with(self, text: str) -> str:
        """Read its log until a line has this text."""
        assert self.process.stderr is not None
        read = []
        for line in self.process.stderr:
            read.append(line)
            if text in line:
                return line
        pytest.fail(f"it ended without `{text}`:\n{''.join(read)}")

    def post(self, path: str, body: dict[str, str]) -> httpx.Response:
        return httpx.post(f"{self.url}{path}", json=body, timeout=20)

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"{self.url}{path}", timeout=20)

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(20)


@contextmanager
def served(shop: Shell, *options: str, **settings: str) -> Iterator[Served]:
    process = subprocess.Popen(
        [sys.executable, *SERVICE, "serve", *options],
        cwd=shop.folder,
        env=shop.env | {"PYTHONPATH": str(shop.folder / "src"), "SHOP_PORT": "0"} | settings,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield Served(process)
    finally:
        process.kill()
        process.communicate()


def test_it_answers_on_loopback_with_a_projector_and_ends_when_told(shop: Shell) -> None:
    with served(shop) as service:
        ack = service.post("/commands/create-user", ANN)
        query = f"user_id={ack.json()['id']}&after={ack.json()['position']}"
        view = service.get(f"/queries/get-user-stats?{query}")
        ended = service.end()

    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", service.url)
    assert (ack.status_code, view.status_code) == (201, 200)
    assert ended == 0


def test_commands_under_way_are_finished_and_acknowledged_before_it_ends(shop: Shell) -> None:
    _add_slow(shop)
    with served(shop) as service, ThreadPoolExecutor() as pool:
        broken = service.post("/commands/break", {})
        told = json.loads(service.line_with("the secret of the house"))
        under_way = pool.submit(service.post, "/commands/slow", {})
        service.line_with("deciding")
        ended = service.end()
        ack = under_way.result()

    status = json.loads(shop.python(*SERVICE, "status", "--json").stdout)
    assert (ended, ack.status_code) == (0, 201)
    assert ack.json()["position"] == status["head"] == "0-1"
    assert broken.status_code == 500
    assert "Traceback" in told["traceback"]
    assert told["correlation_id"] == broken.headers["X-Correlation-ID"]


def test_a_port_that_is_taken_is_told(shop: Shell) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        ended = shop.python(*SERVICE, "serve", "--port", port)

    assert (ended.returncode, ended.stdout) == (1, "")
    assert re.fullmatch(rf"error: Cannot listen on 127\.0\.0\.1:{port}: .*in use.*\n", ended.stderr)


def test_wiring_faults_are_listed_and_it_does_not_start(shop: Shell) -> None:
    _add_slow(shop)
    (shop.folder / "src/shop/write/handlers/slow.py").unlink()
    ended = shop.python(*SERVICE, "serve", "--port", "0")

    assert ended.returncode == 1
    assert ended.stderr == (
        "error: The service cannot start:\n  - `Slow` has no handler\n  - `Break` has no handler\n"
    )


def test_a_store_that_cannot_be_opened_is_told(shop: Shell) -> None:
    (shop.folder / "var").write_text("no folder")
    ended = shop.python(*SERVICE, "serve", "--port", "0")

    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert ended.stderr.startswith("error: ")


def _add_slow(shop: Shell) -> None:
    write = shop.folder / "src/shop/write"
    (write / "commands/slow.py").write_text(MESSAGES)
    (write / "handlers/slow.py").write_text(SLOW)
