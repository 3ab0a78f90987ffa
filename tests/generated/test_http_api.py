"""The API of a generated project: a typed route for each message, and every error a problem."""

from __future__ import annotations

import asyncio
import json
import re
import threading
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, make_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from itertools import product
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import Request  # noqa: TC002  FastAPI's own, seen by the hook
from lab import (
    Balances,
    Bank,
    Deposit,
    DepositHandler,
    GetBalance,
    Open,
    Opened,
    OpenHandler,
    before,
    in_a_loop,
    journal,
)
from shop.cqrs import (
    Command,
    Forbidden,
    InvalidMessage,
    Query,
    StoreUnavailable,
    WiringError,
    openapi,
)
from shop.cqrs.edge import read_message
from shop.cqrs.http import http_api
from shop.cqrs.messages import BEGINNING
from shop.cqrs.reading import Change, QueryHandler, Reader, on
from shop.cqrs.requests import LARGEST_BODY
from shop.cqrs.timing import Timing
from shop.cqrs.writing import CommandHandler, UnitOfWork
from starlette.exceptions import HTTPException

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable
    from pathlib import Path

    from shop.cqrs.http import Authorize
    from shop.cqrs.journal import Recorded
    from shop.cqrs.service import Service

JSON = {"Content-Type": "application/json"}
SECRET = "the secret of the house"  # noqa: S105


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindThings(Query[str]):
    """A query with fields of every sort, some named like what the route itself takes."""

    at: datetime
    raw: bytes
    price: Decimal
    tags: list[str]
    sizes: dict[str, int]
    money: Money
    colour: Colour | None = None
    after: int = 0
    request: bool = False
    numbers: list[int] | None = None


class FindThingsHandler(QueryHandler[FindThings, str]):
    reads = ()

    async def handle(self, query: FindThings, reader: Reader) -> str:  # noqa: ARG002
        return repr(query)


@dataclass(frozen=True, slots=True, kw_only=True)
class Break(Command):
    pass


class BreakHandler(CommandHandler[Break]):
    async def handle(self, command: Break, uow: UnitOfWork) -> None:  # noqa: ARG002
        raise RuntimeError(SECRET)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pay(Command):
    money: Money


class PayHandler(CommandHandler[Pay]):
    async def handle(self, command: Pay, uow: UnitOfWork) -> None:
        pass


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCommand(Command):
    """Would have the route of `Open`."""


class OpenCommandHandler(CommandHandler[OpenCommand]):
    async def handle(self, command: OpenCommand, uow: UnitOfWork) -> None:
        pass


def a_bank() -> Bank:
    bank = Bank()
    bank.commands = (Open, Deposit, Break, Pay)
    bank.command_handlers = (OpenHandler, DepositHandler, BreakHandler, PayHandler)
    bank.queries += (FindThings,)
    bank.query_handlers += (FindThingsHandler,)
    return bank


async def everybody(message: Command | Query[Any], request: Request) -> None:
    """Let every message pass."""


