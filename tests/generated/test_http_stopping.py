"""`shop serve` ends within its grace, whatever hangs, and ends by itself if its stores are lost."""

from __future__ import annotations

import json
import re
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

import httpx
import pytest

from conftest import SERVICE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Shell

pytestmark = pytest.mark.thorough

ANN = {"email": "ann@example.org", "name": "Ann"}
PATIENCE_SECONDS = 30

COMMAND = '''"""A command that hangs, in one way or another."""

from dataclasses import dataclass

from shop.cqrs import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class Hang(Command):
    how: str
'''
HANDLER = '''"""Hangs for an hour."""

import asyncio
import re
import sys
import time
from uuid import UUID, uuid4

from shop.cqrs.writing import CommandHandler, UnitOfWork
from shop.events.user_created import UserCreated
from shop.write.commands.hang import Hang


async def stay() -> None:
    while True:
        try:
            await asyncio.sleep(3600)
        except BaseException:
            pass


class HangHandler(CommandHandler[Hang]):
    async def handle(self, command: Hang, uow: UnitOfWork) -> UUID:
        print("hanging", file=sys.stderr, flush=True)
        if command.how == "in a thread":
            await asyncio.to_thread(time.sleep, 3600)
        elif command.how == "in the event loop":
            time.sleep(3600)
        elif command.how == "with the interpreter's lock":
            re.match(r"(a+)+$", "a" * 60 + "b")
        elif command.how == "awaiting":
            await asyncio.sleep(3600)
        elif command.how == "whatever it is told":
            await stay()
        elif command.how == "in its projection":
            uow.record(UserCreated(user_id=uuid4(), email="hang", name="hang"))
        return uuid4()
'''
QUERY = '''"""A query that counts for hours."""

from dataclasses import dataclass

from shop.cqrs import Query


@dataclass(frozen=True, slots=True, kw_only=True)
class CountForHours(Query[int | None]):
    pass
'''
QUERY_HANDLER = '''"""Counts for hours."""

import sys

from sqlalchemy import text

from shop.cqrs.reading import QueryHandler, Reader
from shop.read.queries.count_for_hours import CountForHours

SELECT = text(
    """
    WITH RECURSIVE numbers(number) AS (
        SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 1000000000000
    )
    SELECT count(*) AS counted FROM numbers
    """
)


class CountForHoursHandler(QueryHandler[CountForHours, int | None]):
    reads = ()

    async def handle(self, query: CountForHours, reader: Reader) -> int | None:
        print("hanging", file=sys.stderr, flush=True)
        return await reader.one(lambda counted: counted, SELECT, {})
'''
PROJECTION = '''"""A projection that hangs at an event."""

import sys
import time
from collections.abc import Iterator

from shop.cqrs.reading import Change, Projection, ReadModel, Recorded, on
from shop.events.user_created import UserCreated

SEEN = ReadModel("seen", version=1, key={"email": str}, columns={"times": int})


class SeenProjection(Projection):
    read_model = SEEN

    @on(UserCreated)
    def user_created(self, recorded: Recorded[UserCreated]) -> Iterator[Change]:
        if recorded.event.email == "hang":
            print("projecting", file=sys.stderr, flush=True)
            time.sleep(3600)
        yield SEEN.upsert(key={"email": recorded.event.email}, add={"times": 1})
'''
PLANTED = {
    "write/commands/hang.py": COMMAND,
    "write/handlers/hang.py": HANDLER,
    "read/queries/count_for_hours.py": QUERY,
    "read/handlers/count_for_hours.py": QUERY_HANDLER,
    "read/projections/seen.py": PROJECTION,
}


