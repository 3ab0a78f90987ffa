"""A repository that a service was put into is brought forward, and what was there first stays."""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING

import pytest
from cli.repository import FILES, repository
from cli.trees import tree

from conftest import Shell

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.thorough

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


def adopted(shell: Shell, source: Shell, *options: str) -> Shell:
    """Take a service into the repository, from a source that only its answers then name."""
    shop = repository(shell)
    of_it = ("--because", "events", "--template", str(source.folder))
    shop.done("new", "project", ".", *of_it, *options)
    git(shop, "add", "-A")
    git(shop, "commit", "-qm", "Adopt")
    kept = {name: value for name, value in shop.env.items() if name != "CQRS_GEN_TEMPLATE"}
    return Shell(shop.folder, kept)


def test_an_update_tells_what_the_teams_pyproject_needs_that_is_new(
    shell: Shell, source: Shell
) -> None:
    shop = adopted(shell, source)
    before = (shop.folder / "pyproject.toml").read_bytes()
    pyproject = source.folder / "template/pyproject.toml.jinja"
    text = pyproject.read_text()
    assert text.count('"pydantic') == 1
    text = text.replace('"pydantic', '"attrs>=25",\n    "pydantic')
    pyproject.write_text(f'{text}\n[[tool.mypy.overrides]]\nmodule = "ours.*"\nstrict = true\n')
    publish(source, "v2.0.0")

    shown = shop.done("update", "--dry-run")
    told = json.loads(shop.done("update", "--dry-run", "--json"))
    said = shop.done("update")

    for each in (shown, said):
        assert "`pyproject.toml` is yours and stays as it is" in each
        assert 'dependencies = ["attrs>=25"]' in each
        assert 'module = "ours.*"' in each
        assert "pydantic" not in each.partition("`pyproject.toml` is yours")[2].partition("+")[0]
    assert told["pyproject"]["project"] == {"dependencies": ["attrs>=25"]}
    assert (shop.folder / "pyproject.toml").read_bytes() == before
    git(shop, "add", "-A")
    git(shop, "commit", "-qm", "Update")
    assert "pyproject" not in shop.done("update")


def test_who_took_all_of_it_in_is_told_of_nothing_else(shell: Shell, source: Shell) -> None:
    shop = adopted(shell, source, "--edit-pyproject")
    publish_next(source)

    assert "is yours and stays as it is" not in shop.done("update")