@asynccontextmanager
async def asking(
    folder: Path,
    authorize: Authorize = everybody,
    *,
    bank: Bank | None = None,
    projecting: bool = True,
    **how: Any,  # noqa: ANN401
) -> AsyncIterator[tuple[httpx.AsyncClient, Service]]:
    """Serve the bank to a client, in this process."""
    made = (bank or a_bank()).service(folder, projecting=projecting, **{"patience": 0.5} | how)
    async with made as service:
        api = http_api(service, authorize, title="bank")
        transport = httpx.ASGITransport(api, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            yield client, service


def is_problem(told: httpx.Response, status: int) -> dict[str, Any]:
    assert told.status_code == status
    assert told.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = told.json()
    assert body["status"] == status
    return body


@in_a_loop
async def test_a_command_is_posted_and_its_ack_comes_back(tmp_path: Path) -> None:
    async with asking(tmp_path) as (client, service):
        told = await client.post("/commands/open", json={"owner": "Ann"})
        recorded = len(journal(service))

    assert (told.status_code, recorded) == (201, 1)
    assert told.json() == {"id": str(UUID(told.json()["id"])), "position": "0-1"}


@pytest.mark.parametrize("place", ["params", "headers"])
@in_a_loop
async def test_a_query_comes_after_an_ack_by_parameter_or_header(
    tmp_path: Path, place: str
) -> None:
    async with asking(tmp_path) as (client, _):
        ack = (await client.post("/commands/open", json={"owner": "Ann"})).json()
        given: dict[str, Any] = {"params": {"account": ack["id"]}}
        given.setdefault(place, {})["after"] = ack["position"]
        told = await client.get("/queries/get-balance", **given)

    assert told.status_code == 200
    assert told.json() == {"owner": "Ann", "balance": 0, "deposits": 0}


@pytest.mark.parametrize("place", ["params", "headers"])
@in_a_loop
async def test_a_read_that_comes_too_early_may_come_again_and_hears_no_internals(
    tmp_path: Path, place: str
) -> None:
    async with asking(tmp_path, projecting=False) as (client, _):
        ack = (await client.post("/commands/open", json={"owner": "Ann"})).json()
        given: dict[str, Any] = {"params": {"account": ack["id"]}}
        given.setdefault(place, {})["after"] = ack["position"]
        told = await client.get("/queries/get-balance", **given)

    assert "balances" not in is_problem(told, 503)["detail"]
    assert told.headers["Retry-After"] == "1"


@pytest.mark.parametrize("positions", [("0-1", "0-2"), ("0-2", "0-1")])
@pytest.mark.parametrize("places", list(product(("params", "headers"), repeat=2)))
@in_a_loop
async def test_of_several_positions_to_come_after_the_latest_counts(
    tmp_path: Path, places: tuple[str, str], positions: tuple[str, str]
) -> None:
    async with asking(tmp_path, projecting=False, patience=0) as (client, service):
        account = (await client.post("/commands/open", json={"owner": "Ann"})).json()["id"]
        await service.catch_up()
        await client.post("/commands/deposit", json={"account": account, "amount": 1})
        given: dict[str, Any] = {"params": [("account", account)], "headers": []}
        for place, position in zip(places, positions, strict=True):
            given[place].append(("after", position))

        too_early = await client.get("/queries/get-balance", **given)
        await service.catch_up()
        told = await client.get("/queries/get-balance", **given)

    is_problem(too_early, 503)
    assert told.json() == {"owner": "Ann", "balance": 1, "deposits": 1}


@in_a_loop
async def test_a_url_spells_every_type_and_fields_may_be_called_after_and_request(
    tmp_path: Path,
) -> None:
    spelled: dict[str, Any] = {
        "at": "2024-01-01T00:00:00Z",
        "raw": "aGk=",
        "price": "1.10",
        "tags": ["a", "b"],
        "sizes": '{"small": 1}',
        "money": '{"amount": "1.50", "currency": "EUR"}',
        "colour": "red",
        "after": "3",
        "request": "true",
        "numbers": ["1", "2"],
    }
    async with asking(tmp_path) as (client, _):
        told = await client.get("/queries/find-things", params=spelled)

    assert told.status_code == 200
    assert told.json() == repr(
        FindThings(
            at=datetime(2024, 1, 1, tzinfo=UTC),
            raw=b"hi",
            price=Decimal("1.10"),
            tags=["a", "b"],
            sizes={"small": 1},
            money=Money(amount=Decimal("1.50"), currency="EUR"),
            colour=Colour.RED,
            after=3,
            request=True,
            numbers=[1, 2],
        )
    ).replace("datetime.timezone.utc", "TzInfo(0)")


@in_a_loop
async def test_all_faults_of_a_query_are_told_at_once(tmp_path: Path) -> None:
    async with asking(tmp_path) as (client, _):
        told = await client.get(
            "/queries/find-things",
            params={"at": "x", "raw": "!", "price": "z", "sizes": "[]", "nmbers": "1"},
        )

    faults = is_problem(told, 422)["faults"]
    assert [fault.partition(":")[0] for fault in faults] == [
        "at",
        "raw",
        "price",
        "tags",
        "sizes",
        "money",
        "nmbers",
    ]
    assert faults[-1].endswith("did you mean `numbers`?")


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ("account=00000000-0000-0000-0000-000000000001", "account: it is given 2 times"),
        ("after=soon", "after: a position is two numbers with a dash, as in `0-42`"),
    ],
)
@in_a_loop
async def test_a_parameter_that_comes_twice_or_is_no_position_is_refused(
    tmp_path: Path, more: str, fault: str
) -> None:
    url = f"/queries/get-balance?account=00000000-0000-0000-0000-000000000000&{more}"
    async with asking(tmp_path) as (client, _):
        assert is_problem(await client.get(url), 422)["faults"] == [fault]


