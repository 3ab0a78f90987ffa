"""Releases: what they ship, and what they refuse."""

from __future__ import annotations

import re
import shutil
import tomllib
from typing import TYPE_CHECKING

from upgrade.releasing import BUNDLE, SHIPPED, git, release, say_what_is_new

from conftest import ROOT
from cqrs_gen.bundles import versions_in

if TYPE_CHECKING:
    from pathlib import Path


def test_what_is_shipped_holds_the_version_that_is_declared() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]

    assert ".".join(map(str, versions_in(SHIPPED)[-1])) == declared


def test_a_released_version_is_the_same_whoever_makes_it(checkout: Path) -> None:
    say_what_is_new(checkout)
    twin = checkout.parent / "twin"
    shutil.copytree(checkout, twin)

    assert release(checkout, "9.0.0").returncode == release(twin, "9.0.0").returncode == 0

    commits = [_commit(folder, "v9.0.0") for folder in (checkout, twin)]
    assert commits[0] == commits[1]
    assert versions_in(checkout / BUNDLE) > versions_in(SHIPPED)
    assert 'version = "9.0.0"' in (checkout / "pyproject.toml").read_text()
    assert "## Unreleased\n\n## 9.0.0" in (checkout / "CHANGELOG.md").read_text()


def _commit(checkout: Path, tag: str) -> str:
    heads = git(checkout, "bundle", "list-heads", str(checkout / BUNDLE))
    found = re.search(rf"^(\w+) refs/tags/{tag}$", heads, re.MULTILINE)
    assert found
    return found[1]


def test_a_version_is_released_once(checkout: Path) -> None:
    say_what_is_new(checkout)
    newest = ".".join(map(str, versions_in(SHIPPED)[-1]))
    before = (checkout / BUNDLE).read_bytes()

    refused = release(checkout, newest)

    assert refused.returncode == 1
    assert "is released already" in refused.stderr
    assert (checkout / BUNDLE).read_bytes() == before


def test_a_release_says_what_users_get(checkout: Path) -> None:
    changelog = checkout / "CHANGELOG.md"
    changelog.write_text("# Changelog\n\n## Unreleased\n\n## 0.0.1\n\n- Old.\n")

    refused = release(checkout, "9.0.0")

    assert refused.returncode == 1
    assert "nothing under `## Unreleased`" in refused.stderr
