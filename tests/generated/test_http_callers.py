"""An idempotency key belongs to its caller: nobody learns what another has sent under the same."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx
import pytest
from fastapi import Request  # noqa: TC002  FastAPI's own, seen by the hook
from lab import Bank, Open, OpenHandler, in_a_loop, journal
from shop.cqrs.http import http_api

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from shop.cqrs import Command, Query
    from shop.cqrs.http import Authorize
    from shop.cqrs.service import Service

KEY = "key"


async def by_name(message: Command | Query[object], request: Request) -> str | None:  # noqa: ARG001
    """Name the caller, as an `authorize` does that has checked who it is."""
    return request.headers.get("X-Caller")


async def nameless(message: Command | Query[object], request: Request) -> None:
    """Let every message pass, as the `authorize` of earlier versions did."""


@asynccontextmanager
async def asking(
    folder: Path, authorize: Authorize
) -> AsyncIterator[tuple[httpx.AsyncClient, Service]]:
    bank = Bank(commands=(Open,), command_handlers=(OpenHandler,))
    async with bank.service(folder) as service:
        transport = httpx.ASGITransport(http_api(service, authorize, title="bank"))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            yield client, service


async def open_account(
    client: httpx.AsyncClient, owner: str, headers: dict[str, str], key: str = KEY
) -> httpx.Response:
    return await client.post(
        "/commands/open", json={"owner": owner}, headers={"Idempotency-Key": key, **headers}
    )


@pytest.mark.parametrize(
    ("authorize", "ann", "bob"),
    [
        (by_name, {"X-Caller": "ann"}, {"X-Caller": "bob"}),
        (by_name, {"X-Caller": "ann"}, {"X-Caller": ""}),
        (by_name, {"X-Caller": "ann"}, {}),
        (by_name, {}, {"X-Caller": "ann"}),
        (nameless, {"Authorization": "Bearer ann"}, {"Authorization": "Bearer bob"}),
        (nameless, {"Authorization": "Bearer ann"}, {}),
        (nameless, {}, {"Authorization": "Bearer bob"}),
        (by_name, {"X-Caller": "ann"}, {"Authorization": "ann"}),
    ],
)
@in_a_loop
async def test_two_callers_with_one_key_do_not_meet(
    tmp_path: Path, authorize: Authorize, ann: dict[str, str], bob: dict[str, str]
) -> None:
    async with asking(tmp_path, authorize) as (client, service):
        first = await open_account(client, "Ann", ann)
        other = await open_account(client, "Bob", bob)
        again = await open_account(client, "Ann", ann)
        recorded = len(journal(service))

    assert (first.status_code, other.status_code) == (201, 201)
    assert other.json()["id"] != first.json()["id"]
    assert again.json() == first.json()
    assert recorded == 2


@in_a_loop
async def test_the_same_command_of_another_caller_is_decided_and_not_answered_with_an_ack(
    tmp_path: Path,
) -> None:
    async with asking(tmp_path, by_name) as (client, _):
        first = await open_account(client, "Ann", {"X-Caller": "ann"})
        other = await open_account(client, "Ann", {"X-Caller": "bob"})

    assert other.status_code == 409  # the owner is taken: it was decided
    assert first.json()["id"] not in other.text


@in_a_loop
async def test_a_caller_with_a_name_keeps_its_keys_when_its_token_changes(tmp_path: Path) -> None:
    async with asking(tmp_path, by_name) as (client, _):
        first, again = [
            await open_account(client, "Ann", {"X-Caller": "ann", "Authorization": token})
            for token in ("Bearer old", "Bearer new")
        ]

    assert again.json() == first.json()


@in_a_loop
async def test_nobody_can_send_the_key_of_another_as_it_is_stored(tmp_path: Path) -> None:
    async with asking(tmp_path, by_name) as (client, service):
        first = await open_account(client, "Ann", {"X-Caller": "ann"})
        with service.engines.look_at_write.connect() as connection:
            [stored] = connection.exec_driver_sql("SELECT key FROM receipts").scalars()

    assert first.status_code == 201
    assert "\n" in stored  # which no header may have
    assert "ann" not in stored


@in_a_loop
async def test_keys_of_callers_that_nothing_tells_apart_are_shared_as_before(
    tmp_path: Path,
) -> None:
    async with asking(tmp_path, nameless) as (client, service):
        ack = await service.bus.execute(Open(owner="Ann"), key=KEY)
        again = await open_account(client, "Ann", {})

    assert again.json()["id"] == str(ack.id)


@in_a_loop
async def test_a_key_that_came_with_another_command_is_told_of_without_what_is_stored(
    tmp_path: Path,
) -> None:
    async with asking(tmp_path, by_name) as (client, _):
        await open_account(client, "Ann", {"X-Caller": "ann"})
        other = await open_account(client, "Bob", {"X-Caller": "ann"})

    assert other.status_code == 409
    assert other.json()["detail"] == "The Idempotency-Key came before, with another command"
