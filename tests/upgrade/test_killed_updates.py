"""An update that is killed half-way, or runs beside another: old, new, or taken back."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from upgrade.living import unlike
from upgrade.releasing import git, versions
from upgrade.yards import commit

if TYPE_CHECKING:
    from upgrade.yards import Yard

    from conftest import Shell

OLDEST, NEWEST = versions()[0], versions()[-1]
LOGS, OBSERVING = "src/shop/cqrs/logs.py", "src/shop/cqrs/observing.py"

STEPPING = Path(__file__).with_name("stepping.py")
COMMANDS = {"update": ("update",), "abort": ("update", "--abort")}
MOMENTS = (0, 1, 9, 30, -6, -5, -4, -3, -2, -1)
"""From the first step, and back from the last: where what is done becomes what was done."""


def killed(
    shop: Shell, moment: int, *command: str, sign: signal.Signals = signal.SIGKILL
) -> subprocess.CompletedProcess[str]:
    """Run cqrs-gen until it is at a step, and end it there."""
    return shop.run(
        sys.executable, str(STEPPING), str(moment), str(int(sign)), str(shop.folder), *command
    )


@pytest.fixture(scope="module")
def steps(yard: Yard, tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """Count the steps of an update, and of taking it back."""
    shop = lived_in(yard, tmp_path_factory.mktemp("steps") / "shop")
    said = {name: killed(shop, -1, *words).stderr for name, words in COMMANDS.items()}
    return {name: int(text.rpartition("steps: ")[2]) for name, text in said.items()}


@pytest.fixture
def old(yard: Yard, tmp_path: Path) -> Shell:
    """Give the test a project of the oldest version, with an edit that will conflict."""
    return lived_in(yard, tmp_path / "shop")


def lived_in(yard: Yard, folder: Path) -> Shell:
    shop = yard.shop(OLDEST, folder)
    (shop.folder / LOGS).write_text("# the team has one of its own\n")
    (shop.folder / OBSERVING).write_text("# and another\n")
    (shop.folder / "var").mkdir()
    (shop.folder / "var/write.db").write_text("ignored")
    commit(shop)
    return shop


@pytest.mark.parametrize("number", MOMENTS)
def test_a_killed_update_is_taken_back(
    old: Shell, tmp_path: Path, steps: dict[str, int], number: int
) -> None:
    before = shutil.copytree(old.folder, tmp_path / "before", symlinks=True)
    staged = git(old.folder, "ls-files", "--stage")

    ended = killed(old, number % steps["update"], "update")

    assert ended.returncode == -signal.SIGKILL, ended.stderr
    taken_back = old.cqrs_gen("update", "--abort")
    assert taken_back.returncode == 0 or "no update to take back" in taken_back.stderr
    assert unlike(old.folder, before) == []
    assert git(old.folder, "ls-files", "--stage") == staged
    assert git(old.folder, "status", "--porcelain") == ""


@pytest.mark.parametrize("number", MOMENTS)
def test_after_a_killed_update_files_and_index_are_old_or_both_are_new(
    old: Shell, steps: dict[str, int], number: int
) -> None:
    killed(old, number % steps["update"], "update")

    again = old.cqrs_gen("update")

    unmerged = set(git(old.folder, "diff", "--name-only", "--diff-filter=U").split())
    assert unmerged == {LOGS, OBSERVING}
    assert "<<<<<<<" in (old.folder / LOGS).read_text()
    is_new = "conflicts are not settled yet" in again.stderr
    assert is_new or f"brought from {OLDEST} to {NEWEST}" in again.stderr
    assert ("`cqrs-gen update --abort`" in again.stderr) or not is_new


@pytest.mark.parametrize("number", MOMENTS)
def test_taking_back_can_be_killed_too(
    old: Shell, tmp_path: Path, steps: dict[str, int], number: int
) -> None:
    before = shutil.copytree(old.folder, tmp_path / "before", symlinks=True)
    old.cqrs_gen("update")

    ended = killed(old, number % steps["abort"], "update", "--abort")

    assert ended.returncode == -signal.SIGKILL, ended.stderr
    taken_back = old.cqrs_gen("update", "--abort")
    assert taken_back.returncode == 0 or "no update to take back" in taken_back.stderr
    assert unlike(old.folder, before) == []
    assert git(old.folder, "status", "--porcelain") == ""


@pytest.mark.parametrize("number", [9, -3])
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_an_update_that_is_ended_leaves_nothing(
    old: Shell, tmp_path: Path, steps: dict[str, int], sign: signal.Signals, number: int
) -> None:
    before = shutil.copytree(old.folder, tmp_path / "before", symlinks=True)
    staged = git(old.folder, "ls-files", "--stage")

    ended = killed(old, number % steps["update"], "update", sign=sign)

    assert ended.returncode != 0
    assert "Traceback" not in ended.stderr
    assert unlike(old.folder, before) == []
    assert git(old.folder, "ls-files", "--stage") == staged
    assert not list((old.folder / ".git").glob("cqrs-gen-update*"))


def test_of_two_updates_at_once_one_is_told(old: Shell) -> None:
    command = (sys.executable, "-m", "cqrs_gen", "update")
    both = [
        subprocess.Popen(command, cwd=old.folder, env=old.env, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = sorted(each.communicate()[1] for each in both)

    assert sum("brought from" in each for each in said) == 1
    assert sum("not settled" in each or "at work" in each for each in said) == 1
    old.done("update", "--abort")
    assert git(old.folder, "status", "--porcelain") == ""
