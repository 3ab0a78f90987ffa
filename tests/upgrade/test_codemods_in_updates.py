"""Codemods as part of an update: shown before, done with it whole, and caught up on later."""

from __future__ import annotations

import sys
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from upgrade.releasing import git, versions
from upgrade.yards import Yard, commit
from verdicts import failures

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Shell

pytestmark = pytest.mark.thorough

BEFORE, NEWEST = "0.2.0", versions()[-1]
PLAIN = (sys.executable, "-m", "copier", "update", "--defaults", "--quiet")
STATS = "src/shop/read/projections/user_stats.py"
SENTENCE = "note: `read` takes `Recorded` from `cqrs.reading`"


@pytest.fixture
def shop(yard: Yard, tmp_path: Path) -> Shell:
    """Give the test a project from before `Recorded` moved."""
    return yard.shop(BEFORE, tmp_path / "shop")


def test_a_dry_run_shows_what_becomes_of_slices(shop: Shell) -> None:
    shown = shop.done("update", "--dry-run")

    assert f"update  {STATS}" in shown
    assert SENTENCE in shown
    assert "-from shop.cqrs.journal import Recorded" in shown
    assert "+from shop.cqrs.reading import Change, Projection, ReadModel, Recorded, on" in shown
    assert git(shop.folder, "status", "--porcelain") == ""


def test_who_came_forward_by_copier_alone_catches_up(shop: Shell, tmp_path: Path) -> None:
    plain = shop.run(*PLAIN)
    assert plain.returncode == 0, plain.stderr
    commit(shop)
    assert "cqrs.journal" in (shop.folder / STATS).read_text()
    assert failures(shop, tmp_path / "mypy", ("lint-imports",))
    assert "nothing to bring forward" in shop.done("update")

    said = shop.done("update", "--since", BEFORE)

    assert SENTENCE in said
    assert "cqrs.journal" not in (shop.folder / STATS).read_text()
    assert not failures(shop, tmp_path / "mypy", ("lint-imports", "ruff check", "ruff format"))
    commit(shop)
    assert "nothing to bring forward" in shop.done("update", "--since", BEFORE)


def test_what_is_no_python_is_left_and_told(shop: Shell) -> None:
    (shop.folder / STATS).write_text(
        dedent("""\
            from shop.cqrs.journal import Recorded
            class :
            """)
    )
    commit(shop)

    said = shop.done("update")

    assert f"`{STATS}` is no Python that can be read" in said
    assert (shop.folder / STATS).read_text().endswith("class :\n")


def test_nothing_but_imports_is_changed_in_a_file_that_nobody_formats(shop: Shell) -> None:
    text = (shop.folder / STATS).read_text().replace("version=1", "version  =  1")
    (shop.folder / STATS).write_text(f"{text}x = [1,2 ,\n  3]")
    commit(shop)

    shop.done("update")

    after = (shop.folder / STATS).read_text()
    assert after.partition("USER_STATS")[2] == f"{text}x = [1,2 ,\n  3]".partition("USER_STATS")[2]


def test_an_answer_that_is_new_says_which_files_of_yours_it_would_change(
    yard: Yard, tmp_path: Path
) -> None:
    shop = yard.shop("0.1.0", tmp_path / "shop")
    app = (shop.folder / "src/shop/app.py").read_text()

    said = shop.done("update", "--data", "http=true")

    assert "note: `src/shop/app.py` is yours and stays; a new project's differs" in said
    assert (shop.folder / "src/shop/app.py").read_text() == app
    assert (shop.folder / "src/shop/cqrs/http.py").is_file()


@pytest.mark.parametrize("version", versions()[:-1])
def test_a_project_of_any_version_is_added_to_without_an_update(
    yard: Yard, tmp_path: Path, version: str
) -> None:
    shop = yard.shop(version, tmp_path / "shop")  # by an `add` of each kind

    assert not failures(shop, tmp_path / "mypy", ("ruff check", "ruff format", "pytest"))
    assert f"_commit: v{version}\n" in (shop.folder / ".copier-answers.yml").read_text()
