"""What `--abort` takes back, and above all what it does not."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from upgrade.living import unlike
from upgrade.releasing import git, versions
from upgrade.yards import Yard, commit

from conftest import Shell

if TYPE_CHECKING:
    from collections.abc import Callable


pytestmark = pytest.mark.thorough

OLDEST, NEWEST = versions()[0], versions()[-1]
BUS, CODEC, ANSWERS = "src/shop/cqrs/bus.py", "src/shop/cqrs/codec.py", ".copier-answers.yml"


@pytest.fixture
def old(yard: Yard, tmp_path: Path) -> Shell:
    """Give the test a project of the oldest version."""
    return yard.shop(OLDEST, tmp_path / "shop")


@pytest.fixture
def updated(old: Shell) -> Shell:
    """Give the test one that was brought forward, which is not committed yet."""
    old.done("update")
    return old


def write(shop: Shell, name: str, text: str) -> None:
    """Put a line above all others of a file."""
    file = shop.folder / name
    file.write_text(f"{text}\n{file.read_text()}")


def snapshot(shop: Shell, place: Path) -> tuple[Path, str]:
    """Remember the files, and what git's index says of them."""
    copy = shutil.copytree(shop.folder, place, symlinks=True)
    return copy, git(shop.folder, "ls-files", "--stage")


def is_as(shop: Shell, then: tuple[Path, str]) -> bool:
    return unlike(shop.folder, then[0]) == [] and git(shop.folder, "ls-files", "--stage") == then[1]


def on_a_branch(shop: Shell) -> None:
    git(shop.folder, "switch", "--quiet", "--create", "update")
    commit(shop)
    git(shop.folder, "switch", "--quiet", "main")


def tracked_files_on_a_branch(shop: Shell) -> None:
    git(shop.folder, "switch", "--quiet", "--create", "update")
    git(shop.folder, "commit", "--quiet", "--all", "--message", "Update")
    git(shop.folder, "switch", "--quiet", "main")


def undone_commit(shop: Shell) -> None:
    commit(shop)
    git(shop.folder, "reset", "--quiet", "--hard", "HEAD~1")


LEFT: dict[str, Callable[[Shell], object]] = {
    "committed on a branch": on_a_branch,
    "committed in part on a branch": tracked_files_on_a_branch,
    "committed and reset": undone_commit,
    "reset": lambda shop: git(shop.folder, "reset", "--quiet", "--hard"),
    "stashed": lambda shop: git(shop.folder, "stash", "--quiet"),
    "stashed with new files": lambda shop: git(
        shop.folder, "stash", "--quiet", "--include-untracked"
    ),
    "restored": lambda shop: git(shop.folder, "restore", "."),
    "checked out": lambda shop: git(shop.folder, "checkout", "--quiet", "HEAD", "--", "."),
}


@pytest.mark.parametrize("way", LEFT)
def test_work_that_began_after_the_update_had_gone_is_not_touched(
    updated: Shell, tmp_path: Path, way: str
) -> None:
    LEFT[way](updated)
    write(updated, BUS, "# hours of work")
    (updated.folder / CODEC).write_text("# rewritten, so that nobody can tell\n")
    write(updated, ANSWERS, "# a note")
    git(updated.folder, "add", BUS)
    write(updated, BUS, "# and more, not staged")
    before = snapshot(updated, tmp_path / "before")

    refused = updated.cqrs_gen("update", "--abort")

    assert refused.returncode == 1
    assert "no update to take back" in refused.stderr
    assert is_as(updated, before)
    assert "--abort" not in updated.cqrs_gen("update").stderr


def test_an_update_that_comes_back_from_a_stash_is_taken_back(
    updated: Shell, tmp_path: Path
) -> None:
    git(updated.folder, "stash", "--quiet", "--include-untracked")
    before = snapshot(updated, tmp_path / "before")
    updated.done("update", "--abort")
    git(updated.folder, "stash", "pop", "--quiet")

    updated.done("update", "--abort")

    assert is_as(updated, before)


def test_a_commit_that_is_undone_alone_leaves_an_update_to_take_back(
    old: Shell, tmp_path: Path
) -> None:
    before = snapshot(old, tmp_path / "before")
    old.done("update")
    commit(old)
    assert "`git revert`" in old.cqrs_gen("update", "--abort").stderr
    git(old.folder, "reset", "--quiet", "--soft", "HEAD~1")

    old.done("update", "--abort")

    assert is_as(old, before)


def test_what_was_rebased_is_no_longer_taken_back(old: Shell, tmp_path: Path) -> None:
    git(old.folder, "switch", "--quiet", "--create", "upstream")
    (old.folder / BUS).write_text(f"{(old.folder / BUS).read_text()}\n# theirs\n")
    commit(old)
    git(old.folder, "switch", "--quiet", "main")
    old.done("update")
    git(old.folder, "rebase", "--quiet", "--autostash", "upstream")
    before = snapshot(old, tmp_path / "before")

    refused = old.cqrs_gen("update", "--abort")

    assert refused.returncode == 1
    assert "its files were committed" in refused.stderr
    assert is_as(old, before)


