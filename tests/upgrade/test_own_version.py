"""A cqrs-gen makes and updates to the template of its own version, whatever else there is."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from upgrade.releasing import SHIPPED, SOURCES, copy_checkout, git, released, versions
from upgrade.yards import SOURCE, Yard, commit, machine

from conftest import ROOT, Shell
from cqrs_gen.bundles import own_version, versions_in

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.thorough

OLDEST, OWN = versions()[0], own_version()
LATER = "99.1.0"
STATS = "src/shop/read/projections/user_stats.py"
PLAIN = (sys.executable, "-m", "copier", "update", "--defaults", "--quiet")


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory, env: dict[str, str]) -> Yard:
    """Give a machine whose cqrs-gen is a later one, in a folder with a long name with spaces."""
    folder = tmp_path_factory.mktemp("later")
    checkout = copy_checkout(folder / "where our team keeps all of the tools that it works with")
    released(checkout, LATER)
    return machine(folder, env, checkout)


@pytest.fixture
def away(later: Yard, tmp_path: Path) -> Shell:
    """Give the test a home where the later cqrs-gen has been, and the one that is installed."""
    shutil.copytree(later.folder / "home", tmp_path / "home")
    inherited = {name: value for name, value in later.env.items() if name != "PYTHONPATH"}
    return Shell(tmp_path, inherited | {"HOME": str(tmp_path / "home")})


def made(shell: Shell, name: str) -> Shell:
    """Make a project, without messages."""
    shell.done("new", "project", name, "--because", "events", "--bare")
    return shell.at(shell.folder / name)


def answers_of(shop: Shell) -> dict[str, object]:
    read: dict[str, object] = yaml.safe_load((shop.folder / ".copier-answers.yml").read_text())
    return read


def kept(shell: Shell) -> Path:
    return Path(shell.env["HOME"]) / ".cqrs-gen/template.bundle"


def test_a_new_project_is_of_the_version_of_the_tool_that_made_it(away: Shell) -> None:
    answers = answers_of(made(away, "shop"))

    assert answers["_commit"] == f"v{OWN}"
    assert answers["_src_path"] == SOURCE
    assert versions_in(kept(away))[-1] == (99, 1, 0)  # which plain Copier may need


def test_wherever_the_tool_lies_a_project_names_the_place_that_all_have(later: Yard) -> None:
    answers = answers_of(made(Shell(later.folder, later.env), "shop"))

    assert answers["_commit"] == f"v{LATER}"
    assert answers["_src_path"] == SOURCE


def test_the_place_in_the_home_folder_is_the_same_however_it_is_spelled(away: Shell) -> None:
    options = ("--because", "events", "--bare", "--template", str(kept(away)))
    away.done("new", "project", "shop", *options)
    shop = away.at(away.folder / "shop")

    assert answers_of(shop)["_commit"] == f"v{OWN}"
    assert answers_of(shop)["_src_path"] == SOURCE
    assert f"at {OWN} already" in shop.done("update", "--template", str(kept(away)))


def test_an_update_goes_no_further_than_the_tool(yard: Yard, away: Shell) -> None:
    shop = Shell(yard.shop(OLDEST, away.folder / "shop").folder, away.env)

    refused = shop.cqrs_gen("update", "--to", LATER)
    said = shop.done("update")
    commit(shop)

    assert refused.returncode == 1
    assert f"this cqrs-gen, {OWN}, knows no version `{LATER}`" in refused.stderr
    assert "`pip install --upgrade cqrs-gen`" in refused.stderr
    assert f"brought from {OLDEST} to {OWN}" in said
    assert f"at {OWN}, which is the newest" in shop.done("update", "--check")


def test_a_project_of_a_later_tool_is_added_to_and_not_updated(later: Yard, away: Shell) -> None:
    made(Shell(away.folder, later.env), "shop")
    shop = away.at(away.folder / "shop")

    refused = [shop.cqrs_gen("update", *options) for options in ((), ("--check",), ("--dry-run",))]

    assert [each.returncode for each in refused] == [1, 1, 1]
    assert all("`pip install --upgrade cqrs-gen`" in each.stderr for each in refused)
    shop.done("add", "command", "PlaceOrder", "total:Decimal")
    assert "PlaceOrder" in shop.done("list")
    shop.done("check")


def test_a_bundle_of_the_same_highest_version_that_lacks_one_is_no_hindrance(
    yard: Yard, away: Shell
) -> None:
    clone = away.folder / "clone"
    git(away.folder, "clone", "--quiet", str(SHIPPED), str(clone))
    git(clone, "tag", "--delete", f"v{OLDEST}")
    git(clone, "bundle", "create", "--quiet", str(kept(away)), "HEAD", "main", "--tags")
    shop = Shell(yard.shop(OLDEST, away.folder / "shop").folder, away.env)

    shop.done("update")

    assert kept(away).read_bytes() == SHIPPED.read_bytes()


def test_a_bundle_of_the_same_versions_with_other_content_is_no_hindrance(away: Shell) -> None:
    clone = away.folder / "clone"
    git(away.folder, "clone", "--quiet", str(SHIPPED), str(clone))
    (clone / "template/planted.txt").write_text("of another template")
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--message", "Another")
    git(clone, "tag", "--force", f"v{OWN}")
    git(clone, "bundle", "create", "--quiet", str(kept(away)), "HEAD", "main", "--tags")

    shop = made(away, "shop")

    assert not (shop.folder / "planted.txt").exists()
    assert kept(away).read_bytes() == SHIPPED.read_bytes()


def test_without_a_place_in_the_home_folder_a_project_is_made_all_the_same(away: Shell) -> None:
    shutil.rmtree(kept(away).parent)
    kept(away).parent.write_text("a file where the folder should be")

    shop = made(away, "shop")

    assert answers_of(shop)["_commit"] == f"v{OWN}"


def test_two_tools_at_once_each_make_their_own(later: Yard, away: Shell) -> None:
    shells = (away, Shell(away.folder, later.env | {"HOME": away.env["HOME"]}))
    command = (sys.executable, "-m", "cqrs_gen", "new", "project")
    names = [f"shop-{number}" for number in range(6)]
    started = [
        subprocess.Popen(
            (*command, name, "--because", "events", "--bare"),
            cwd=away.folder,
            env=shells[number % 2].env,
            stdout=subprocess.DEVNULL,
        )
        for number, name in enumerate(names)
    ]

    assert [each.wait() for each in started] == [0] * len(names)
    found = [answers_of(away.at(away.folder / name))["_commit"] for name in names]
    assert found == [f"v{OWN}", f"v{LATER}"] * 3
    assert versions_in(kept(away))[-1] == (99, 1, 0)


def test_plain_copier_finds_what_the_last_cqrs_gen_put_there(away: Shell) -> None:
    shop = made(away, "shop")

    done = shop.run(*PLAIN)

    assert done.returncode == 0, done.stderr
    assert answers_of(shop)["_commit"] == f"v{LATER}"


def fork(folder: Path, versions_of: Mapping[str, tuple[str, str | None]]) -> Path:
    """Make a team's own template: each version has the content of one of ours, and states one."""
    git(folder, "clone", "--quiet", str(SHIPPED), str(folder / "fork"))
    fork = folder / "fork"
    tags = git(fork, "tag", "--list").split()
    git(fork, "tag", "--delete", *tags)
    for tag, (content, stated) in versions_of.items():
        _take(fork, content)
        questions = fork / "copier.yml"
        lines = questions.read_text().partition("\ncqrs_gen_version:")[0]
        default = f'\ncqrs_gen_version:\n  type: str\n  default: "{stated}"\n  when: false\n'
        derived = '\nscript_name:\n  type: str\n  default: "{{ project_name }}"\n  when: false\n'
        questions.write_text(lines + (default if stated else "") + derived)
        git(fork, "add", "--all")
        git(fork, "commit", "--quiet", "--allow-empty", "--message", tag)
        git(fork, "tag", tag)
    return fork


