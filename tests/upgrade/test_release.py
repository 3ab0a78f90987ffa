"""Releases: what they ship, and what they refuse."""

from __future__ import annotations

import re
import shutil
import tomllib
from typing import TYPE_CHECKING

import pytest
from upgrade.releasing import BUNDLE, SHIPPED, git, release, released, say_what_is_new

from conftest import ROOT
from cqrs_gen.bundles import versions_in

if TYPE_CHECKING:
    from pathlib import Path


def test_what_is_shipped_holds_the_version_that_is_declared() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]

    assert ".".join(map(str, versions_in(SHIPPED)[-1])) == declared


@pytest.mark.thorough
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


def test_a_version_comes_after_those_before_it(checkout: Path) -> None:
    say_what_is_new(checkout)

    refused = release(checkout, "0.0.1")

    assert refused.returncode == 1
    assert "a version after 0.0.1 is released" in refused.stderr


def test_what_git_does_not_have_is_not_forgotten(checkout: Path) -> None:
    say_what_is_new(checkout)
    (checkout / "template" / "forgotten.py").write_text("")

    refused = release(checkout, "9.0.0")

    assert refused.returncode == 1
    assert "template/forgotten.py" in refused.stderr


@pytest.mark.thorough
def test_a_template_that_cannot_be_rendered_is_not_released(checkout: Path) -> None:
    say_what_is_new(checkout)
    readme = checkout / "template" / "README.md.jinja"
    readme.write_text(readme.read_text() + "{% if %}\n")
    before = (checkout / BUNDLE).read_bytes()

    refused = release(checkout, "9.0.0")

    assert refused.returncode == 1
    assert "cannot be rendered" in refused.stderr
    assert (checkout / BUNDLE).read_bytes() == before


@pytest.mark.thorough
def test_the_bundle_grows_with_what_changed_not_with_time(checkout: Path) -> None:
    sizes = [released(checkout, "9.0.0").stat().st_size]
    bus = checkout / "template/src/{{package_name}}/cqrs/bus.py"
    bus.write_text(f"{bus.read_text()}\n# A line more.\n")
    # The last two change nothing.
    sizes += [released(checkout, v).stat().st_size for v in ("9.0.1", "9.0.2", "9.0.3")]

    assert sizes[1] - sizes[0] < 2_000
    assert sizes[3] - sizes[2] < 500