def test_a_commit_of_other_files_does_not_end_it(updated: Shell) -> None:
    (updated.folder / "notes.txt").write_text("ours\n")
    git(updated.folder, "add", "notes.txt")
    git(updated.folder, "commit", "--quiet", "--message", "Notes", "--", "notes.txt")

    updated.done("update", "--abort")

    assert git(updated.folder, "status", "--porcelain") == ""
    assert (updated.folder / "notes.txt").read_text() == "ours\n"


def test_a_commit_in_another_project_of_the_repository_does_not_end_it(
    yard: Yard, tmp_path: Path
) -> None:
    shop, other = (yard.shop(OLDEST, tmp_path / f"all/{name}") for name in ("shop", "other"))
    for each in (shop, other):
        shutil.rmtree(each.folder / ".git")
    git(tmp_path / "all", "init", "--quiet", "--initial-branch=main")
    commit(shop.at(tmp_path / "all"))
    shop.done("update")
    (other.folder / "own.txt").write_text("own\n")
    git(other.folder, "add", ".")
    git(other.folder, "commit", "--quiet", "--message", "Work", "--", ".")

    other.done("update")
    write(other, BUS, "# the other's")
    write(shop, BUS, "# the shop's")
    said = [each.done("update", "--abort") for each in (shop, other)]

    assert git(tmp_path / "all", "status", "--porcelain") == ""
    assert [aside.read_text().partition("\n")[0] for text in said for aside in kept(text)] == [
        "# the shop's",
        "# the other's",
    ]


def test_a_file_that_was_put_back_by_hand_keeps_what_was_written_then(updated: Shell) -> None:
    git(updated.folder, "checkout", "--quiet", "HEAD", "--", BUS)
    write(updated, BUS, "# hours of work")

    said = updated.done("update", "--abort")

    assert f"`{BUS}` stays" in said
    assert "all but what stays is as it was" in said
    assert git(updated.folder, "status", "--porcelain") == f" M {BUS}\n"
    assert (updated.folder / BUS).read_text().startswith("# hours of work\n")


def test_each_time_what_was_written_since_is_kept_in_a_place_of_its_own(old: Shell) -> None:
    found: list[Path] = []
    for number in range(3):
        old.done("update")
        write(old, BUS, f"# edit {number}")
        (old.folder / CODEC).unlink()
        found += kept(old.done("update", "--abort"))
        assert git(old.folder, "status", "--porcelain") == ""

    assert len(set(found)) == 3
    assert [file.read_text().partition("\n")[0] for file in found] == [
        "# edit 0",
        "# edit 1",
        "# edit 2",
    ]


def test_what_was_staged_and_then_changed_is_kept_as_well(updated: Shell) -> None:
    write(updated, BUS, "# staged")
    git(updated.folder, "add", "--all")
    write(updated, BUS, "# written")

    said = updated.done("update", "--abort")

    assert sorted(file.read_text().partition("\n")[0] for file in kept(said)) == [
        "# staged",
        "# written",
    ]


def test_taking_back_twice_says_that_all_is_as_it_was_or_that_there_is_nothing(
    updated: Shell,
) -> None:
    updated.done("update", "--abort")

    again = updated.cqrs_gen("update", "--abort")

    assert again.returncode == 1
    assert "no update to take back: none was begun here" in again.stderr


def test_no_record_is_left_of_an_update_that_is_committed(old: Shell, tmp_path: Path) -> None:
    shop = Shell(old.folder, old.env | {"CQRS_GEN_STATE": str(tmp_path / "state")})
    shop.done("update")
    commit(shop)

    shop.done("update")

    assert list((tmp_path / "state").rglob("record.json")) == []


def test_in_the_middle_of_a_merge_nothing_is_taken_back(old: Shell, tmp_path: Path) -> None:
    git(old.folder, "switch", "--quiet", "--create", "other")
    (old.folder / "README.md").write_text("theirs\n")
    commit(old)
    git(old.folder, "switch", "--quiet", "main")
    old.done("update")
    git(old.folder, "merge", "--quiet", "--no-commit", "--no-ff", "other")
    before = snapshot(old, tmp_path / "before")

    refused = old.cqrs_gen("update", "--abort")

    assert refused.returncode == 1
    assert "a merge is half done" in refused.stderr
    assert is_as(old, before)


def test_a_link_in_the_place_of_a_file_is_named_before_anything_changes(
    updated: Shell, tmp_path: Path
) -> None:
    (updated.folder / BUS).unlink()
    (updated.folder / BUS).symlink_to("codec.py")
    before = snapshot(updated, tmp_path / "before")

    refused = updated.cqrs_gen("update", "--abort")

    assert refused.returncode == 1
    assert f"`{BUS}` is a symbolic link now" in refused.stderr
    assert is_as(updated, before)


def kept(said: str) -> list[Path]:
    """Return the places that are named as those where something is kept."""
    return [Path(place) for place in re.findall(r"is kept: `(.+)`", said)]
