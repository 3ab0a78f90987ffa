"""Updates of projects that are kept in ways of their own: by links, in part, with odd line ends."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
import yaml
from cli.trees import tree
from upgrade.releasing import copy_checkout, git, released
from upgrade.yards import Yard, commit, machine, render

from conftest import Shell

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

pytestmark = pytest.mark.thorough

ANSWERS = ".copier-answers.yml"
ROWS = "".join(f"{number}. a line that is only here\n" for number in range(1, 30))
SCRIPT = "".join(f"echo {number} and more of it\n" for number in range(1, 30))
PROGRAM = f"\0 no text, but a program\n{SCRIPT}"
OLD = {
    "mixed.txt": ROWS,
    "moved.txt": f"moved\n{ROWS}",
    "sparse.txt": ROWS,
    "run.sh": SCRIPT,
    "run.bin": PROGRAM,
}
NEW = {
    "mixed.txt": f"{ROWS}template\n",
    "moved.txt": None,
    "moved to this.txt": f"moved\n{ROWS}template\n",
    "sparse.txt": f"{ROWS}template\n",
    "run.sh": None,
    "start.sh": f"{SCRIPT}template\n",
    "run.bin": None,
    "start.bin": f"{PROGRAM}template\n",
}
TESTED = "tests/test_architecture.py"


@pytest.fixture(scope="module")
def edges(tmp_path_factory: pytest.TempPathFactory, env: dict[str, str]) -> Yard:
    """Give a machine with two more releases: the second changes, renames and adds files."""
    folder = tmp_path_factory.mktemp("edges")
    checkout = copy_checkout(folder / "checkout")
    template = checkout / "template"
    write(template / "edges", OLD)
    released(checkout, "9.1.0")
    write(template / "edges", NEW)
    write(template / "src/{{package_name}}/cqrs", {"fresh.py": '"""Fresh."""\n'})
    append(template / f"{TESTED}.jinja", "# template")
    released(checkout, "9.2.0")
    return machine(folder, env, checkout)


@pytest.fixture(scope="module")
def made(edges: Yard) -> Path:
    """Make a project of the older release once, for tests to copy."""
    shop = Shell(edges.folder / "made", edges.env)
    shop.folder.mkdir()
    render(shop, "9.1.0")
    return shop.folder


@pytest.fixture
def shop(edges: Yard, made: Path, tmp_path: Path) -> Shell:
    """Give the test a project of the older release, committed."""
    shop = Shell(tmp_path / "repository/shop", edges.env)
    shutil.copytree(made, shop.folder)
    start(shop.folder)
    return shop


def test_what_a_team_wrote_beside_the_version_stays_in_the_answers_file(shop: Shell) -> None:
    answers = shop.folder / ANSWERS
    rows = answers.read_text().splitlines()
    place = next(number for number, row in enumerate(rows) if row.startswith("_commit"))
    rows[place] += " # as Ann decided"
    rows[place + 1 : place + 1] = ["# ours", "owner: the shop team", "also:", "- a list # of ours"]
    answers.write_text("\n".join(rows))
    commit(shop)

    shop.done("update")

    after = answers.read_text()
    assert yaml.safe_load(after)["_commit"] == "v9.2.0"
    assert (
        "v9.2.0 # as Ann decided\n# ours\nowner: the shop team\nalso:\n- a list # of ours\n"
        in after
    )
    assert after.splitlines()[:place] == rows[:place]
    assert "nothing to bring forward" in committed(shop).done("update")


@pytest.mark.parametrize(
    "written",
    [
        "package_name: shop # as on the sign",
        'package_name: "shop"',
        '"package_name": shop',
        "package_name:\n  shop",
        "package_name: !!str shop",
        "? package_name\n: shop",
    ],
)
def test_answers_are_read_as_yaml(shop: Shell, written: str) -> None:
    replace(shop.folder / ANSWERS, "package_name: shop", written)
    commit(shop)

    assert shop.done("list").startswith("no messages yet")
    shop.done("add", "event", "UserCreated", "user_id:UUID", "--dry-run")
    shop.done("update", "--dry-run")


@pytest.mark.parametrize("written", ["package_name: ../shop", "package_name: [shop", "x: y"])
def test_answers_that_name_no_package_are_told_of(shop: Shell, written: str) -> None:
    replace(shop.folder / ANSWERS, "package_name: shop", written)

    ended = shop.cqrs_gen("list")

    assert ended.returncode == 1
    assert ended.stderr.startswith("error: ")
    assert ANSWERS in ended.stderr


@pytest.mark.parametrize(
    "written",
    [
        f"deep: {'[' * 5000}{']' * 5000}",
        "day: 2026-13-45",
        f"number: {'1' * 5000}",
        "bare: !!int x",
        "shop: [",
        "\x1b",
    ],
    ids=["too deep", "no date", "too long a number", "no number", "not closed", "no letter"],
)
@pytest.mark.parametrize("command", [("update", "--check"), ("update",)], ids=" ".join)
def test_answers_that_are_no_yaml_are_told_of(
    shop: Shell, written: str, command: tuple[str, ...]
) -> None:
    append(shop.folder / ANSWERS, written)
    commit(shop)

    ended = shop.cqrs_gen(*command)

    assert ended.returncode == 1
    assert ended.stderr.startswith(f"error: `{ANSWERS}` cannot be read: ")
    assert "git checkout HEAD" in ended.stderr


def test_a_repository_that_git_cannot_read_is_told_of_in_gits_own_words(shop: Shell) -> None:
    with (shop.folder / ".git/config").open("a") as config:
        config.write("[core\n")

    ended = shop.cqrs_gen("update")

    assert ended.returncode == 1
    assert "git cannot read the repository of" in ended.stderr
    assert ".git/config" in ended.stderr
    assert "git init" not in ended.stderr


@pytest.mark.parametrize("edited", [False, True])
def test_a_renamed_file_stays_executable(shop: Shell, *, edited: bool) -> None:
    script = shop.folder / "edges/run.sh"
    script.chmod(0o755)
    head = "#!/bin/sh\n" if edited else ""
    script.write_text(f"{head}{script.read_text()}")
    commit(shop)

    shop.done("update")

    after = shop.folder / "edges/start.sh"
    assert os.access(after, os.X_OK)
    assert after.read_text() == f"{head}{SCRIPT}template\n"
    assert not script.exists()


def test_a_renamed_file_that_is_no_text_stays_executable(shop: Shell) -> None:
    program = shop.folder / "edges/run.bin"
    program.chmod(0o755)
    commit(shop)

    shop.done("update")

    after = shop.folder / "edges/start.bin"
    assert os.access(after, os.X_OK)
    assert after.read_text() == f"{PROGRAM}template\n"
    assert not program.exists()


@pytest.mark.parametrize("deleted", [False, True])
def test_a_file_that_the_team_took_away_does_not_come_back_renamed(
    shop: Shell, *, deleted: bool
) -> None:
    moved = shop.folder / "edges/moved.txt"
    moved.rename(shop.folder / "elsewhere.txt")
    if deleted:
        (shop.folder / "elsewhere.txt").unlink()
    commit(shop)

    said = shop.done("update")

    assert "`edges/moved.txt` is not here and stays away" in said
    assert "`edges/moved to this.txt`" in said
    assert not (shop.folder / "edges/moved to this.txt").exists()
    assert deleted or (shop.folder / "elsewhere.txt").read_text() == OLD["moved.txt"]


@pytest.mark.parametrize("name", ["edges/Mixed.txt", "edges/MIXED.TXT"])
def test_a_file_that_the_team_renamed_by_case_is_one_that_it_moved(shop: Shell, name: str) -> None:
    before, after = "edges/mixed.txt", shop.folder / name
    git(shop.folder, "mv", before, name)
    commit(shop)

    said = shop.done("update")

    assert f"`{before}` is not here and stays away" in said
    assert after.read_text() == ROWS
    assert git(shop.folder, "ls-files", before, name) == f"{name}\n"


def test_a_file_that_the_team_renamed_alike_is_merged_there(shop: Shell) -> None:
    moved = shop.folder / "edges/moved.txt"
    moved.write_text(f"team\n{moved.read_text()}")
    moved.rename(shop.folder / "edges/moved to this.txt")
    commit(shop)

    shop.done("update")

    after = (shop.folder / "edges/moved to this.txt").read_text()
    assert after == f"team\nmoved\n{ROWS}template\n"


@pytest.mark.parametrize("sparse", [True, False], ids=["sparse checkout", "skip-worktree"])
def test_a_file_that_git_leaves_out_is_not_left_behind(
    shop: Shell,
    sparse: bool,  # noqa: FBT001
) -> None:
    if sparse:
        git(shop.folder, "sparse-checkout", "set", "--no-cone", "/*", "!/edges/sparse.txt")
    else:
        git(shop.folder, "update-index", "--skip-worktree", "edges/sparse.txt")
        (shop.folder / "edges/sparse.txt").unlink()
    before = tree(shop.folder)

    refused = shop.cqrs_gen("update")

    assert refused.returncode == 1
    assert "leaves out here: `edges/sparse.txt`\n" in refused.stderr
    assert tree(shop.folder) == before
    git(shop.folder, "sparse-checkout", "disable")
    git(shop.folder, "update-index", "--no-skip-worktree", "edges/sparse.txt")
    git(shop.folder, "restore", ".")
    shop.done("update")
    assert (shop.folder / "edges/sparse.txt").read_text() == NEW["sparse.txt"]


def test_a_sparse_checkout_of_other_files_is_none_of_its_business(shop: Shell) -> None:
    (shop.folder / "big.bin").write_text("big")
    commit(shop)
    git(shop.folder, "sparse-checkout", "set", "--no-cone", "/*", "!/big.bin")

    shop.done("update")

    assert not (shop.folder / "big.bin").exists()


@pytest.mark.parametrize("edited", [False, True])
def test_mixed_line_ends_stay_as_they_are_and_are_no_conflict(shop: Shell, *, edited: bool) -> None:
    rows = [f"{row}\r\n" if n % 3 else f"{row}\n" for n, row in enumerate(ROWS.splitlines())]
    rows[0] = "team\n" if edited else rows[0]
    mixed = shop.folder / "edges/mixed.txt"
    mixed.write_bytes("".join(rows).encode())
    (shop.folder / ".gitattributes").write_text("* -text\n")
    commit(shop)

    shop.done("update")

    assert mixed.read_bytes().decode() == "".join((*rows, "template\r\n"))


def test_a_package_folder_that_was_renamed_by_hand_is_asked_about(shop: Shell) -> None:
    (shop.folder / "src/shop").rename(shop.folder / "src/store")
    (shop.folder / "src/shop/__pycache__").mkdir(parents=True)
    commit(shop)
    before = tree(shop.folder)

    for arguments in (("update",), ("add", "event", "UserCreated"), ("list",), ("check",)):
        refused = shop.cqrs_gen(*arguments)

        assert refused.returncode == 1
        assert "there is no package in `src/shop`" in refused.stderr
        assert "`package_name: store`" in refused.stderr
    assert tree(shop.folder) == before
    replace(shop.folder / ANSWERS, "package_name: shop", "package_name: store")
    commit(shop)
    shop.cqrs_gen("update")
    assert (shop.folder / "src/store/cqrs/fresh.py").is_file()
    assert not list((shop.folder / "src/shop").rglob("*.py"))


def test_a_project_without_its_slice_templates_is_one_all_the_same(shop: Shell) -> None:
    shutil.rmtree(shop.folder / ".cqrs-gen")
    commit(shop)

    assert shop.done("list").startswith("no messages yet")
    assert "nothing found" in shop.done("check")
    refused = shop.cqrs_gen("add", "event", "UserCreated")
    shop.done("update", "--slices")

    assert refused.returncode == 1
    assert "there are no slice templates in `.cqrs-gen/event`" in refused.stderr
    assert (shop.folder / "src/shop/cqrs/fresh.py").is_file()
    assert not (shop.folder / ".cqrs-gen").exists()


def test_a_folder_of_tests_may_be_a_link(shop: Shell) -> None:
    (shop.folder / "tests").rename(shop.folder / "spec")
    (shop.folder / "tests").symlink_to("spec")
    commit(shop)

    shop.done("update")

    assert (
        (shop.folder / "spec" / TESTED.removeprefix("tests/")).read_text().endswith("# template\n")
    )
    assert (shop.folder / "tests").is_symlink()
    assert git(shop.folder, "diff", "--name-only", "spec").strip() == "spec/test_architecture.py"
    shop.done("update", "--abort")
    assert git(shop.folder, "status", "--porcelain") == ""
    shop.done("add", "event", "UserCreated", "user_id:UUID")
    assert (shop.folder / "spec/events/test_user_created.py").is_file()


def test_tests_behind_a_link_to_elsewhere_in_the_repository_are_added_to(shop: Shell) -> None:
    top, elsewhere = shop.folder.parent, shop.folder.parent / "all tests"
    shutil.move(shop.folder / ".git", top)
    (shop.folder / "tests").rename(elsewhere)
    (shop.folder / "tests").symlink_to("../all tests")
    commit(shop.at(top))

    shop.done("add", "event", "UserCreated", "user_id:UUID")
    commit(shop.at(top))
    said = shop.done("update")

    assert (elsewhere / "events/test_user_created.py").is_file()
    assert f"`{TESTED}` is behind a link that leads out of the project" in said
    assert (shop.folder / "src/shop/cqrs/fresh.py").is_file()


def test_a_link_out_of_the_repository_is_not_followed(shop: Shell, tmp_path: Path) -> None:
    (shop.folder / "tests").rename(tmp_path / "tests")
    (shop.folder / "tests").symlink_to(tmp_path / "tests")
    commit(shop)

    refused = shop.cqrs_gen("add", "event", "UserCreated", "user_id:UUID")
    said = shop.done("update")

    assert refused.returncode == 1
    assert "leads out of the project" in refused.stderr
    assert f"`{TESTED}` is behind a link that leads out of the project" in said
    assert not (tmp_path / "tests/events").exists()
    assert not (tmp_path / TESTED).read_text().endswith("# template\n")


def test_a_repository_with_hashes_of_the_newer_kind_is_brought_forward(shop: Shell) -> None:
    shutil.rmtree(shop.folder / ".git")
    start(shop.folder, "--object-format=sha256")

    behind = shop.cqrs_gen("update", "--check")
    (shop.folder / "edges/mixed.txt").write_text(f"{ROWS}team\n")
    commit(shop)
    conflict = shop.cqrs_gen("update")

    assert "this project is at 9.1.0, and its template at 9.2.0" in behind.stderr
    assert "`edges/mixed.txt`: both sides changed the same lines" in conflict.stderr
    assert git(shop.folder, "diff", "--name-only", "--diff-filter=U").strip() == "edges/mixed.txt"
    shop.done("update", "--abort")
    assert git(shop.folder, "status", "--porcelain") == ""


def start(folder: Path, *options: str) -> None:
    """Make a folder a repository with one commit."""
    git(folder, "init", "--quiet", "--initial-branch=main", *options)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Start")


def committed(shop: Shell) -> Shell:
    commit(shop)
    return shop


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def append(file: Path, line: str) -> None:
    file.write_text(f"{file.read_text()}{line}\n")


def write(folder: Path, files: Mapping[str, str | None]) -> None:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        if text is None:
            (folder / name).unlink()
        else:
            (folder / name).write_text(text)
