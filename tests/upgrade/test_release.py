"""Releases: what they ship, and that plain `copier update` moves between them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from conftest import ROOT, Shell
from cqrs_gen.bundles import versions_in

SHIPPED = ROOT / "generator" / "cqrs_gen" / "template.bundle"
JOURNAL = Path("src/shop/cqrs/journal.py")
FIRST_LINE = "# A line that the next version of the template begins with."


def git(folder: Path, *arguments: str) -> str:
    """Run git as somebody who has no settings."""
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    done = subprocess.run(
        ("git", *identity, *arguments), cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Copy this repository, so that a release can be made of it."""
    folder = tmp_path / "checkout"
    files = git(ROOT, "ls-files", "-z").split("\0")
    for name in filter(None, files):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    return folder


def release(checkout: Path, version: str) -> subprocess.CompletedProcess[str]:
    """Run the release script of a checkout."""
    script = checkout / "scripts" / "release.py"
    return subprocess.run(
        (sys.executable, str(script), version), capture_output=True, text=True, check=False
    )


def say_what_is_new(checkout: Path) -> None:
    changelog = checkout / "CHANGELOG.md"
    text = changelog.read_text()
    changelog.write_text(text.replace("## Unreleased", "## Unreleased\n\n- Something new.", 1))


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
    assert versions_in(checkout / SHIPPED.relative_to(ROOT)) > versions_in(SHIPPED)
    assert 'version = "9.0.0"' in (checkout / "pyproject.toml").read_text()
    assert "## Unreleased\n\n## 9.0.0" in (checkout / "CHANGELOG.md").read_text()


def _commit(checkout: Path, tag: str) -> str:
    heads = git(checkout, "bundle", "list-heads", str(checkout / SHIPPED.relative_to(ROOT)))
    found = re.search(rf"^(\w+) refs/tags/{tag}$", heads, re.MULTILINE)
    assert found
    return found[1]


def test_a_version_is_released_once(checkout: Path) -> None:
    say_what_is_new(checkout)
    newest = ".".join(map(str, versions_in(SHIPPED)[-1]))
    before = (checkout / SHIPPED.relative_to(ROOT)).read_bytes()

    refused = release(checkout, newest)

    assert refused.returncode == 1
    assert "is released already" in refused.stderr
    assert (checkout / SHIPPED.relative_to(ROOT)).read_bytes() == before


def test_a_release_says_what_users_get(checkout: Path) -> None:
    changelog = checkout / "CHANGELOG.md"
    changelog.write_text("# Changelog\n\n## Unreleased\n\n## 0.0.1\n\n- Old.\n")

    refused = release(checkout, "9.0.0")

    assert refused.returncode == 1
    assert "nothing under `## Unreleased`" in refused.stderr


def test_copier_update_brings_the_framework_forward_and_keeps_what_is_the_teams(
    checkout: Path, shell: Shell
) -> None:
    shop = project_of_shipped_template(shell)
    handler = shop.folder / "src/shop/write/handlers/create_user.py"
    handler.write_text(handler.read_text() + "\n# the team's\n")
    bus = shop.folder / "src/shop/cqrs/bus.py"
    bus.write_text(bus.read_text() + "\n# the team's too\n")
    git(shop.folder, "commit", "--quiet", "--all", "--message", "Edit")
    publish_next(checkout, shell.folder / "home")

    updated = shop.run(sys.executable, "-m", "copier", "update", "--defaults", "--quiet")

    assert updated.returncode == 0, updated.stderr
    assert (shop.folder / JOURNAL).read_text().startswith(FIRST_LINE)
    assert handler.read_text().endswith("# the team's\n")
    assert bus.read_text().endswith("# the team's too\n")
    assert "_commit: v9.0.0" in (shop.folder / ".copier-answers.yml").read_text()


def project_of_shipped_template(shell: Shell) -> Shell:
    """Make a project as a user does who has installed cqrs-gen, in a home of its own."""
    home = {"HOME": str(shell.folder / "home")}
    settled = {name: value for name, value in shell.env.items() if name != "CQRS_GEN_TEMPLATE"}
    own = Shell(shell.folder, settled | home)
    own.done("new", "project", "shop", "--because", "read-model")
    return own.at(shell.folder / "shop")


def publish_next(checkout: Path, home: Path) -> None:
    """Release a version with a change in the framework, and bring it to the machine's place."""
    journal = checkout / "template/src/{{package_name}}/cqrs/journal.py"
    journal.write_text(f"{FIRST_LINE}\n{journal.read_text()}")
    say_what_is_new(checkout)
    assert release(checkout, "9.0.0").returncode == 0
    shutil.copy(checkout / SHIPPED.relative_to(ROOT), home / ".cqrs-gen" / "template.bundle")