def _take(fork: Path, content: str) -> None:
    for name in SOURCES:
        if content == "as it is now":
            target = fork / name
            target.unlink() if target.is_file() else shutil.rmtree(target)
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, target)
    if content != "as it is now":
        git(fork, "fetch", "--quiet", str(SHIPPED), f"refs/tags/v{content}")
        git(fork, "checkout", "--quiet", "FETCH_HEAD", "--", *SOURCES)


def forked(away: Shell, source: Path, version: str) -> Shell:
    """Make a project of a fork's version, with a query that reads a read model."""
    shop = away.at(away.folder / "shop")
    shop.folder.mkdir()
    copied = shop.run(
        *(sys.executable, "-m", "copier", "copy", "--defaults", "--quiet", "--vcs-ref", version),
        *("--data", "project_name=shop", "--data", 'reasons=["events"]', str(source), "."),
    )
    assert copied.returncode == 0, copied.stderr
    git(shop.folder, "init", "--quiet", "--initial-branch=main")
    shop.done("add", "command", "CreateUser", "email:str", "name:str")
    shop.done("add", "query", "GetUserStats", "user_id:UUID", "--on", "UserCreated")
    commit(shop)
    return shop


@pytest.mark.parametrize(
    ("stated", "mended"),
    [(("0.2.0", "0.3.0"), True), (("0.3.0", "0.3.0"), False), ((None, None), False)],
    ids=["across a break", "after it", "unstated"],
)
def test_what_a_fork_states_selects_its_codemods(
    away: Shell, tmp_path: Path, stated: tuple[str | None, str | None], *, mended: bool
) -> None:
    contents = {"v7.0.0": ("0.2.0", stated[0]), "v7.1.0": ("0.3.0", stated[1])}
    shop = forked(away, fork(tmp_path, contents), "v7.0.0")

    said = shop.cqrs_gen("update")

    assert "brought from 7.0.0 to 7.1.0" in said.stdout + said.stderr
    text = (shop.folder / STATS).read_text()
    assert ("Recorded, on" in text.partition("shop.cqrs.reading import")[2]) == mended


def test_a_fork_for_a_later_tool_is_refused_with_the_line_to_type(
    away: Shell, tmp_path: Path
) -> None:
    source = fork(tmp_path, {"v1.0.0": ("0.3.0", "0.3.0"), "v1.1.0": ("0.3.0", "99.0.0")})
    shop = forked(away, source, "v1.0.0")

    refused = shop.cqrs_gen("update")
    none = away.cqrs_gen("new", "project", "other", "--template", str(source), "--bare")

    for each in (refused, none):
        assert each.returncode == 1
        assert f"is made for cqrs-gen 99.0.0, and this is {OWN}" in each.stderr
        assert "`pip install --upgrade cqrs-gen`" in each.stderr
    assert git(shop.folder, "status", "--porcelain") == ""
    assert not (away.folder / "other").exists()


def test_a_fork_that_states_no_version_is_told_so(away: Shell, tmp_path: Path) -> None:
    source = fork(tmp_path, {"v1.0.0": ("0.3.0", "the newest")})

    refused = away.cqrs_gen("new", "project", "other", "--template", str(source), "--bare")

    assert refused.returncode == 1
    assert "does not state a version as `cqrs_gen_version`" in refused.stderr
