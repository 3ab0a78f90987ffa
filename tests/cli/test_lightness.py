"""What an `add` does without, so that it is quick and needs nothing but the project."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from conftest import program

if TYPE_CHECKING:
    from conftest import Shell

HEAVY = ("copier", "yaml", "rich", "pydantic", "questionary", "libcst", "packaging")
ALIKE = ("socket", "urllib.request", "http.client")  # what would go to the network
PROBE = (program("imported_by_cqrs_gen.py"), ",".join(HEAVY + ALIKE))


@pytest.mark.parametrize(
    "arguments",
    [
        ("command", "BlockUser", "user_id:UUID", "--dry-run"),
        ("query", "ListUsers", "email:str", "--on", "UserCreated", "--dry-run"),
        ("event", "UserLoggedIn", "user_id:UUID"),
        ("projection", "Users", "--on", "UserCreated", "--dry-run"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_add_imports_nothing_that_takes_long(shop: Shell, arguments: tuple[str, ...]) -> None:
    ended = shop.run(sys.executable, *PROBE, "add", *arguments, "--force")

    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == "loaded:\n"
