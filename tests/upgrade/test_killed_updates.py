"""An update that is killed half-way, or runs beside another: old, new, or taken back."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from upgrade.living import unlike
from upgrade.releasing import git, versions
from upgrade.yards import commit

if TYPE_CHECKING:
    from pathlib import Path

    from upgrade.yards import Yard

    from conftest import Shell

OLDEST, NEWEST = versions()[0], versions()[-1]
BUS = "src/shop/cqrs/bus.py"

# A real SIGKILL, before the so-many-th time that a file comes to its place or leaves it.
KILLED = """
import os, pathlib, signal, sys
left, root = int(sys.argv[1]), sys.argv[2]
def counted(do):
    def done(*arguments, **named):
        global left
        if pathlib.Path(arguments[0]).is_relative_to(root):
            left -= 1
            if left == -1:
                os.kill(os.getpid(), signal.SIGKILL)
        return do(*arguments, **named)
    return done
pathlib.Path.replace = counted(pathlib.Path.replace)
pathlib.Path.unlink = counted(pathlib.Path.unlink)
pathlib.Path.mkdir = counted(pathlib.Path.mkdir)
from cqrs_gen.updating import doing
if left == 999:
    doing._mark = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
sys.argv[:] = ["cqrs-gen", *sys.argv[3:]]
from cqrs_gen.__main__ import main
main()
"""


@pytest.fixture
def old(yard: Yard, tmp_path: Path) -> Shell:
    """Give the test a project of the oldest version, with an edit that will conflict."""
    shop = yard.shop(OLDEST, tmp_path / "shop")
    (shop.folder / "src/shop/cqrs/logs.py").write_text("# the team has one of its own\n")
    (shop.folder / "src/shop/cqrs/observing.py").write_text("# and another\n")
    (shop.folder / "var").mkdir()
    (shop.folder / "var/write.db").write_text("ignored")
    commit(shop)
    return shop


@pytest.mark.parametrize("moment", [0, 1, 6, 14, 30, 999])
def test_a_killed_update_is_taken_back(old: Shell, tmp_path: Path, moment: int) -> None:
    before = shutil.copytree(old.folder, tmp_path / "before", symlinks=True)
    staged = git(old.folder, "ls-files", "--stage")

    killed = old.run(sys.executable, "-c", KILLED, str(moment), str(old.folder), "update")

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    taken_back = old.cqrs_gen("update", "--abort")
    assert taken_back.returncode == 0 or "no update to take back" in taken_back.stderr
    assert unlike(old.folder, before) == []
    assert git(old.folder, "ls-files", "--stage") == staged
    assert git(old.folder, "status", "--porcelain") == ""


@pytest.mark.parametrize("moment", [9, 999])
def test_a_killed_update_is_seen_by_the_next(old: Shell, moment: int) -> None:
    old.run(sys.executable, "-c", KILLED, str(moment), str(old.folder), "update")

    again = old.cqrs_gen("update")

    if moment == 999:  # all files are new, and git does not know of the conflicts
        assert "or take the update to" in again.stderr
        old.done("update", "--abort")
        again = old.cqrs_gen("update")
    assert f"brought from {OLDEST} to {NEWEST}" in again.stderr
    assert "src/shop/cqrs/logs.py" in again.stderr


@pytest.mark.parametrize("moment", [0, 9])
def test_taking_back_can_be_killed_too(old: Shell, tmp_path: Path, moment: int) -> None:
    before = shutil.copytree(old.folder, tmp_path / "before", symlinks=True)
    old.cqrs_gen("update")

    killed = old.run(
        sys.executable, "-c", KILLED, str(moment), str(old.folder), "update", "--abort"
    )

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    old.done("update", "--abort")
    assert unlike(old.folder, before) == []
    assert git(old.folder, "status", "--porcelain") == ""


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_an_update_that_is_ended_leaves_nothing(
    old: Shell, tmp_path: Path, sign: signal.Signals
) -> None:
    before = shutil.copytree(old.folder, tmp_path / "before", symlinks=True)
    code = KILLED.replace("signal.SIGKILL", str(int(sign)), 1)

    ended = old.run(sys.executable, "-c", code, "9", str(old.folder), "update")

    assert ended.returncode != 0
    assert "Traceback" not in ended.stderr
    assert unlike(old.folder, before) == []
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
