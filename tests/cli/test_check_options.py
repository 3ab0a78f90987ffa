"""Options of `cqrs-gen check` beside a team's own settings, and what a fix leaves as it was."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from cli.test_check import GUILTY, HANDLER, plant

if TYPE_CHECKING:
    from conftest import Shell

UNSURE = ("        asked = ", "        open('seen', str(query)).close()\n        asked = ")
COMMAND = "src/shop/write/commands/create_user.py"
FROZEN = ("frozen=True, ", "")


def configure(shop: Shell, text: str) -> None:
    with (shop.folder / "pyproject.toml").open("a") as file:
        file.write(f"\n[tool.cqrs-gen.check]\n{text}\n")


def test_what_cannot_be_told_is_shown_if_asked_for_and_never_fails(shop: Shell) -> None:
    plant(shop, HANDLER, *UNSURE)

    assert "nothing found" in shop.done("check")
    assert "cannot tell" in shop.done("check", "--pedantic")
    assert "cannot tell" in shop.done("check", "--pedantic", "--strict")
    assert "cannot tell" in shop.done("check", "--pedantic", "--select", "CQ101")


def test_what_cannot_be_told_hides_no_finding_that_can(shop: Shell) -> None:
    plant(shop, HANDLER, *UNSURE)
    plant(shop, HANDLER, *GUILTY)

    assert shop.cqrs_gen("check", "--pedantic").returncode == 1


def test_rules_ignored_on_the_command_line_are_ignored_besides_those_in_the_settings(
    shop: Shell,
) -> None:
    plant(shop, HANDLER, *GUILTY)
    plant(shop, COMMAND, *FROZEN)
    configure(shop, 'ignore = ["CQ105"]')

    assert "CQ207" in shop.cqrs_gen("check").stdout
    assert "nothing found" in shop.done("check", "--ignore", "CQ207")


def test_a_file_that_is_fixed_keeps_its_mode(shop: Shell) -> None:
    plant(shop, COMMAND, *FROZEN)
    file = shop.folder / COMMAND
    file.chmod(0o750)

    shop.done("check", "--fix")

    assert FROZEN[0] in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o750
