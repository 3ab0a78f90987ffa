"""The service answers to the hosts that it is told, and by default to this machine's own names."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from lab import Bank, Deposit, DepositHandler, Open, OpenHandler, in_a_loop
from pydantic import ValidationError
from shop.cqrs.http import http_api
from shop.cqrs.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from fastapi import FastAPI, Request
    from shop.cqrs import Command, Query

PATHS = ("/health", "/ready", "/docs", "/openapi.json", "/no/such/path", "/queries/get-balance")


async def everybody(message: Command | Query[Any], request: Request) -> None:
    """Let every message pass."""


@asynccontextmanager
async def served(folder: Path, **settings: Any) -> AsyncIterator[FastAPI]:  # noqa: ANN401
    bank = Bank(commands=(Open, Deposit), command_handlers=(OpenHandler, DepositHandler))
    service = bank.service(folder)
    service.settings = replace(service.settings, **settings)
    async with service:
        yield http_api(service, everybody, title="bank")


async def ask(api: FastAPI, *hosts: bytes, path: str = "/health") -> httpx.Response:
    """Send a request with these `Host` headers, as they are."""
    answer: dict[str, Any] = {"body": b""}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:  # noqa: ANN401  as ASGI has it
        answer.update({**message, "body": answer["body"] + message.get("body", b"")})

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": [(b"host", host) for host in hosts],
    }
    await api(scope, receive, send)
    return httpx.Response(answer["status"], headers=answer["headers"], content=answer["body"])


@pytest.mark.parametrize(
    "host",
    [
        b"localhost",
        b"localhost:8000",
        b"localhost:",
        b"LocalHost",
        b"localhost.",
        b"127.0.0.1:9",
        b"[::1]",
        b"[::1]:8000",
        b"[0:0:0:0:0:0:0:1]",
    ],
)
@in_a_loop
async def test_it_answers_to_this_machines_own_names(tmp_path: Path, host: bytes) -> None:
    async with served(tmp_path) as api:
        assert (await ask(api, host)).status_code == 200


@pytest.mark.parametrize(
    "hosts",
    [
        (b"evil.example",),
        (b"evil.example:8000",),
        (b"localhost.evil.example",),
        (b"evil-localhost",),
        (b"127.0.0.1.nip.example",),
        (b"10.0.0.1",),
        (b"0.0.0.0",),
        (b"localhost:80:80",),
        (b"localhost:http",),
        (b"localhost@evil.example",),
        (b"evil.example@localhost",),
        (b"http://localhost",),
        (b"::1",),
        (b"[::1",),
        (b"[::2]",),
        (b"localhost/",),
        (b"localhost, evil.example",),
        (b"l\xf6calhost",),
        (b"",),
        (),
        (b"localhost", b"localhost"),
        (b"localhost", b"evil.example"),
    ],
    ids=repr,
)
@in_a_loop
async def test_it_answers_to_no_other(tmp_path: Path, hosts: tuple[bytes, ...]) -> None:
    async with served(tmp_path) as api:
        answer = await ask(api, *hosts)

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "ALLOWED_HOSTS" in answer.json()["detail"]
    assert answer.headers["X-Correlation-ID"]


@pytest.mark.parametrize("path", PATHS)
@in_a_loop
async def test_no_path_is_left_out(tmp_path: Path, path: str) -> None:
    async with served(tmp_path) as api:
        assert (await ask(api, b"evil.example", path=path)).status_code == 400
        assert (await ask(api, b"localhost", path=path)).status_code != 400


@pytest.mark.parametrize(
    ("allowed", "host", "status"),
    [
        ("shop.example", b"shop.example:443", 200),
        ("shop.example", b"SHOP.example", 200),
        ("Shop.Example.", b"shop.example", 200),
        ("shop.example", b"localhost", 400),
        ("shop.example", b"a.shop.example", 400),
        ("*.shop.example", b"a.shop.example", 200),
        ("*.shop.example", b"a.b.shop.example", 200),
        ("*.shop.example", b"shop.example", 400),
        ("*.shop.example", b"evilshop.example", 400),
        ("*.shop.example", b".shop.example", 400),
        ("::1", b"[::1]:80", 200),
        ("*", b"evil.example", 200),
        ("*", b"", 200),
    ],
)
@in_a_loop
async def test_which_hosts_is_a_setting(
    tmp_path: Path, allowed: str, host: bytes, status: int
) -> None:
    async with served(tmp_path, allowed_hosts=(allowed,)) as api:
        assert (await ask(api, host)).status_code == status


@pytest.mark.parametrize(
    ("listening", "host", "status"),
    [("192.0.2.7", b"192.0.2.7:80", 200), ("0.0.0.0", b"0.0.0.0", 400), ("::", b"[::]", 400)],  # noqa: S104
)
@in_a_loop
async def test_the_address_that_it_listens_on_is_a_name_too_unless_that_is_any(
    tmp_path: Path, listening: str, host: bytes, status: int
) -> None:
    async with served(tmp_path, host=listening) as api:
        assert (await ask(api, host)).status_code == status


@pytest.mark.parametrize(
    "text", ["a.example, *.b.example,[::1]", '["a.example", "*.b.example", "::1"]']
)
def test_hosts_are_listed_with_commas_or_as_json(text: str) -> None:
    settings = Settings.from_environment("SHOP", {"SHOP_ALLOWED_HOSTS": text})

    assert settings.allowed_hosts == ("a.example", "*.b.example", "[::1]")


@pytest.mark.parametrize(
    "host", ["https://a.example", "a.example:80", "*a.example", "a.*", "", "a b"]
)
def test_what_is_no_host_cannot_be_allowed(host: str) -> None:
    with pytest.raises(ValidationError, match="is not a host: write a name"):
        Settings(allowed_hosts=(host,))
