"""Print what the reference of the runtime lists: `… names|settings|commands|errors|others`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import shop.cqrs
import shop.cqrs.reading
import shop.cqrs.writing
import typer
from shop.app import main
from shop.cqrs import errors, samples
from shop.cqrs.service import Service
from shop.cqrs.settings import Settings
from shop.cqrs.testing import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable

    from click import Command


def names() -> dict[str, list[str]]:
    """List the public names of each module, by the heading of its section."""
    return {
        "## `shop.cqrs`": sorted(shop.cqrs.__all__),
        "## `shop.cqrs.writing`": sorted(shop.cqrs.writing.__all__),
        "## `shop.cqrs.reading`": sorted(shop.cqrs.reading.__all__),
        "## `Recorded`": sorted(shop.cqrs.reading.Recorded.__annotations__),
        "## `shop.cqrs.testing`": ["Scenario", *public(Scenario)],
        "## Settings": sorted(Settings.__slots__),
    }


def public(of: type) -> list[str]:
    """List what a class offers."""
    return sorted(name for name in vars(of) if not name.startswith("_"))


def settings() -> dict[str, str]:
    """Write the default of each setting as its variable would be written."""
    defaults = Settings()
    values = {name: getattr(defaults, name) for name in Settings.__slots__}
    return {
        name: ",".join(value) if isinstance(value, tuple) else str(value)
        for name, value in values.items()
    }


def commands() -> dict[str, list[str]]:
    """List what each command of the command line takes, by the heading of its section."""
    return {
        f"### `shop {name}`": sorted(taken(command))
        for name, command in vars(typer.main.get_command(main))["commands"].items()
    }


def taken(command: Command) -> list[str]:
    """List a command's options and arguments."""
    parameters = [each for each in command.params if each.name != "help"]
    options = [each for each in parameters if each.param_type_name == "option"]
    arguments = [vars(each)["metavar"] for each in parameters if each not in options]
    return [*arguments, *(spelling for option in options for spelling in option.opts)]


def tree() -> str | None:
    """Give the tree of errors as their module draws it."""
    return errors.__doc__


def others() -> dict[str, list[str]]:
    """List what there is of which the page names only some, by the heading of its section."""
    return {
        "## `shop.cqrs.samples`": sorted(vars(samples)),
        "## `shop.cqrs.service`": public(Service),
    }


PARTS: dict[str, Callable[[], object]] = {
    "names": names,
    "settings": settings,
    "commands": commands,
    "errors": tree,
    "others": others,
}
print(json.dumps(PARTS[sys.argv[1]]()))
