"""From every released version to every later one: all that a team made stays, and all works."""

from __future__ import annotations

import shutil
import sys
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from upgrade.living import MARK, live_in, marks_in, unlike
from upgrade.releasing import git, versions
from upgrade.yards import Yard, commit, render
from verdicts import ALL, failures

from conftest import Shell, thorough_pairs_but

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = (sys.executable, "-m", "copier", "update", "--defaults", "--quiet")
WITHOUT_TYPES = tuple(check for check in ALL if check != "mypy")  # those the next test sees
WHATEVER_CHANGED = 12
"""As many lines as a team marks where two versions differ in nothing that it could edit."""

PAIRS = list(combinations(versions(), 2))
OLDEST_TO_NEWEST = (versions()[0], versions()[-1])
pytestmark = pytest.mark.parametrize(
    ("before", "after"),
    thorough_pairs_but(lambda pair: pair == OLDEST_TO_NEWEST, PAIRS),
    ids=lambda version: version,
)


@pytest.mark.thorough
def test_an_untouched_project_comes_forward_and_works(
    yard: Yard, tmp_path: Path, mypy_cache: Path, before: str, after: str
) -> None:
    shop = yard.shop(before, tmp_path / "shop")

    said = shop.done("update", "--to", after)

    assert f"brought from {before} to {after}" in said
    assert not failures(shop, mypy_cache, WITHOUT_TYPES)
    commit(shop)
    assert "nothing to bring forward" in shop.done("update", "--to", after)
    assert git(shop.folder, "status", "--porcelain") == ""


def test_what_a_team_made_of_it_stays_and_works(
    yard: Yard, tmp_path: Path, mypy_cache: Path, before: str, after: str
) -> None:
    shop = yard.shop(before, tmp_path / "team shop")
    new = Shell(tmp_path / "new", yard.env)
    new.folder.mkdir()
    render(new, after)
    live_in(shop, new.folder)
    commit(shop)
    lived, twin = marks_in(shop.folder), tmp_path / "twin"
    shutil.copytree(shop.folder, twin, symlinks=True)

    shop.done("update", "--to", after)

    assert marks_in(shop.folder) == lived
    assert len(lived) >= WHATEVER_CHANGED
    assert not (shop.folder / "tests/write/test_place_order.py").exists()
    plain = shop.at(twin).run(*PLAIN, "--vcs-ref", f"v{after}")
    assert plain.returncode == 0, plain.stderr
    by_codemods = ("src/shop/read/",)
    assert [path for path in unlike(shop.folder, twin) if not path.startswith(by_codemods)] == []

    commit(shop)
    shop.done("add", "command", "BlockUser", "user_id:UUID")
    shop.done("add", "query", "ListUsers", "--on", "UserCreated")
    assert MARK in (shop.folder / "src/shop/write/handlers/block_user.py").read_text()
    # `check` sees, as it should, that the team deleted a slice's test.
    assert not failures(
        shop, mypy_cache, tuple(check for check in ALL if check != "cqrs-gen check")
    )
