"""What an update refuses, each with the way out, and without a trace."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
import yaml
from upgrade.living import unlike
from upgrade.releasing import git, versions
from upgrade.yards import SOURCE, Yard, commit

from conftest import Shell

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OLDEST, NEWEST = versions()[0], versions()[-1]
BUS = "src/shop/cqrs/bus.py"
README = "README.md"


@pytest.fixture
def old(yard: Yard, tmp_path: Path) -> Shell:
    """Give the test a project of the oldest version."""
    return yard.shop(OLDEST, tmp_path / "shop")


def edit(shop: Shell, text: str, name: str = README) -> None:
    """Write a line into a file."""
    with (shop.folder / name).open("a") as file:
        file.write(f"{text}\n")


def stage(shop: Shell) -> None:
    edit(shop, "x")
    git(shop.folder, "add", "--all")


def diverge(shop: Shell) -> None:
    """Make two branches that cannot be merged."""
    git(shop.folder, "branch", "other")
    edit(shop, "one")
    commit(shop)
    git(shop.folder, "switch", "--quiet", "other")
    edit(shop, "two")
    commit(shop)


def half(*command: str) -> Callable[[Shell], None]:
    """Begin something that stops at a conflict."""

    def begin(shop: Shell) -> None:
        diverge(shop)
        shop.run("git", *IDENTITY, *command)

    return begin


def revert(shop: Shell) -> None:
    """Begin to revert a line that has changed since."""
    edit(shop, "one")
    commit(shop)
    readme = shop.folder / README
    readme.write_text(readme.read_text().replace("one\n", "two\n"))
    commit(shop)
    shop.run("git", *IDENTITY, "revert", "HEAD~1")


def unmerged_only(shop: Shell) -> None:
    """Leave conflicts in the index, of which nothing else tells."""
    half("merge", "main")(shop)
    (shop.folder / ".git/MERGE_HEAD").unlink()


def ignore_tracked(shop: Shell) -> None:
    edit(shop, "wiring.py", ".gitignore")
    commit(shop)


def begin_repository(shop: Shell) -> None:
    shutil.rmtree(shop.folder / ".git")
    git(shop.folder, "init", "--quiet")


IDENTITY = ("-c", "user.name=A", "-c", "user.email=a@example.org")
REFUSED: dict[str, tuple[Callable[[Shell], object], str, str]] = {
    "edited": (lambda s: edit(s, "x"), "not committed: `README.md`", "git stash"),
    "staged": (
        stage,
        "not committed: `README.md`",
        "git stash",
    ),
    "untracked": (lambda s: edit(s, "x", "new file"), "not committed: `new file`", "git stash"),
    "ignored": (ignore_tracked, "told to ignore: `src/shop/cqrs/wiring.py`", "git rm --cached"),
    "detached": (
        lambda s: git(s.folder, "switch", "--quiet", "--detach"),
        "HEAD is detached",
        "git switch --create",
    ),
    "merging": (half("merge", "main"), "a merge is half done", "git merge --abort"),
    "rebasing": (half("rebase", "main"), "a rebase is half done", "git rebase --abort"),
    "picking": (half("cherry-pick", "main"), "a cherry-pick is", "git cherry-pick --abort"),
    "reverting": (revert, "a revert is", "git revert --abort"),
    "unmerged": (unmerged_only, "conflicts are not settled", "git add README.md"),
    "no repository": (
        lambda s: shutil.rmtree(s.folder / ".git"),
        "is not in a git repository",
        "git init",
    ),
    "no commit": (begin_repository, "nothing is committed yet", "git add --all"),
}


@pytest.mark.parametrize("state", REFUSED)
def test_what_would_make_it_hard_to_take_back_is_refused(
    old: Shell, tmp_path: Path, state: str
) -> None:
    make, what, way_out = REFUSED[state]
    make(old)
    before = shutil.copytree(old.folder, tmp_path / "before", symlinks=True)

    refused = old.cqrs_gen("update")

    assert refused.returncode == 1, refused.stdout
    assert what in refused.stderr
    assert way_out in refused.stderr
    assert "Traceback" not in refused.stderr
    assert unlike(old.folder, before) == []


def test_without_git_it_says_so(old: Shell, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()

    refused = Shell(old.folder, old.env | {"PATH": str(tmp_path / "bin")}).cqrs_gen("update")

    assert refused.returncode == 1
    assert "error: git is not installed" in refused.stderr


def test_outside_of_a_project_it_says_so(yard: Yard, tmp_path: Path) -> None:
    refused = Shell(tmp_path, yard.env).cqrs_gen("update")

    assert refused.returncode == 1
    assert "is not inside a project that cqrs-gen made" in refused.stderr


def test_a_project_of_a_newer_template_is_told_what_to_type(old: Shell) -> None:
    answers = old.folder / ".copier-answers.yml"
    answers.write_text(answers.read_text().replace(f"v{OLDEST}", "v99.0.0"))
    commit(old)

    for options in ((), ("--check",), ("--dry-run",)):
        refused = old.cqrs_gen("update", *options)
        assert refused.returncode == 1
        assert f"is at 99.0.0, and this cqrs-gen knows no version after {NEWEST}" in refused.stderr
        assert "`pip install --upgrade cqrs-gen`" in refused.stderr


def test_an_update_never_goes_back(yard: Yard, tmp_path: Path) -> None:
    shop = yard.shop(NEWEST, tmp_path / "shop")

    refused = shop.cqrs_gen("update", "--to", OLDEST)

    assert refused.returncode == 1
    assert f"at {NEWEST} already" in refused.stderr


def test_a_version_that_is_not_there_is_answered_with_those_that_are(old: Shell) -> None:
    refused = old.cqrs_gen("update", "--to", "0.2.7")

    assert refused.returncode == 1
    assert [each for each in versions() if f"`{each}`" not in refused.stderr] == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--data", "package_name=other"), "cannot rename the package `shop`"),
        (("--data", "no_question=1"), "does not ask for `no_question`"),
        (("--data", "ci=moon"), "`ci` cannot be answered so"),
        (("--since", "moon"), "`--since moon` is no version"),
        (("--check", "--dry-run"), "exclude each other"),
        (("--template", "/nowhere"), "`/nowhere` cannot be reached"),
    ],
)
def test_what_cannot_be_asked_for_changes_nothing(
    old: Shell, options: tuple[str, ...], said: str
) -> None:
    refused = old.cqrs_gen("update", *options)

    assert refused.returncode in {1, 2}
    assert said in refused.stderr
    assert git(old.folder, "status", "--porcelain") == ""


def test_a_template_without_versions_cannot_be_come_forward_from(old: Shell) -> None:
    answers = old.folder / ".copier-answers.yml"
    lines = answers.read_text().splitlines(keepends=True)
    answers.write_text("".join(line for line in lines if not line.startswith("_commit")))
    commit(old)

    refused = old.cqrs_gen("update")

    assert refused.returncode == 1
    assert "does not say which version" in refused.stderr


def test_check_says_whether_it_is_behind(yard: Yard, old: Shell, tmp_path: Path) -> None:
    edit(old, "not committed, which is none of its business")
    behind = old.cqrs_gen("update", "--check", "--json")
    newest = yard.shop(NEWEST, tmp_path / "newest")

    assert behind.returncode == 1
    assert f'"from": "{OLDEST}"' in behind.stdout
    assert f'"to": "{NEWEST}"' in behind.stdout
    assert f"at {NEWEST}, which is the newest" in newest.done("update", "--check")


def test_there_is_nothing_to_take_back_where_nothing_was_begun(old: Shell) -> None:
    refused = old.cqrs_gen("update", "--abort")

    assert refused.returncode == 1
    assert "no update to take back" in refused.stderr


def test_what_is_committed_is_not_taken_back(old: Shell) -> None:
    old.done("update")
    commit(old)

    refused = old.cqrs_gen("update", "--abort")

    assert refused.returncode == 1
    assert "`git revert`" in refused.stderr


def test_an_update_that_is_not_committed_is_no_base_for_another(old: Shell) -> None:
    old.done("update")

    refused = old.cqrs_gen("update")

    assert refused.returncode == 1
    assert f"or take the update to {NEWEST} back: `cqrs-gen update --abort`" in refused.stderr
    old.done("update", "--abort")
    assert git(old.folder, "status", "--porcelain") == ""


def test_a_source_of_a_teams_own_is_taken_up(yard: Yard, old: Shell, tmp_path: Path) -> None:
    own = tmp_path / "own template.bundle"
    shutil.copy(yard.folder / "home/.cqrs-gen/template.bundle", own)

    old.done("update", "--template", str(own))

    answers = yaml.safe_load((old.folder / ".copier-answers.yml").read_text())
    assert answers["_src_path"] == str(own)


def test_a_source_that_has_moved_is_taken_from_where_it_is_now(old: Shell, yard: Yard) -> None:
    answers = old.folder / ".copier-answers.yml"
    answers.write_text(answers.read_text().replace(SOURCE, "/gone/template.bundle"))
    commit(old)

    lost = old.cqrs_gen("update")
    old.done("update", "--template", str(yard.folder / "home/.cqrs-gen/template.bundle"))

    assert lost.returncode == 1
    assert "`--template SOURCE`" in lost.stderr
    assert f"v{NEWEST}" in answers.read_text()


def test_a_project_in_a_folder_of_a_repository_is_the_only_thing_touched(
    yard: Yard, tmp_path: Path
) -> None:
    shop = yard.shop(OLDEST, tmp_path / "mono repo/services/my shop")
    shutil.rmtree(shop.folder / ".git")
    top = shop.at(tmp_path / "mono repo")
    git(top.folder, "init", "--quiet", "--initial-branch=main")
    edit(top, "ours", "ours.txt")
    commit(top)
    edit(top, "not committed", "ours.txt")
    edit(top, "untracked", "theirs.txt")
    before = shutil.copytree(top.folder, tmp_path / "before", symlinks=True)

    shop.at(shop.folder / "src").done("update")

    assert all(name.startswith("services/my shop/") for name in unlike(top.folder, before))
    assert f"v{NEWEST}" in (shop.folder / ".copier-answers.yml").read_text()
    shop.done("update", "--abort")
    assert unlike(top.folder, before) == []


def test_a_work_tree_beside_another_is_one_of_its_own(old: Shell, tmp_path: Path) -> None:
    git(old.folder, "worktree", "add", "--quiet", "-b", "beside", str(tmp_path / "beside"))
    beside = old.at(tmp_path / "beside")

    beside.done("update")

    assert git(old.folder, "status", "--porcelain") == ""
    assert "no update to take back" in old.cqrs_gen("update", "--abort").stderr
    beside.done("update", "--abort")
    assert git(beside.folder, "status", "--porcelain") == ""


def test_a_note_that_nobody_understands_is_no_hindrance(old: Shell, tmp_path: Path) -> None:
    old = Shell(old.folder, old.env | {"CQRS_GEN_STATE": str(tmp_path / "state")})
    old.done("update")
    git(old.folder, "reset", "--hard", "--quiet")
    git(old.folder, "clean", "-fdq")
    (note,) = (tmp_path / "state").rglob("updates/*/record.json")
    note.write_text("{}")

    refused = old.cqrs_gen("update", "--abort")

    assert refused.returncode == 1
    assert "cannot be understood" in refused.stderr
    assert f"to {NEWEST}" in old.done("update")
    old.done("update", "--abort")
