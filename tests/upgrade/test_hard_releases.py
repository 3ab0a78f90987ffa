"""Files of every kind, changed on both sides: what one side wrote is never lost."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from upgrade.living import unlike
from upgrade.releasing import copy_checkout, git, released
from upgrade.yards import Yard, commit, machine, render

from conftest import Shell

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.thorough

LINES = b"1\n2\n3\n4\n5\n6\n7\n8\n9\n"


class Case(NamedTuple):
    """A file in the older template, as the team has it, in the newer one, and afterwards."""

    name: str
    old: bytes | None
    team: bytes | None
    new: bytes | None
    then: bytes | None


def swap(text: bytes, **lines: bytes) -> bytes:
    """Write something else in place of some lines."""
    for number, line in lines.items():
        text = text.replace(number[1:].encode(), line)
    return text


ONE, NINE = swap(LINES, _1=b"team"), swap(LINES, _9=b"template")
BOTH = swap(ONE, _9=b"template")
OTHER = b"".join(b"another line, number %d\n" % number for number in range(9))
CASES = (
    Case("both.txt", LINES, ONE, NINE, BOTH),
    Case("with spaces and (odd) name.txt", LINES, ONE, NINE, BOTH),
    Case("no end.txt", LINES[:-1], ONE[:-1], NINE[:-1], BOTH[:-1]),
    Case("end came.txt", LINES[:-1], ONE[:-1], LINES, ONE),
    Case("latin.txt", b"\xe9\n" + LINES, b"\xe9\n" + ONE, b"\xe9\n" + NINE, b"\xe9\n" + BOTH),
    Case(
        "windows.txt",
        LINES,
        ONE.replace(b"\n", b"\r\n"),
        NINE,
        BOTH.replace(b"\n", b"\r\n"),
    ),
    Case(
        "windows untouched.txt",
        LINES,
        LINES.replace(b"\n", b"\r\n"),
        NINE,
        NINE.replace(b"\n", b"\r\n"),
    ),
    Case("same.txt", LINES, NINE, NINE, NINE),
    Case("picture untouched", b"\0\xff1", b"\0\xff1", b"\0\xff2", b"\0\xff2"),
    Case("picture", b"\0\xff1", b"\0\xffteam", b"\0\xff2", b"\0\xffteam"),
    Case("empty here", b"", b"team\n", b"", b"team\n"),
    Case("empty there", b"", b"", b"template\n", b"template\n"),
    Case("emptied.txt", LINES, LINES, b"", b""),
    Case("emptied by team.txt", LINES, b"", LINES, b""),
    Case("new.txt", None, None, LINES, LINES),
    Case("new empty", None, None, b"", b""),
    Case("new, the same.txt", None, LINES, LINES, LINES),
    Case("dropped.txt", LINES, LINES, None, None),
    Case("dropped, edited.txt", LINES, ONE, None, ONE),
    Case("deleted.txt", LINES, None, NINE, None),
    Case("deleted, dropped.txt", LINES, None, None, None),
    Case("kept.txt", LINES, ONE, LINES, ONE),
)
LEFT = {"picture", "dropped, edited.txt", "mine.txt", "link.txt", "clash.txt", "turned.txt"}
"""What a person is left to look at."""


@pytest.fixture(scope="module")
def hard(tmp_path_factory: pytest.TempPathFactory, env: dict[str, str]) -> Yard:
    """Give a machine with two more releases, which differ by all of the cases."""
    folder = tmp_path_factory.mktemp("hard")
    checkout = copy_checkout(folder / "checkout")
    odd = checkout / "template/odd"
    odd.mkdir()
    _write(odd, {case.name: case.old for case in CASES})
    _write(
        odd, dict.fromkeys(("script.sh", "link.txt", "clash.txt"), LINES) | {"renamed.txt": OTHER}
    )
    _write(odd, {"turned.txt": LINES, "moved.txt": LINES, "own.sh": LINES, "sub/only.txt": LINES})
    released(checkout, "9.1.0")
    _write(odd, {case.name: case.new for case in CASES})
    _write(odd, {"link.txt": NINE, "moved.txt": NINE, "mine.txt": b"template\n", "own.sh": NINE})
    _write(
        odd, {"clash.txt": swap(LINES, _5=b"template"), "renamed.txt": None, "sub/only.txt": None}
    )
    _write(
        odd,
        {"renamed to this.txt": OTHER + b"template\n", "turned.txt": swap(LINES, _5=b"template")},
    )
    (odd / "script.sh").chmod(0o755)
    (odd / "real.txt").write_bytes(LINES)
    (odd / "followed.txt").symlink_to("real.txt")
    released(checkout, "9.2.0")
    return machine(folder, env, checkout)


@pytest.fixture
def odd(hard: Yard, tmp_path: Path) -> Shell:
    """Give the test a project of the older one, in which its team has written."""
    shop = Shell(tmp_path / "odd shop", hard.env)
    shop.folder.mkdir()
    render(shop, "9.1.0")
    git(shop.folder, "init", "--quiet", "--initial-branch=main")
    commit(shop)
    odd = shop.folder / "odd"
    _write(odd, {case.name: case.team for case in CASES})
    _write(
        odd,
        {
            "renamed.txt": b"team\n" + OTHER,
            "mine.txt": b"team\n",
            "clash.txt": swap(LINES, _5=b"team"),
        },
    )
    (odd / "link.txt").unlink()
    (odd / "link.txt").symlink_to("both.txt")
    (odd / "moved.txt").rename(shop.folder / "elsewhere.txt")
    (odd / "own.sh").chmod(0o755)
    _write(odd, {"script.sh": ONE, "turned.txt": b"team\r\n" + swap(LINES, _5=b"team")})
    (shop.folder / "var").mkdir()
    (shop.folder / "var/ignored.db").write_bytes(b"ignored")
    commit(shop)
    return shop


def test_nothing_is_lost_whatever_the_file(odd: Shell) -> None:
    done = odd.cqrs_gen("update")

    assert done.returncode == 1, done.stdout + done.stderr
    here = odd.folder / "odd"
    found = {case.name: _read(here / case.name) for case in CASES}
    assert found == {case.name: case.then for case in CASES}
    assert {name for name in LEFT if f"`odd/{name}`: " in done.stderr} == LEFT
    assert done.stderr.count("`odd/") == len(LEFT)
    assert not (here / "renamed.txt").exists()
    assert (here / "renamed to this.txt").read_bytes() == b"team\n" + OTHER + b"template\n"
    assert (here / "mine.txt").read_bytes().count(b"team\n") == 1
    assert b"template\n" in (here / "mine.txt").read_bytes()
    assert (here / "link.txt").is_symlink()
    assert (odd.folder / "elsewhere.txt").read_bytes() == LINES
    assert "`odd/moved.txt` is not here" in done.stdout
    assert os.access(here / "script.sh", os.X_OK)
    assert (here / "script.sh").read_bytes() == ONE
    assert os.access(here / "own.sh", os.X_OK)
    assert (here / "own.sh").read_bytes() == NINE
    assert (here / "followed.txt").read_bytes() == LINES
    assert not (here / "sub").exists()
    clash = (here / "clash.txt").read_text()
    assert "<<<<<<< before updating\nteam\n" in clash
    assert "template\n>>>>>>> after updating\n" in clash
    assert b"team\r\n" in (here / "turned.txt").read_bytes()


def test_git_knows_what_is_not_settled(odd: Shell) -> None:
    odd.cqrs_gen("update")

    unmerged = git(odd.folder, "diff", "--name-only", "--diff-filter=U", "-z").split("\0")
    git(odd.folder, "checkout", "--theirs", "odd/picture")

    assert {name.removeprefix("odd/") for name in unmerged if name} == LEFT
    assert (odd.folder / "odd/picture").read_bytes() == b"\0\xff2"


def test_all_of_it_is_taken_back(odd: Shell, tmp_path: Path) -> None:
    before = shutil.copytree(odd.folder, tmp_path / "before", symlinks=True)
    staged = git(odd.folder, "ls-files", "--stage")
    odd.cqrs_gen("update")
    assert unlike(odd.folder, before)

    said = odd.done("update", "--abort")

    assert "all is as it was before the update to 9.2.0" in said
    assert unlike(odd.folder, before) == []
    assert git(odd.folder, "ls-files", "--stage") == staged
    git(odd.folder, "diff-files", "--quiet")
    assert git(odd.folder, "status", "--porcelain") == ""


def test_what_is_written_after_an_update_goes_aside_when_it_is_taken_back(odd: Shell) -> None:
    odd.cqrs_gen("update")
    (odd.folder / "odd/clash.txt").write_text("hours of work\n")
    (odd.folder / "odd/fresh.txt").write_text("of no update\n")
    git(odd.folder, "add", "--all")

    said = odd.done("update", "--abort")

    assert "what you wrote into `odd/clash.txt` since is kept" in said
    [place] = re.findall(r"is kept: `(.+)`", said)
    assert Path(place).read_text() == "hours of work\n"
    assert not Path(place).is_relative_to(odd.folder)
    assert (odd.folder / "odd/clash.txt").read_bytes() == swap(LINES, _5=b"team")
    assert git(odd.folder, "status", "--porcelain") == "A  odd/fresh.txt\n"


def test_what_was_decided_for_the_templates_side_is_taken_back_too(
    odd: Shell, tmp_path: Path
) -> None:
    before = shutil.copytree(odd.folder, tmp_path / "before", symlinks=True)
    odd.cqrs_gen("update")
    git(odd.folder, "checkout", "--theirs", "odd/picture")
    git(odd.folder, "add", "odd/picture")
    git(odd.folder, "rm", "--quiet", "odd/dropped, edited.txt")

    odd.done("update", "--abort")

    assert unlike(odd.folder, before) == []
    assert git(odd.folder, "status", "--porcelain") == ""


def test_a_dry_run_tells_the_same_and_does_nothing(odd: Shell, tmp_path: Path) -> None:
    before = shutil.copytree(odd.folder, tmp_path / "before", symlinks=True)

    shown = odd.cqrs_gen("update", "--dry-run")

    assert shown.returncode == 1
    assert unlike(odd.folder, before) == []
    assert not list((odd.folder / ".git").glob("cqrs-gen*"))
    done = odd.cqrs_gen("update")
    lines = [line for line in done.stdout.splitlines() if line.startswith("   ")]
    assert (
        lines
        == [line for line in shown.stdout.splitlines() if line.startswith("   ")][: len(lines)]
    )
    assert "+template\n" in shown.stdout


def test_a_folder_where_the_template_has_a_file_is_told_before(odd: Shell, tmp_path: Path) -> None:
    (odd.folder / "odd/new.txt").mkdir()
    (odd.folder / "odd/new.txt/own").write_text("own")
    commit(odd)
    before = shutil.copytree(odd.folder, tmp_path / "before", symlinks=True)

    refused = odd.cqrs_gen("update")

    assert refused.returncode == 1
    assert "`odd/new.txt` now: a folder is there" in refused.stderr
    assert unlike(odd.folder, before) == []


@pytest.mark.parametrize("ignoring", [True, False], ids=["ignored", "untracked elsewhere"])
def test_a_file_that_git_does_not_have_is_not_written_over(
    odd: Shell,
    tmp_path: Path,
    ignoring: bool,  # noqa: FBT001
) -> None:
    where = ".gitignore" if ignoring else ".git/info/exclude"
    with (odd.folder / where).open("a") as file:
        file.write("odd/new.txt\n")
    (odd.folder / "odd/new.txt").write_text("in no commit")
    commit(odd)
    before = shutil.copytree(odd.folder, tmp_path / "before", symlinks=True)

    refused = odd.cqrs_gen("update")

    assert refused.returncode == 1
    assert "files that git does not have: `odd/new.txt`" in refused.stderr
    assert unlike(odd.folder, before) == []


def _write(folder: Path, files: Mapping[str, bytes | None]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        if content is None:
            (folder / name).unlink(missing_ok=True)
        else:
            (folder / name).write_bytes(content)


def _read(file: Path) -> bytes | None:
    return file.read_bytes() if os.path.lexists(file) else None