class Served:
    """A service in a process of its own, reached over HTTP."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self._log = log
        self.url = re.findall(r"listening on (http://[\d.:]+)", self.said("listening on"))[0]

    @property
    def log(self) -> str:
        """All that it has said so far."""
        return self._log.read_text()

    def said(self, words: str) -> str:
        """Wait until it has said something, and return all that it said."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while words not in self.log:
            assert time.monotonic() < deadline, f"it never said `{words}`:\n{self.log}"
            time.sleep(0.02)
        return self.log

    def post(self, path: str, body: dict[str, str]) -> httpx.Response:
        return httpx.post(f"{self.url}{path}", json=body, timeout=PATIENCE_SECONDS)

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"{self.url}{path}", timeout=PATIENCE_SECONDS)

    def until(self, path: str, status: int) -> httpx.Response:
        """Probe until the answer has a status."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (answer := self.get(path)).status_code != status:
            assert time.monotonic() < deadline, answer.text
            time.sleep(0.05)
        return answer

    def end(self, *signals: signal.Signals) -> int:
        """Send signals; return the exit code, if it ends at all."""
        for each in signals:
            self.process.send_signal(each)
            time.sleep(0.2)
        return self.process.wait(PATIENCE_SECONDS)


@pytest.fixture
def hanging_shop(shop: Shell) -> Shell:
    """Give a project with messages that hang."""
    for path, text in PLANTED.items():
        (shop.folder / "src/shop" / path).write_text(text)
    return shop


@contextmanager
def served(shop: Shell, grace: float = 1) -> Iterator[Served]:
    log = shop.folder / f"serve-{uuid4()}.log"
    with log.open("w") as written:
        process = subprocess.Popen(
            [sys.executable, *SERVICE, "serve", "--port", "0"],
            cwd=shop.folder,
            env=shop.env | {"PYTHONPATH": str(shop.folder / "src"), "SHOP_GRACE": str(grace)},
            stderr=written,
        )
    try:
        yield Served(process, log)
    finally:
        process.kill()
        process.wait()


def events(shop: Shell) -> int:
    """Count the events of the write store."""
    with closing(sqlite3.connect(shop.folder / "var/write.db")) as connection:
        (count,) = connection.execute("SELECT count(*) FROM journal").fetchone()
        return int(count)


def held(shop: Shell) -> list[str]:
    """Name the projections whose lease has not been given back."""
    query = "SELECT projection FROM checkpoints WHERE held_until > 0"
    with closing(sqlite3.connect(shop.folder / "var/read.db")) as connection:
        return [name for (name,) in connection.execute(query)]


def is_cut_off(answer: httpx.Response) -> bool:
    """Whether an answer says that the service is stopping, as a problem that may be tried again."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Retry-After"]
    assert answer.headers["X-Correlation-ID"]
    return answer.status_code == 503 and "is stopping" in answer.json()["detail"]


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("how", ["in a thread", "awaiting", "whatever it is told"])
def test_a_command_that_hangs_is_cut_off_and_told_so(
    hanging_shop: Shell, how: str, told: signal.Signals
) -> None:
    with served(hanging_shop) as service, ThreadPoolExecutor() as pool:
        assert service.post("/commands/create-user", ANN).status_code == 201
        asked = pool.submit(service.post, "/commands/hang", {"how": how})
        service.said("hanging")
        ended = service.end(told)
        answer = asked.result()

    assert is_cut_off(answer)
    assert ended == (0 if told is signal.SIGTERM else 130)
    assert (events(hanging_shop), held(hanging_shop)) == (1, [])


@pytest.mark.parametrize("how", ["in the event loop", "with the interpreter's lock"])
def test_a_handler_that_blocks_everything_does_not_keep_the_process(
    hanging_shop: Shell, how: str
) -> None:
    with served(hanging_shop) as service, ThreadPoolExecutor() as pool:
        assert service.post("/commands/create-user", ANN).status_code == 201
        asked = pool.submit(service.post, "/commands/hang", {"how": how})
        service.said("hanging")
        ended = service.end(signal.SIGTERM)
        log = service.log
        with pytest.raises(httpx.HTTPError):
            asked.result()

    assert ended == 1
    assert "write/handlers/hang.py" in log
    assert events(hanging_shop) == 1
    if how == "in the event loop":
        assert held(hanging_shop) == []


def test_a_query_that_counts_for_hours_is_cut_off(hanging_shop: Shell) -> None:
    with served(hanging_shop) as service, ThreadPoolExecutor() as pool:
        asked = pool.submit(service.get, "/queries/count-for-hours")
        service.said("hanging")
        ended = service.end(signal.SIGTERM)
        answer = asked.result()

    assert is_cut_off(answer)
    assert ended == 0


def test_a_projection_that_hangs_does_not_keep_the_process_nor_the_leases(
    hanging_shop: Shell,
) -> None:
    with served(hanging_shop) as service:
        assert service.post("/commands/create-user", ANN).status_code == 201
        service.post("/commands/hang", {"how": "in its projection"})
        service.said("projecting")
        ended = service.end(signal.SIGTERM)
        log = service.log

    assert ended == 0
    assert "the projector did not stop in time" in log
    assert (events(hanging_shop), held(hanging_shop)) == (2, [])


