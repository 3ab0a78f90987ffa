"""Where `shop serve` listens, and that it is not open to others by mistake."""

from __future__ import annotations

import functools
import logging
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import typer
from fastapi import Request  # noqa: TC002  FastAPI's own, seen by the hook
from lab import Bank, Open, OpenHandler
from shop.cqrs import Command, Forbidden, Query
from shop.cqrs.serving import add_serve
from test_http_serving import served
from typer.testing import CliRunner, Result

from conftest import SERVICE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from shop.cqrs.http import Authorize
    from shop.cqrs.service import Service

    from conftest import Shell

ELSEWHERE = "192.0.2.1"  # for documentation: no machine has it


async def of_0_3(message: Command | Query[Any], request: Request) -> None:
    """Let every message pass; raise `Forbidden` to turn one away."""


async def of_today(message: Command | Query[Any], request: Request) -> str | None:
    """Let every message pass."""


async def that_passes(_message: Command | Query[Any], _request: Request) -> None:
    pass


async def that_returns(_message: Command | Query[Any], _request: Request) -> None:
    return None


async def that_names_everybody(_message: Command | Query[Any], _request: Request) -> str:
    return "anonymous"


async def that_looks(message: Command | Query[Any], request: Request) -> None:
    if isinstance(message, Command) and "Authorization" not in request.headers:
        raise Forbidden


async def that_refuses(_message: Command | Query[Any], _request: Request) -> None:
    raise Forbidden


class Callers:
    """An `authorize` that is an object, and one that is its method."""

    async def __call__(self, message: Command | Query[Any], request: Request) -> None:
        await self.check(message, request)

    async def check(self, _message: Command | Query[Any], _request: Request) -> None:
        raise Forbidden


OPEN = [of_0_3, of_today, that_passes, that_returns, that_names_everybody]
CHECKING = [
    that_looks,
    that_refuses,
    Callers(),
    Callers().check,
    functools.partial(that_looks),
]


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    kept, level = list(root.handlers), root.level
    yield
    root.handlers[:] = kept
    root.setLevel(level)


def serve(folder: Path, authorize: Authorize, *options: str, **settings: Any) -> Result:  # noqa: ANN401
    """Run `serve` in this process, which must not get to where it serves."""
    bank = Bank(commands=(Open,), command_handlers=(OpenHandler,))

    def build() -> Service:
        service = bank.service(folder)
        service.settings = replace(service.settings, **settings)
        return service

    cli = typer.Typer()
    cli.callback()(lambda: None)
    add_serve(cli, build, authorize, title="bank")
    return CliRunner().invoke(cli, ["serve", *options])


@pytest.mark.parametrize("authorize", OPEN, ids=lambda each: each.__name__)
def test_it_is_not_open_to_others_while_every_caller_may_pass(
    tmp_path: Path, authorize: Authorize
) -> None:
    ended = serve(tmp_path, authorize, "--host", ELSEWHERE, "--port", "80")

    assert ended.exit_code == 1
    assert ended.stderr == (
        "error: Other machines can reach 192.0.2.1:80, "
        "and `authorize` in app.py lets every caller pass\n"
        "hint: write `authorize`, or say that nobody needs to be known: --allow-anonymous\n"
    )
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "0", "0x0", "::ffff:192.0.2.1", "fe80::1"])  # noqa: S104
def test_no_spelling_of_an_open_address_gets_through(tmp_path: Path, host: str) -> None:
    for ended in (
        serve(tmp_path, of_today, "--host", host, "--port", "0"),
        serve(tmp_path, of_today, host=host, port=0),
    ):
        assert ended.exit_code == 1
        assert "lets every caller pass" in ended.stderr


@pytest.mark.parametrize(
    "authorize", CHECKING, ids=["looks", "refuses", "object", "method", "partial"]
)
def test_it_is_open_to_others_where_callers_are_checked(
    tmp_path: Path, authorize: Authorize
) -> None:
    ended = serve(tmp_path, authorize, "--host", ELSEWHERE, "--port", "80")

    assert ended.stderr.startswith("error: Cannot listen on 192.0.2.1:80: ")


def test_it_is_open_to_others_if_it_is_said_twice(tmp_path: Path) -> None:
    told = (
        serve(tmp_path, of_today, "--host", ELSEWHERE, "--allow-anonymous"),
        serve(tmp_path, of_today, host=ELSEWHERE, allow_anonymous=True),
    )

    for ended in told:
        assert ended.stderr.startswith("error: Cannot listen on 192.0.2.1:8000: ")


@pytest.mark.parametrize("host", ["no-such-host.invalid", "", "a" * 300, "256.1.1.1"])
def test_a_host_without_an_address_is_told(tmp_path: Path, host: str) -> None:
    ended = serve(tmp_path, of_today, "--host", host)

    assert ended.exit_code == 1
    assert ended.stderr.startswith(f"error: Cannot listen on {host}:8000: ")


@pytest.mark.parametrize("host", ["127.0.0.2", "localhost", "127.1"])
def test_it_listens_on_any_address_of_this_machine_alone(shop: Shell, host: str) -> None:
    with served(shop, SHOP_HOST=host) as service:
        health = service.get("/health")

    assert re.fullmatch(r"http://127\.0\.0\.[12]:\d+", service.url)
    assert health.status_code == 200


def test_options_win_over_settings(shop: Shell) -> None:
    settings = {"SHOP_HOST": "192.0.2.1", "SHOP_PORT": "1", "SHOP_LOG_LEVEL": "error"}
    options = ("--host", "127.0.0.1", "--port", "0", "--log-level", "info")
    with served(shop, *options, **settings) as service:
        assert service.url.startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    ("options", "settings", "level"),
    [
        ((), {}, logging.INFO),
        ((), {"log_level": "warning"}, logging.WARNING),
        (("--log-level", "error"), {"log_level": "warning"}, logging.ERROR),
        (("--log-level", "DEBUG"), {}, logging.DEBUG),
    ],
)
def test_the_level_of_the_log_is_a_setting_and_an_option(
    tmp_path: Path, options: tuple[str, ...], settings: dict[str, str], level: int
) -> None:
    serve(tmp_path, that_looks, "--host", ELSEWHERE, *options, **settings)

    assert logging.getLogger().level == level


def test_a_misspelt_setting_stops_every_command(shop: Shell) -> None:
    wrong = {"SHOP_WRITE_ULR": "sqlite:///elsewhere.db"}
    misspelt = replace(shop, env=shop.env | wrong)
    for command in (("status",), ("serve", "--port", "0"), ("execute", "CreateUser", "{}")):
        ended = misspelt.python(*SERVICE, *command)

        assert ended.returncode == 1
        assert "did you mean `SHOP_WRITE_URL`?" in ended.stderr
        assert "Traceback" not in ended.stderr
    assert not (shop.folder / "var").exists()
