"""An update that is killed half-way, or runs beside another: old, new, or taken back."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, TypeAlias

import pytest
from upgrade.living import unlike
from upgrade.releasing import git, versions
from upgrade.yards import commit

from conftest import program

if TYPE_CHECKING:
    from pathlib import Path

    from upgrade.yards import Yard

    from conftest import Shell

pytestmark = pytest.mark.thorough

OLDEST, NEWEST = versions()[0], versions()[-1]
LOGS, OBSERVING = "src/shop/cqrs/logs.py", "src/shop/cqrs/observing.py"

SIGNS = (signal.SIGTERM, signal.SIGINT)
COMMANDS = {"update": ("update",), "abort": ("update", "--abort")}
Steps: TypeAlias = dict[str, int]
Moment: TypeAlias = tuple[str, int]
MOMENTS: list[Moment] = [
    *(("first", number) for number in (0, 1, 9, 30)),
    *(("index", number) for number in (-2, -1, 0, 1, 2, 3, 4)),
    *(("last", number) for number in (-2, -1, 0)),
]
"""From the first step, around the write of git's index, where what is done becomes what was done,
and back from the last."""


def at(steps: Steps, moment: Moment) -> int:
    """Return the number of the step that a moment is."""
    known, number = moment
    return steps[known] + number


def killed(
    shop: Shell, moment: int, *command: str, sign: signal.Signals = signal.SIGKILL
) -> subprocess.CompletedProcess[str]:
    """Run cqrs-gen until it is at a step, and end it there."""
    stepping = (sys.executable, program("stepping.py"), str(moment), str(int(sign)))
    return shop.run(*stepping, str(shop.folder), *command)


@pytest.fixture(scope="module")
def steps(yard: Yard, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Steps]:
    """Count the steps of an update, and of taking it back."""
    shop = lived_in(yard, tmp_path_factory.mktemp("steps") / "shop")
    for _ in range(2):  # the first time, the folder of records is made
        said = {name: killed(shop, -1, *words).stderr for name, words in COMMANDS.items()}
    return {name: steps_of(text) for name, text in said.items()}


def steps_of(said: str) -> Steps:
    count, index = map(int, said.rpartition("steps: ")[2].split())
    return {"first": 0, "index": index, "last": count - 1}


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


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_update_is_taken_back(
    old: Shell, tmp_path: Path, steps: dict[str, Steps], moment: Moment
) -> None:
    before = shutil.copytree(old.folder, tmp_path / "before", symlinks=True)
    staged = git(old.folder, "ls-files", "--stage")

    ended = killed(old, at(steps["update"], moment), "update")

    assert ended.returncode == -signal.SIGKILL, ended.stderr
    taken_back = old.cqrs_gen("update", "--abort")
    assert taken_back.returncode == 0 or "no update to take back" in taken_back.stderr
    assert unlike(old.folder, before) == []
    assert git(old.folder, "ls-files", "--stage") == staged
    assert git(old.folder, "status", "--porcelain") == ""


@pytest.mark.parametrize("moment", MOMENTS)
def test_after_a_killed_update_files_and_index_are_old_or_both_are_new(
    old: Shell, steps: dict[str, Steps], moment: Moment
) -> None:
    killed(old, at(steps["update"], moment), "update")

    again = old.cqrs_gen("update")

    unmerged = set(git(old.folder, "diff", "--name-only", "--diff-filter=U").split())
    assert unmerged == {LOGS, OBSERVING}
    assert "<<<<<<<" in (old.folder / LOGS).read_text()
    is_new = "conflicts are not settled yet" in again.stderr
    assert is_new or f"brought from {OLDEST} to {NEWEST}" in again.stderr
    assert ("`cqrs-gen update --abort`" in again.stderr) or not is_new


@pytest.mark.parametrize("moment", MOMENTS)
def test_taking_back_can_be_killed_too(
    old: Shell, tmp_path: Path, steps: dict[str, Steps], moment: Moment
) -> None:
    before = shutil.copytree(old.folder, tmp_path / "before", symlinks=True)
    old.cqrs_gen("update")

    ended = killed(old, at(steps["abort"], moment), "update", "--abort")

    assert ended.returncode == -signal.SIGKILL, ended.stderr
    taken_back = old.cqrs_gen("update", "--abort")
    assert taken_back.returncode == 0 or "no update to take back" in taken_back.stderr
    assert unlike(old.folder, before) == []
    assert git(old.folder, "status", "--porcelain") == ""


@pytest.mark.parametrize("moment", [("first", 9), ("index", 0), ("index", 1), ("index", 2)])
@pytest.mark.parametrize("sign", SIGNS)
def test_an_update_that_is_ended_leaves_nothing(
    old: Shell, tmp_path: Path, steps: dict[str, Steps], sign: signal.Signals, moment: Moment
) -> None:
    before = shutil.copytree(old.folder, tmp_path / "before", symlinks=True)
    staged = git(old.folder, "ls-files", "--stage")

    ended = killed(old, at(steps["update"], moment), "update", sign=sign)

    assert ended.returncode != 0
    assert "Traceback" not in ended.stderr
    assert unlike(old.folder, before) == []
    assert git(old.folder, "ls-files", "--stage") == staged
    assert "none was begun here" in old.cqrs_gen("update", "--abort").stderr


@pytest.mark.parametrize("moment", [("index", 3), ("last", 0)])
@pytest.mark.parametrize("sign", SIGNS)
def test_an_update_that_is_ended_once_it_is_done_can_be_taken_back(
    old: Shell, tmp_path: Path, steps: dict[str, Steps], sign: signal.Signals, moment: Moment
) -> None:
    before = shutil.copytree(old.folder, tmp_path / "before", symlinks=True)

    killed(old, at(steps["update"], moment), "update", sign=sign)

    assert "<<<<<<<" in (old.folder / LOGS).read_text()
    old.done("update", "--abort")
    assert unlike(old.folder, before) == []
    assert git(old.folder, "status", "--porcelain") == ""


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
