"""The reference of the runtime lists its public names, and nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from docs.pages import quoted, read, rows, section

if TYPE_CHECKING:
    from conftest import Shell

PAGE = read("reference/runtime.md")

NAMES = """
import dataclasses, json
import shop.cqrs, shop.cqrs.reading, shop.cqrs.writing
from shop.cqrs.reading import Recorded
from shop.cqrs.settings import Settings
from shop.cqrs.testing import Scenario
public = lambda names: sorted(name for name in names if not name.startswith("_"))
print(json.dumps({
    "## `shop.cqrs`": sorted(shop.cqrs.__all__),
    "## `shop.cqrs.writing`": sorted(shop.cqrs.writing.__all__),
    "## `shop.cqrs.reading`": sorted(shop.cqrs.reading.__all__),
    "## `Recorded`": sorted(Recorded.__annotations__),
    "## `shop.cqrs.testing`": sorted(["Scenario", *public(vars(Scenario))]),
    "## Settings": sorted(field.name for field in dataclasses.fields(Settings)),
}))
"""
DEFAULTS = """
import json
from shop.cqrs.settings import Settings
shown = lambda value: ",".join(value) if isinstance(value, tuple) else str(value)
print(json.dumps({name: shown(getattr(Settings(), name)) for name in Settings.__slots__}))
"""
COMMANDS = """
import json
import typer
from shop.app import main
commands = typer.main.get_command(main).commands
print(json.dumps({
    f"### `shop {name}`": sorted(
        typed for p in command.params if p.name != "help"
        for typed in (p.opts if p.param_type_name == "option" else [p.metavar])
    )
    for name, command in commands.items()
}))
"""
ERRORS = """
import shop.cqrs.errors as errors
print(errors.__doc__)
"""
MORE = """
from shop.cqrs.samples import SAMPLES, sample
from shop.cqrs.service import Service
print(Service.catch_up, Service.prune, Service.rebuild, Service.skip, Service.status)
print(Service.faults, Service.stop, Service.watch)
"""


def told(heading: str) -> list[str]:
    """Name what the first cells of a section's tables tell of, without an option's value."""
    return sorted(quoted(row[0])[0].split()[0] for row in rows(section(PAGE, heading)))


def printed(shop: Shell, script: str) -> str:
    done = shop.python("-c", script)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_its_names_are_those_that_the_page_lists(shop: Shell) -> None:
    names: dict[str, list[str]] = json.loads(printed(shop, NAMES))

    assert {heading: told(heading) for heading in names} == names


def test_its_settings_have_the_defaults_that_the_page_says(shop: Shell) -> None:
    told_rows = {row[0].strip("`"): row for row in rows(section(PAGE, "## Settings"))}

    assert {name: row[2].strip("`") for name, row in told_rows.items()} == json.loads(
        printed(shop, DEFAULTS)
    )
    assert [row[1] for row in told_rows.values()] == [f"`SHOP_{n.upper()}`" for n in told_rows]


def test_its_command_line_is_that_which_the_page_lists(shop: Shell) -> None:
    commands: dict[str, list[str]] = json.loads(printed(shop, COMMANDS))

    assert {heading: told(heading) for heading in commands} == commands


def test_its_errors_are_the_tree_that_the_page_draws(shop: Shell) -> None:
    tree = printed(shop, ERRORS).partition("\n\n")[2].strip()

    assert tree in PAGE


@pytest.mark.parametrize("heading", ["## `shop.cqrs.samples`", "## `shop.cqrs.service`"])
def test_what_else_the_page_names_is_there(heading: str, shop: Shell) -> None:
    printed(shop, MORE)

    offered = ["bus", "catch_up", "faults", "prune", "rebuild", "skip", "status", "stop", "watch"]
    assert told(heading) in (["SAMPLES", "sample"], offered)