@pytest.mark.parametrize("body", [b"{", b"", b"[]", b"null", b'{"owner": "\xff"}', b'{"ownr": 1}'])
@in_a_loop
async def test_a_body_that_is_not_right_is_refused_with_its_faults(
    tmp_path: Path, body: bytes
) -> None:
    async with asking(tmp_path) as (client, service):
        told = await client.post("/commands/open", content=body, headers=JSON)
        recorded = journal(service)

    assert is_problem(told, 422)["faults"]
    assert recorded == []


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
@in_a_loop
async def test_a_page_elsewhere_cannot_make_a_browser_send_a_command(
    tmp_path: Path, kind: str
) -> None:
    async with asking(tmp_path) as (client, _):
        told = await client.post(
            "/commands/open", content=b'{"owner": "Ann"}', headers={"Content-Type": kind}
        )

    is_problem(told, 415)


@pytest.mark.parametrize("length", [None, "2"])
@in_a_loop
async def test_a_body_without_end_is_not_read_whatever_length_it_claims(
    tmp_path: Path, length: str | None
) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 10 * LARGEST_BODY:
            sent += 65_536
            yield b" " * 65_536

    claimed = {} if length is None else {"Content-Length": length}
    async with asking(tmp_path) as (client, _):
        told = await client.post("/commands/open", content=endless(), headers=JSON | claimed)

    is_problem(told, 413)
    assert told.headers["Connection"] == "close"  # what is left of the body is not read
    assert sent < 2 * LARGEST_BODY


@pytest.mark.parametrize(("size", "status"), [(LARGEST_BODY, 201), (LARGEST_BODY + 1, 413)])
@in_a_loop
async def test_a_body_has_a_million_bytes_at_most(tmp_path: Path, size: int, status: int) -> None:
    body = b'{"owner": "Ann"}'
    async with asking(tmp_path) as (client, _):
        told = await client.post("/commands/open", content=body.rjust(size), headers=JSON)

    assert (told.status_code, LARGEST_BODY) == (status, 1_000_000)


@in_a_loop
async def test_a_caller_that_goes_before_its_body_is_there_is_no_fault_of_ours(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/commands/open",
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"content-type", b"application/json")],
    }
    told: list[dict[str, Any]] = []

    async def gone() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def keep(message: Any) -> None:  # noqa: ANN401  as ASGI has it
        told.append(message)

    async with a_bank().service(tmp_path) as service:
        await http_api(service, everybody, title="bank")(scope, gone, keep)

    assert told[0]["status"] == 400
    assert b"ended before its body" in told[1]["body"]
    assert not [line for line in caplog.records if line.levelname == "ERROR"]


@in_a_loop
async def test_what_is_taken_is_a_conflict_and_what_is_not_there_is_told(tmp_path: Path) -> None:
    async with asking(tmp_path) as (client, _):
        await client.post("/commands/open", json={"owner": "Ann"})
        taken = await client.post("/commands/open", json={"owner": "Ann"})
        missing = await client.get("/queries/get-balance", params={"account": str(uuid4())})
        unknown = await client.post("/commands/close", json={})
        other = await client.get("/commands/open")

    is_problem(taken, 409)
    is_problem(missing, 404)
    is_problem(unknown, 404)
    is_problem(other, 405)
    assert other.headers["Allow"] == "POST"


