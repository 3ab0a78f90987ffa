"""The reference of the runtime lists its public names, and nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from docs.pages import quoted, read, rows, section

from conftest import program

if TYPE_CHECKING:
    from conftest import Shell

PAGE = read("reference/runtime.md")


def told(heading: str) -> list[str]:
    """Name what the first cells of a section's tables tell of, without an option's value."""
    return sorted(quoted(row[0])[0].split()[0] for row in rows(section(PAGE, heading)))


def printed(shop: Shell, part: str) -> Any:  # noqa: ANN401  whatever that part is
    done = shop.python(program("runtime_reference.py"), part)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_its_names_are_those_that_the_page_lists(shop: Shell) -> None:
    names = printed(shop, "names")

    assert {heading: told(heading) for heading in names} == names


def test_its_settings_have_the_defaults_that_the_page_says(shop: Shell) -> None:
    told_rows = {row[0].strip("`"): row for row in rows(section(PAGE, "## Settings"))}

    defaults = {name: row[2].strip("`") for name, row in told_rows.items()}
    assert defaults == printed(shop, "settings")
    assert [row[1] for row in told_rows.values()] == [f"`SHOP_{n.upper()}`" for n in told_rows]


def test_its_command_line_is_that_which_the_page_lists(shop: Shell) -> None:
    commands = printed(shop, "commands")

    assert {heading: told(heading) for heading in commands} == commands


def test_its_errors_are_the_tree_that_the_page_draws(shop: Shell) -> None:
    tree = printed(shop, "errors").partition("\n\n")[2].strip()

    assert tree in PAGE


def test_what_else_the_page_names_is_there(shop: Shell) -> None:
    offered = printed(shop, "others")
    offered["## `shop.cqrs.service`"].append("bus")  # which a service has while it runs

    for heading, names in offered.items():
        assert told(heading)
        assert set(told(heading)) <= set(names)
