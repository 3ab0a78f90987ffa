"""Every command explains itself, with examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cli.saying import same, told

if TYPE_CHECKING:
    from conftest import Shell

COMMANDS = (
    (),
    ("new",),
    ("new", "project"),
    ("add",),
    ("add", "command"),
    ("add", "query"),
    ("add", "event"),
    ("add", "projection"),
    ("list",),
    ("check",),
    ("update",),
)


@pytest.mark.parametrize("command", COMMANDS, ids="-".join)
def test_help_explains(command: tuple[str, ...], shell: Shell) -> None:
    ended = shell.cqrs_gen(*command, "--help")

    assert same("-".join(("help", *command)), told(ended))


@pytest.mark.parametrize("command", [(), ("new",), ("add",)], ids="-".join)
def test_without_a_command_there_is_help_and_a_usage_error(
    command: tuple[str, ...], shell: Shell
) -> None:
    ended = shell.cqrs_gen(*command)

    assert ended.returncode == 2
    assert ended.stderr.rstrip() == shell.done(*command, "--help").rstrip()


@pytest.mark.parametrize("group", [(), ("new",), ("add",)], ids="-".join)
def test_no_command_of_a_list_is_cut_short(group: tuple[str, ...], shell: Shell) -> None:
    listed = shell.done(*group, "--help").partition("Commands:\n")[2].splitlines()

    assert listed
    assert [line for line in listed if not line.endswith(".") or line.endswith("...")] == []


def test_the_version_is_told(shell: Shell) -> None:
    assert shell.done("--version").startswith("cqrs-gen ")
