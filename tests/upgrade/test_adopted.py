"""A repository that a service was put into is brought forward, and what was there first stays."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import pytest
from cli.repository import FILES, repository
from cli.trees import tree

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Shell

IDENTITY = ("-c", "user.name=A", "-c", "user.email=a@example.org")
CHANGED = (
    ".gitattributes",
    ".gitignore",
    "Makefile",
    "README.md.jinja",
    "pyproject.toml.jinja",
    "src/{{package_name}}/__init__.py.jinja",
    "src/{{package_name}}/cqrs/bus.py",
    "tests/conftest.py.jinja",
    "tests/test_app.py.jinja",
)
NEW = "# What the next version begins with.\n"


@pytest.fixture
def source(shell: Shell, template: Path) -> Shell:
    """Make the template a repository of its own, with a first version."""
    folder = shell.folder / "source"
    shutil.copytree(template, folder)
    source = shell.at(folder)
    git(source, "init", "-q")
    publish(source, "v1.0.0")
    return source


def git(shell: Shell, *arguments: str) -> None:
    done = shell.run("git", *IDENTITY, *arguments)
    assert done.returncode == 0, done.stderr


def publish(source: Shell, version: str) -> None:
    git(source, "add", "-A")
    git(source, "commit", "-qm", version)
    git(source, "tag", version)


def publish_next(source: Shell) -> None:
    """Change what the repository kept, what it got, and what it was spared."""
    for path in CHANGED:
        file = source.folder / "template" / path
        file.write_text(NEW + file.read_text())
    publish(source, "v2.0.0")


@pytest.mark.parametrize("edited", [False, True])
def test_an_update_brings_the_framework_and_leaves_what_was_kept(
    shell: Shell, source: Shell, *, edited: bool
) -> None:
    shop = repository(shell)
    options = ("--edit-pyproject",) if edited else ()
    shop.done(
        "new", "project", ".", "--because", "events", "--template", str(source.folder), *options
    )
    git(shop, "add", "-A")
    git(shop, "commit", "-qm", "Adopt")
    before = tree(shop.folder)
    publish_next(source)

    updated = shop.run(sys.executable, "-m", "copier", "update", "--defaults", "--quiet")

    assert updated.returncode == 0, updated.stderr
    after = tree(shop.folder)
    changed = {path for path in after if after[path] != before.get(path)}
    brought = {"Makefile", "src/shop/cqrs/bus.py", "tests/test_app.py", ".copier-answers.yml"}
    assert changed == brought
    assert before.keys() == after.keys()
    assert all(after[path].startswith(NEW.encode()) for path in brought - {".copier-answers.yml"})
    assert {path: after[path] for path in FILES} == {path: before[path] for path in FILES}
    git(shop, "add", "-A")
    git(shop, "commit", "-qm", "Update")
    again = shop.run(sys.executable, "-m", "copier", "update", "--defaults", "--quiet")
    assert again.returncode == 0
    assert tree(shop.folder) == after


def test_a_project_of_its_own_says_nothing_of_what_is_kept(shop: Shell) -> None:
    assert "kept" not in (shop.folder / ".copier-answers.yml").read_text()
