"""The reference of the command line has all that the command line has, and nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import typer
from docs.pages import headings, quoted, read, rows, section

from cqrs_gen.cli import app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Shell

PAGE = read("reference/cli.md")
EVERYWHERE = {"--help"}
RESULTS = {"create", "identical", "conflict", "overwrite", "skip"}


def commands(command: Any, path: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401  Click's own
    below = getattr(command, "commands", {})
    if not below:
        yield path, command
    for name, each in below.items():
        yield from commands(each, f"{path} {name}")


ROOT = typer.main.get_command(app)
COMMANDS = dict(commands(ROOT, "cqrs-gen"))


def typed(command: Any) -> set[str]:  # noqa: ANN401
    """Name what can be typed after a command: its options, and its arguments as they are shown."""
    names: set[str] = set()
    for parameter in command.params:
        is_option = parameter.param_type_name == "option"
        names |= {*parameter.opts, *parameter.secondary_opts} if is_option else {parameter.metavar}
    return names - EVERYWHERE


def told(heading: str) -> set[str]:
    """Name what the first cells of a section's tables tell of, without an option's value."""
    cells = (row[0] for row in rows(section(PAGE, heading)))
    return {name.split()[0] for cell in cells for name in quoted(cell)} - EVERYWHERE


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_has_its_section_with_all_its_arguments_and_options(command: str) -> None:
    assert told(f"## `{command}`") == typed(COMMANDS[command])


def test_the_page_tells_of_no_other_command() -> None:
    quotes = {name for heading in headings(PAGE, 2) for name in quoted(heading)}

    assert {name for name in quotes if name != "add"} == {"cqrs-gen", *COMMANDS}


def test_the_first_section_has_the_options_of_the_program_and_its_environment() -> None:
    environment = {"CQRS_GEN_STATE", "CQRS_GEN_TEMPLATE", "NO_COLOR"}

    assert told("## `cqrs-gen`") == typed(ROOT) | environment


def test_the_template_asks_what_the_page_lists(shell: Shell) -> None:
    refused = shell.cqrs_gen("new", "project", "shop", "--data", "planted=x").stderr
    line = next(line for line in PAGE.splitlines() if line.startswith("The questions"))

    asked = set(quoted(refused.partition("it asks for:")[2])) - {"script_name"}

    assert asked == set(quoted(line.partition(":")[2]))


def test_the_plan_has_the_keys_that_the_page_lists(bare_shop: Shell) -> None:
    plan = json.loads(bare_shop.done("add", "event", "UserCreated", "--dry-run", "--json"))

    assert told("## The plan") == plan.keys()


def test_the_list_has_the_keys_that_the_page_lists(shop: Shell) -> None:
    [row] = rows(section(PAGE, "## `cqrs-gen list`"))

    assert set(quoted(row[2])) == json.loads(shop.done("list", "--json"))[0].keys()


def test_the_page_lists_what_becomes_of_a_file() -> None:
    assert told("## What every `add` does") == RESULTS