def test_a_body_that_never_ends_is_cut_off(shop: Shell) -> None:
    request = (
        b"POST /commands/create-user HTTP/1.1\r\nHost: localhost\r\n"
        b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    )
    with served(shop) as service:
        port = int(service.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(request)
            service.get("/health")  # by now the first request has been met
            ended = service.end(signal.SIGTERM)
            answer = connection.recv(10_000).decode()

    assert ended == 0
    assert answer.startswith("HTTP/1.1 503 ")
    assert "content-type: application/problem+json" in answer.lower()


@pytest.mark.parametrize("how", ["in a thread", "in the event loop"])
def test_a_second_signal_ends_it_at_once(hanging_shop: Shell, how: str) -> None:
    with served(hanging_shop, grace=3600) as service, ThreadPoolExecutor() as pool:
        asked = pool.submit(service.post, "/commands/hang", {"how": how})
        service.said("hanging")
        ended = service.end(signal.SIGTERM, signal.SIGTERM)
        with pytest.raises(httpx.HTTPError):
            asked.result()

    assert ended == 128 + signal.SIGTERM


def test_a_service_whose_store_was_removed_refuses_and_ends_with_a_status(shop: Shell) -> None:
    with served(shop) as service:
        assert service.post("/commands/create-user", ANN).status_code == 201
        assert service.get("/ready").status_code in {200, 503}
        shutil.rmtree(shop.folder / "var")
        refused = service.post("/commands/create-user", ANN)
        ready = service.get("/ready")
        ended = service.process.wait(PATIENCE_SECONDS)
        log = service.log

    assert (refused.status_code, ready.status_code) == (503, 503)
    assert ended == 1
    assert "error: The " in log
    assert "has failed for good" in log
    with served(shop) as service:
        assert service.post("/commands/create-user", ANN).json()["position"] == "0-1"


def test_a_service_whose_store_was_put_back_from_a_copy_serves_that_after_a_restart(
    shop: Shell,
) -> None:
    store = shop.folder / "var/write.db"
    with served(shop) as service:
        service.post("/commands/create-user", ANN)
        with closing(sqlite3.connect(store)) as connection:
            connection.execute("VACUUM INTO ?", (str(store.with_name("backup.db")),))
        lost = service.post("/commands/create-user", {"email": "bob@example.org", "name": "Bob"})
        store.with_name("backup.db").replace(store)
        later = {"email": "cat@example.org", "name": "Cat"}
        refused = service.post("/commands/create-user", later)
        ended = service.process.wait(PATIENCE_SECONDS)

    assert (lost.status_code, refused.status_code, ended) == (201, 503, 1)
    assert events(shop) == 1
    with served(shop) as service:
        ack = service.post("/commands/create-user", later).json()
        view = service.get(f"/queries/get-user-stats?user_id={ack['id']}&after={ack['position']}")

    assert (ack["position"], view.status_code) == ("0-2", 200)


def test_following_ends_with_a_status_when_its_store_was_removed(shop: Shell) -> None:
    with (shop.folder / "follow.log").open("w") as written:
        process = subprocess.Popen(
            [sys.executable, *SERVICE, "project", "--follow"],
            cwd=shop.folder,
            env=shop.env | {"PYTHONPATH": str(shop.folder / "src")},
            stderr=written,
        )
    try:
        store = shop.folder / "var/read.db"
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not store.with_name("read.db-wal").exists():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        time.sleep(1)
        store.unlink()
        ended = process.wait(PATIENCE_SECONDS)
    finally:
        process.kill()
        process.wait()

    assert ended == 1
    assert "error: The watch of the files has failed" in (shop.folder / "follow.log").read_text()


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits another process")
def test_on_a_full_disk_it_is_not_ready_and_when_there_is_room_it_is(shop: Shell) -> None:
    with served(shop) as service:
        service.until("/ready", 200)
        written = (shop.folder / "var/write.db-wal").stat().st_size
        before = resource.prlimit(
            service.process.pid, resource.RLIMIT_FSIZE, (written, resource.RLIM_INFINITY)
        )
        refused = service.post("/commands/create-user", ANN | {"name": "x" * 100_000})
        not_ready = service.until("/ready", 503)
        resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, before)
        service.until("/ready", 200)
        taken = service.post("/commands/create-user", ANN)

    assert (refused.status_code, taken.status_code) == (503, 201)
    assert not_ready.json()["reasons"] == ["the write store takes no commands"]
    assert json.loads(not_ready.text)["ok"] is False
    assert events(shop) == 1
