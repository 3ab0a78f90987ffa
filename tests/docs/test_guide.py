"""The guide tells the truth: what it says to type works, and prints what it shows."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from docs.pages import DOCS, blocks, read
from docs.stories import Story

if TYPE_CHECKING:
    from conftest import Shell

TO_FOLLOW = "```console"  # a page without has nothing to type in a project of its own
PAGES = sorted(
    f"guide/{page.name}"
    for page in (DOCS / "guide").glob("*.md")
    if TO_FOLLOW in page.read_text(encoding="utf-8")
)
INSTALLED = {
    "shop": "from shop.app import main",
    "cqrs-gen": "from cqrs_gen.cli import main",
}
CHECKS = ("ruff check", "ruff format --check", "mypy", "pytest -q")


@pytest.fixture
def reader(shell: Shell, mypy_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """Give the test what a reader has who installed as the guide says, in one environment."""
    scripts = tmp_path_factory.mktemp("bin")
    for name, line in INSTALLED.items():
        code = f"{line}; import sys; sys.argv[0] = '{name}'; main()"
        (scripts / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{code}" "$@"\n')
        (scripts / name).chmod(0o755)
    path = os.pathsep.join((str(scripts), str(Path(sys.executable).parent), shell.env["PATH"]))
    own = {
        "PATH": path,
        "PYTHONPATH": "src",  # stands for the editable installation
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # no plugin of ours is the reader's
        "PYTEST_DEBUG_TEMPROOT": str(mypy_cache.parent),  # or it tidies up after other runs
        "MYPY_CACHE_DIR": str(mypy_cache),
    }
    return replace(shell, env=shell.env | own)


@pytest.mark.thorough
@pytest.mark.parametrize("page", PAGES)
def test_a_page_does_what_it_says(page: str, reader: Shell) -> None:
    story = Story(reader)

    story.follow(blocks(read(page)))

    for check in CHECKS:
        done = story.run(check)
        assert done.returncode == 0, f"{check}\n{done.stdout}"