@in_a_loop
async def test_a_key_is_decided_once_and_for_one_command(tmp_path: Path) -> None:
    key = {"Idempotency-Key": "k" * 255}
    async with asking(tmp_path) as (client, service):
        first, again, other = [
            await client.post("/commands/open", json={"owner": owner}, headers=key)
            for owner in ("Ann", "Ann", "Bob")
        ]
        empty, too_long = [
            await client.post(
                "/commands/open", json={"owner": "Eve"}, headers={"Idempotency-Key": wrong}
            )
            for wrong in ("", "k" * 256)
        ]
        recorded = len(journal(service))

    assert (first.status_code, again.json()) == (201, first.json())
    is_problem(other, 409)
    is_problem(empty, 422)
    is_problem(too_long, 422)
    assert recorded == 1


@in_a_loop
async def test_nothing_is_told_of_what_was_not_foreseen(tmp_path: Path) -> None:
    async with asking(tmp_path) as (client, _):
        told = await client.post("/commands/break", json={})

    assert set(is_problem(told, 500)) == {"title", "status", "detail", "faults"}
    assert "secret" not in told.text
    assert "RuntimeError" not in told.text
    assert UUID(told.headers["X-Correlation-ID"])


@in_a_loop
async def test_a_store_that_is_down_is_told_without_its_place(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with asking(tmp_path) as (client, service):
        service.write_store.close()
        told = await client.post("/commands/open", json={"owner": "Ann"})

    is_problem(told, 503)
    assert told.headers["Retry-After"] == "1"
    assert "takes no more commands" in caplog.text
    assert "takes no more commands" not in told.text


@in_a_loop
async def test_the_hook_sees_every_message_and_its_request(tmp_path: Path) -> None:
    seen: list[tuple[type, str | None]] = []

    async def only_ann(message: Command | Query[Any], request: Request) -> None:
        caller = request.headers.get("X-Caller")
        seen.append((type(message), caller))
        if caller is None:
            raise HTTPException(401, "Who is it?", headers={"WWW-Authenticate": "Bearer"})
        if caller != "ann":
            raise Forbidden("Only Ann may")

    account = {"account": str(uuid4())}
    async with asking(tmp_path, only_ann) as (client, service):
        nobody = await client.post("/commands/open", json={"owner": "Ann"})
        bob = await client.get("/queries/get-balance", params=account, headers={"X-Caller": "bob"})
        recorded = journal(service)

    assert is_problem(nobody, 401)["detail"] == "Who is it?"
    assert nobody.headers["WWW-Authenticate"] == "Bearer"
    assert is_problem(bob, 403)["detail"] == "Only Ann may"
    assert seen == [(Open, None), (GetBalance, "bob")]
    assert recorded == []


@in_a_loop
async def test_a_request_names_its_conversation_and_events_belong_to_it(tmp_path: Path) -> None:
    conversation = str(uuid4())
    async with asking(tmp_path) as (client, service):
        told = await client.post(
            "/commands/open", json={"owner": "Ann"}, headers={"X-Correlation-ID": conversation}
        )
        own = await client.get("/health", headers={"X-Correlation-ID": "mine"})
        (recorded,) = service.journal.read(BEGINNING, 10)

    assert told.headers["X-Correlation-ID"] == conversation
    assert str(recorded.origin.correlation_id) == conversation
    assert UUID(own.headers["X-Correlation-ID"])


@in_a_loop
async def test_the_description_names_every_route_once_and_refers_to_what_it_has(
    tmp_path: Path,
) -> None:
    async with asking(tmp_path) as (client, _):
        text = (await client.get("/openapi.json")).text
        described = httpx.Response(200, text=text).json()

    operations = [each for path in described["paths"].values() for each in path.values()]
    names = [operation["operationId"] for operation in operations]
    assert sorted(names) == sorted(
        ["Open", "Deposit", "Break", "Pay", "GetBalance", "FindThings", "health", "ready"]
    )
    refers = {part.partition('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert refers == set(described["components"]["schemas"]) - {"GetBalance", "FindThings"}
    assert "$defs" not in text


@pytest.mark.parametrize(
    ("python_type", "pattern"), [(Decimal, openapi.DECIMAL), (bytes, openapi.BASE64)]
)
@pytest.mark.parametrize(
    "text", ["", "1", "-1.5", ".5", "5.", ".", "x", "1.2.3", "aGk=", "aGl=", "_-_-", "aGkx"]
)
def test_the_description_says_what_text_a_decimal_and_bytes_are(
    python_type: type, pattern: str, text: str
) -> None:
    keep = make_dataclass("Keep", [("kept", python_type)], bases=(Command,), frozen=True)
    described = str(openapi.Schemas([keep], []).shared)
    try:
        read_message(keep, json.dumps({"kept": text}))
    except InvalidMessage:
        is_taken = False
    else:
        is_taken = True

    assert repr(pattern) in described
    assert bool(re.search(pattern, text)) == is_taken


def test_two_messages_of_one_route_are_a_wiring_fault(tmp_path: Path) -> None:
    bank = a_bank()
    bank.commands += (OpenCommand,)
    bank.command_handlers += (OpenCommandHandler,)

    with pytest.raises(WiringError, match="2 messages have the route `/commands/open`"):
        http_api(bank.service(tmp_path), everybody, title="bank")


def test_a_message_that_cannot_be_described_is_a_wiring_fault(tmp_path: Path) -> None:
    with pytest.raises(WiringError, match="Decide"):
        http_api(Bank().service(tmp_path), everybody, title="bank")


@in_a_loop
async def test_it_is_ready_when_the_projections_have_caught_up_and_stays_so(
    tmp_path: Path,
) -> None:
    async with asking(tmp_path, projecting=False) as (client, service):
        await client.post("/commands/open", json={"owner": "Ann"})
        before = await client.get("/ready")
        await service.catch_up()
        caught_up = await client.get("/ready")
        await client.post("/commands/open", json={"owner": "Bob"})
        a_little_behind = await client.get("/ready")

    assert [each.status_code for each in (before, caught_up, a_little_behind)] == [503, 200, 200]
    assert before.json()["projections"] == [{"name": Balances.name(), "behind": 1, "halted": False}]


class Broken(Balances):
    """A projection that halts at once, for a reason that is nobody's business."""

    @on(Opened)
    def opened(self, _: Recorded[Opened]) -> Iterable[Change]:
        raise ValueError(SECRET)


@in_a_loop
async def test_a_projection_that_has_halted_shows_and_the_others_go_on(tmp_path: Path) -> None:
    bank = Bank(commands=(Open,), command_handlers=(OpenHandler,), projections=(Broken,))
    bank.queries = bank.query_handlers = ()
    at_once = Timing(retries=())
    async with asking(tmp_path, bank=bank, projecting=False, timing=at_once) as (client, service):
        await service.catch_up()
        assert (await client.get("/ready")).status_code == 200
        await client.post("/commands/open", json={"owner": "Ann"})
        await service.catch_up()
        health, ready = await client.get("/health"), await client.get("/ready")

    assert (health.status_code, ready.status_code) == (503, 200)
    assert health.json()["projections"][0]["halted"]
    assert SECRET not in health.text


@pytest.mark.parametrize("path", ["/health", "/ready"])
@in_a_loop
async def test_probes_say_so_when_a_store_is_down_and_look_once_at_a_time(
    tmp_path: Path, path: str
) -> None:
    looks: list[float] = []

    def down() -> None:
        looks.append(time.monotonic())
        time.sleep(0.05)
        raise StoreUnavailable(SECRET)

    async with asking(tmp_path, projecting=False) as (client, service):
        with before(service.engines.look_at_read, "FROM checkpoints", down):
            told = await asyncio.gather(*(client.get(path) for _ in range(20)))

    for each in told:
        assert SECRET not in str(is_problem(each, 503))
        assert each.headers["Retry-After"] == "1"
    assert len(looks) == 1


@pytest.mark.parametrize("path", ["/health", "/ready"])
@in_a_loop
async def test_probes_do_not_wait_for_a_store_that_does_not_answer(
    tmp_path: Path, path: str
) -> None:
    answers = threading.Event()
    impatient = Timing(probe_patience=0.05)
    async with asking(tmp_path, projecting=False, timing=impatient) as (client, service):
        with before(service.engines.look_at_read, "FROM checkpoints", lambda: answers.wait(30)):
            async with asyncio.timeout(10):
                told = await client.get(path)
            answers.set()

    is_problem(told, 503)
