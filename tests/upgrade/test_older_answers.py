"""Answers that an older template took: carried on where they can be, never replaced unseen."""

from __future__ import annotations

import sys
import tomllib
from typing import TYPE_CHECKING

import pytest
import yaml
from cli.trees import tree
from upgrade.releasing import git
from upgrade.yards import Yard, commit, render

from conftest import Shell

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.thorough

BEFORE = "0.3.0"
PLAIN = (sys.executable, "-m", "copier", "update", "--defaults", "--quiet")


def made(yard: Yard, folder: Path, *answers: str) -> Shell:
    """Make a project of an older version by Copier alone, which checked less than cqrs-gen."""
    shop = Shell(folder, yard.env)
    folder.mkdir()
    render(shop, BEFORE, *answers)
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(shop)
    return shop


def described(shop: Shell) -> str:
    project = tomllib.loads((shop.folder / "pyproject.toml").read_text())["project"]
    told = yaml.safe_load((shop.folder / ".copier-answers.yml").read_text())
    assert project["description"] == told["description"]
    return str(told["description"])


@pytest.mark.parametrize("plain", [False, True], ids=["update", "copier update"])
def test_a_description_that_broke_its_file_is_mended(
    yard: Yard, tmp_path: Path, *, plain: bool
) -> None:
    shop = made(yard, tmp_path / "shop", "description=Pizza 🍕")
    with pytest.raises(tomllib.TOMLDecodeError):
        described(shop)

    ended = shop.run(*PLAIN) if plain else shop.cqrs_gen("update")

    assert ended.returncode == 0, ended.stderr
    assert described(shop) == "Pizza 🍕"


def test_a_description_that_no_file_should_hold_is_asked_for_anew(
    yard: Yard, tmp_path: Path
) -> None:
    shop = made(yard, tmp_path / "shop", "description=Pizza\u202e")
    before = tree(shop.folder)

    refused = shop.cqrs_gen("update")

    assert refused.returncode == 1
    assert "`description` cannot be answered so: " in refused.stderr
    assert "it has \\u202e" in refused.stderr
    assert tree(shop.folder) == before
    shop.done("update", "--data", "description=Pizza")
    assert described(shop) == "Pizza"


@pytest.mark.parametrize("plain", [False, True], ids=["update", "copier update"])
@pytest.mark.parametrize("package", ["my__shop", "json", "a" * 41])
def test_a_package_keeps_a_name_that_a_new_one_would_not_get(
    yard: Yard, tmp_path: Path, package: str, *, plain: bool
) -> None:
    shop = made(yard, tmp_path / "shop", f"package_name={package}")

    ended = shop.run(*PLAIN) if plain else shop.cqrs_gen("update")

    assert ended.returncode == 0, ended.stderr
    assert [folder.name for folder in (shop.folder / "src").iterdir()] == [package]
