"""Arguments are taken as they were typed, and nothing is imported to turn text into text."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, get_type_hints

import pytest
import typer

from cqrs_gen.as_typed import take_as_typed
from cqrs_gen.cli import app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Shell

TAKEN = (str, str | None, list[str] | None, bool, bool | None)
HEAVY = {"copier", "importlib.metadata", "pydantic", "rich", "ruff", "unicodedata", "yaml"}
ADDITIONS = (
    ("command", "PlaceOrder", "total:Decimal", "note:str?"),
    ("query", "ListUsers"),
    ("query", "FindUsers", "name:str", "--on", "UserCreated", "--returns", "name:str"),
    ("event", "UserLoggedIn", "user_id:UUID"),
    ("projection", "UserSummary", "--on", "UserCreated", "--dry-run"),
)


def commands(of: typer.Typer) -> Iterator[Callable[..., object]]:
    """Give the functions behind all commands."""
    yield from (each.callback for each in of.registered_commands if each.callback)
    for group in of.registered_groups:
        if group.typer_instance:
            yield from commands(group.typer_instance)


@pytest.mark.parametrize("command", list(commands(app)), ids=lambda command: str(command.__name__))
def test_every_parameter_is_a_text_or_texts_or_a_flag(command: Callable[..., object]) -> None:
    hints = get_type_hints(command)
    hints.pop("return")

    assert [hint for hint in hints.values() if hint not in TAKEN] == []


@pytest.mark.parametrize("words", ADDITIONS, ids=" ".join)
def test_add_imports_nothing_that_takes_long(words: tuple[str, ...], shop: Shell) -> None:
    done = shop.run(sys.executable, "-X", "importtime", "-m", "cqrs_gen", "add", *words)

    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert done.returncode == 0, done.stderr
    assert "typer" in imported
    assert imported & HEAVY == set()


def test_a_parameter_that_is_missing_is_still_asked_for() -> None:
    asking = typer.Typer()

    @asking.command()
    def greet(name: str) -> None:
        typer.echo(name)

    command = typer.main.get_command(asking)
    take_as_typed(typer.Context(command))

    with pytest.raises(Exception, match=r"(?i)missing parameter.*name|missing argument.*name"):
        command.main([], standalone_mode=False)


def test_a_callback_still_has_the_last_word() -> None:
    asking = typer.Typer()
    heard: list[str] = []

    @asking.command()
    def greet(name: str = typer.Option("", callback=lambda value: value.upper())) -> None:
        heard.append(name)

    command = typer.main.get_command(asking)
    take_as_typed(typer.Context(command))
    command.main(["--name", "Ann"], standalone_mode=False)

    assert heard == ["ANN"]
