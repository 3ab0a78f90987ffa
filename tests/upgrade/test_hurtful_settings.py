"""Settings of git that are known to hurt: an update is the same with them as without."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from upgrade.living import live_in, marks_in, unlike
from upgrade.releasing import git, versions
from upgrade.yards import Yard, commit, render

from conftest import Shell

pytestmark = pytest.mark.thorough

OLDEST, NEWEST = versions()[0], versions()[-1]
HURTFUL = """
[apply]
    whitespace = error
[status]
    showUntrackedFiles = no
    relativePaths = false
    short = true
    branch = true
[commit]
    gpgSign = true
    template = /nowhere
    verbose = true
[tag]
    gpgSign = true
    forceSignAnnotated = true
[gpg]
    program = /bin/false
[core]
    autocrlf = true
    eol = crlf
    hooksPath = {hooks}
    attributesFile = {folder}/attributes
    excludesFile = {folder}/ignore
    pager = false
    editor = false
    quotePath = false
    fsmonitor = {hooks}/post-checkout
    safecrlf = true
[init]
    templateDir = {folder}/templates
    defaultBranch = trunk
[diff]
    noprefix = true
    mnemonicPrefix = true
    external = false
    renames = copies
    orderFile = /nowhere
    ignoreSubmodules = all
[merge]
    conflictStyle = zdiff3
    renames = false
    tool = false
[color]
    ui = always
    status = always
    diff = always
[alias]
    status = !false
    merge-file = !false
[protocol "file"]
    allow = never
[clone]
    rejectShallow = true
[rerere]
    enabled = true
    autoUpdate = true
[push]
    default = nothing
[log]
    showSignature = true
"""


@pytest.fixture
def hurt(yard: Yard, tmp_path: Path) -> dict[str, str]:
    """Give an environment in which git is set to do all that hurts."""
    hooks, templates = tmp_path / "hooks", tmp_path / "templates/hooks"
    for folder in (hooks, templates):
        folder.mkdir(parents=True)
        for name in ("pre-commit", "post-checkout", "post-merge", "post-index-change"):
            (folder / name).write_text(f"#!/bin/sh\necho {name} >> {tmp_path}/ran\nexit 1\n")
            (folder / name).chmod(0o755)
    (tmp_path / "attributes").write_text("* eol=crlf\n*.py merge=ours -diff\n")
    (tmp_path / "ignore").write_text("Makefile\n*.toml\nlogs.py\n")
    config = tmp_path / "gitconfig"
    config.write_text(HURTFUL.format(hooks=hooks, folder=tmp_path))
    return yard.env | {"GIT_CONFIG_GLOBAL": str(config)}


@pytest.fixture
def lived(yard: Yard, tmp_path: Path) -> Shell:
    """Give the test a project of the oldest version that a team has lived in."""
    shop = yard.shop(OLDEST, tmp_path / "shop")
    new = Shell(tmp_path / "new", yard.env)
    new.folder.mkdir()
    render(new, NEWEST)
    live_in(shop, new.folder)
    commit(shop)
    return shop


def test_no_setting_of_a_user_changes_what_comes_of_it(
    lived: Shell, hurt: dict[str, str], tmp_path: Path
) -> None:
    twin = lived.at(shutil.copytree(lived.folder, tmp_path / "twin", symlinks=True))
    wrote = marks_in(lived.folder)
    twin.done("update")

    said = Shell(lived.folder, hurt).done("update")

    assert f"brought from {OLDEST} to {NEWEST}" in said
    assert unlike(lived.folder, twin.folder) == []
    assert marks_in(lived.folder) == wrote
    assert not (tmp_path / "ran").exists()


def test_no_setting_of_a_repository_changes_what_comes_of_it(
    lived: Shell, hurt: dict[str, str], tmp_path: Path
) -> None:
    twin = lived.at(shutil.copytree(lived.folder, tmp_path / "twin", symlinks=True))
    twin.done("update")
    own = lived.folder / ".git/config"
    own.write_text(own.read_text() + Path(hurt["GIT_CONFIG_GLOBAL"]).read_text())
    shutil.copytree(tmp_path / "hooks", lived.folder / ".git/hooks", dirs_exist_ok=True)

    lived.done("update")

    assert unlike(lived.folder, twin.folder) == []
    assert not (tmp_path / "ran").exists()


def test_it_is_the_project_around_that_counts_not_that_of_a_hook(
    lived: Shell, yard: Yard, tmp_path: Path
) -> None:
    twin = lived.at(shutil.copytree(lived.folder, tmp_path / "twin", symlinks=True))
    twin.done("update")
    other = yard.shop(NEWEST, tmp_path / "other")
    index = (other.folder / ".git/index").read_bytes()
    inherited = {
        "GIT_DIR": str(other.folder / ".git"),
        "GIT_WORK_TREE": str(other.folder),
        "GIT_INDEX_FILE": str(other.folder / ".git/index"),
        "GIT_OBJECT_DIRECTORY": str(other.folder / ".git/objects"),
        "GIT_PREFIX": "src/",
        "GIT_EXTERNAL_DIFF": "false",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_CONFIG_PARAMETERS": "'core.autocrlf'='true'",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "apply.whitespace",
        "GIT_CONFIG_VALUE_0": "error",
    }

    Shell(lived.folder, lived.env | inherited).done("update")

    assert unlike(lived.folder, twin.folder) == []
    assert (other.folder / ".git/index").read_bytes() == index
    assert git(other.folder, "status", "--porcelain") == ""


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_an_edit_that_git_was_told_not_to_see_stays(yard: Yard, tmp_path: Path, flag: str) -> None:
    shop = yard.shop(OLDEST, tmp_path / "shop")
    bus = shop.folder / "src/shop/cqrs/bus.py"
    git(shop.folder, "update-index", flag, "src/shop/cqrs/bus.py")
    bus.write_text(f"# hidden\n{bus.read_text()}")
    before = bus.read_bytes()

    shop.cqrs_gen("update")

    assert "# hidden" in bus.read_text()
    assert bus.read_bytes() != before
    shop.done("update", "--abort")
    assert bus.read_bytes() == before
    flags = git(shop.folder, "ls-files", "-v", "src/shop/cqrs/bus.py")[0]
    assert flags == ("h" if "assume" in flag else "S")


def test_an_edit_with_white_space_at_its_end_stays(
    yard: Yard, tmp_path: Path, hurt: dict[str, str]
) -> None:
    shop = yard.shop(OLDEST, tmp_path / "shop")
    bus = shop.folder / "src/shop/cqrs/bus.py"
    bus.write_text(f"{bus.read_text()}\n\n# the team's   \t \n\n\n\n")
    commit(shop)

    Shell(shop.folder, hurt).cqrs_gen("update")

    assert "# the team's   \t \n" in bus.read_text()
