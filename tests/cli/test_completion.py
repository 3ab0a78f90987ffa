"""The shell completes what it cannot know by itself: events, read models, answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Shell


def completed(shell: Shell, line: str) -> list[str]:
    """Complete a line as bash does: its last word, which may be empty."""
    words = line.split(" ")
    asking = {"_CQRS_GEN_COMPLETE": "complete_bash", "COMP_WORDS": line}
    asked = replace(shell, env=shell.env | asking | {"COMP_CWORD": str(len(words) - 1)}).cqrs_gen()
    assert (asked.returncode, asked.stderr) == (0, "")
    return asked.stdout.split()


@pytest.mark.parametrize(
    ("line", "offers"),
    [
        ("cqrs-gen add ", ["command", "query", "event", "projection"]),
        ("cqrs-gen add query ListUsers --on ", ["UserCreated", "UserDeleted"]),
        ("cqrs-gen add query ListUsers --on UserD", ["UserDeleted"]),
        ("cqrs-gen add query ListUsers --on UserCreated,", ["UserCreated,UserDeleted"]),
        ("cqrs-gen add projection Users --on UserC", ["UserCreated"]),
        ("cqrs-gen add command SignUpUser --emits UserC", ["UserCreated"]),
        ("cqrs-gen add query ListUsers --from ", ["user_stats"]),
        ("cqrs-gen new project shop --because read", ["read-model", "read-heavy"]),
        ("cqrs-gen new project shop --ci ", ["github", "none"]),
    ],
)
def test_what_can_be_meant_is_offered(shop: Shell, line: str, offers: list[str]) -> None:
    shop.done("add", "event", "UserDeleted", "user_id:UUID")

    assert completed(shop, line) == offers


def test_outside_a_project_nothing_is_offered(shell: Shell) -> None:
    assert completed(shell, "cqrs-gen add query ListUsers --on ") == []
