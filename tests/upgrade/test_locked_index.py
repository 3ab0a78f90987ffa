"""An update that cannot write git's index changes no file either, and says what to do."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import pytest
from upgrade.living import unlike
from upgrade.releasing import git, versions
from upgrade.yards import Yard, commit

from conftest import Shell

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import CompletedProcess

OLDEST, NEWEST = versions()[0], versions()[-1]
LOGS = "src/shop/cqrs/logs.py"
pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(sys.platform == "win32", reason="puts a shell script before git"),
]

# A git that finds the index locked, or the disk full, just when it is to write the index.
LATE_LOCK = """#!/bin/sh
case "$*" in *--index-info*) : > .git/index.lock ;; esac
exec {git} "$@"
"""
FULL_DISK = """#!/bin/sh
case "$*" in *--index-info*) echo "fatal: unable to write new index file" >&2; exit 128 ;; esac
exec {git} "$@"
"""


@pytest.fixture
def old(yard: Yard, tmp_path: Path) -> Shell:
    """Give the test a project of the oldest version, with an edit that will conflict."""
    shop = yard.shop(OLDEST, tmp_path / "shop")
    (shop.folder / LOGS).write_text("# the team has one of its own\n")
    commit(shop)
    return shop


def with_git(shop: Shell, folder: Path, program: str) -> Shell:
    """Put another git before the real one."""
    folder.mkdir()
    real = shutil.which("git")
    (folder / "git").write_text(program.format(git=real))
    (folder / "git").chmod(0o755)
    return Shell(shop.folder, shop.env | {"PATH": f"{folder}:{shop.env['PATH']}"})


def require_untouched(shop: Shell, before: Path, refused: CompletedProcess[str]) -> None:
    """Check that it was refused, and that neither files nor index nor notes know of it."""
    assert refused.returncode == 1
    assert "git's index cannot be written, and the update changes it too" in refused.stderr
    assert "nothing is changed" in refused.stderr
    (shop.folder / ".git/index.lock").unlink(missing_ok=True)
    assert unlike(shop.folder, before) == []
    assert git(shop.folder, "status", "--porcelain") == ""
    assert "no update to take back" in shop.cqrs_gen("update", "--abort").stderr


def test_a_locked_index_is_seen_before_anything_changes(old: Shell, tmp_path: Path) -> None:
    before = shutil.copytree(old.folder, tmp_path / "before", symlinks=True)
    (old.folder / ".git/index.lock").touch()

    refused = old.cqrs_gen("update")

    assert f"remove `{old.folder / '.git/index.lock'}`" in refused.stderr
    require_untouched(old, before, refused)
    assert f"brought from {OLDEST} to {NEWEST}" in old.cqrs_gen("update").stderr


@pytest.mark.parametrize("program", [LATE_LOCK, FULL_DISK], ids=["late lock", "full disk"])
def test_an_index_that_cannot_be_written_at_the_end_has_the_files_undone(
    old: Shell, tmp_path: Path, program: str
) -> None:
    before = shutil.copytree(old.folder, tmp_path / "before", symlinks=True)

    refused = with_git(old, tmp_path / "bin", program).cqrs_gen("update")

    require_untouched(old, before, refused)


def test_without_conflicts_the_index_is_not_written(yard: Yard, tmp_path: Path) -> None:
    shop = yard.shop(OLDEST, tmp_path / "shop")
    (shop.folder / ".git/index.lock").touch()

    assert f"brought from {OLDEST} to {NEWEST}" in shop.done("update")


@pytest.mark.parametrize("program", [None, LATE_LOCK, FULL_DISK], ids=["lock", "late", "full"])
def test_taking_back_changes_files_and_index_or_neither(
    old: Shell, tmp_path: Path, program: str | None
) -> None:
    old.cqrs_gen("update")
    updated = shutil.copytree(old.folder, tmp_path / "updated", symlinks=True)
    staged = git(old.folder, "ls-files", "--stage")
    shop = with_git(old, tmp_path / "bin", program) if program else old
    if program is None:
        (old.folder / ".git/index.lock").touch()

    refused = shop.cqrs_gen("update", "--abort")

    (old.folder / ".git/index.lock").unlink(missing_ok=True)
    assert refused.returncode == 1
    assert "git's index cannot be written" in refused.stderr
    assert unlike(old.folder, updated) == []
    assert git(old.folder, "ls-files", "--stage") == staged
    old.done("update", "--abort")
    assert git(old.folder, "status", "--porcelain") == ""
