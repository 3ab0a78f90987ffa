"""Machines and repositories that are set up otherwise than most: all works, or says why not."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import yaml
from cli.repository import repository
from cli.trees import tree

from conftest import program
from cqrs_gen.bundles import HOME, own_version

if TYPE_CHECKING:
    from subprocess import CompletedProcess

    from conftest import Shell

WORKFLOW = ".github/workflows/ci.yml"
ADOPT = ("new", "project", ".", "--because", "events", "--bare")
NEW = ("new", "project", "shop", "--because", "events", "--bare", "--no-git")


def homeless(shell: Shell, *arguments: str, template: bool) -> CompletedProcess[str]:
    left_out = {"HOME"} if template else {"HOME", "CQRS_GEN_TEMPLATE"}
    env = {name: value for name, value in shell.env.items() if name not in left_out}
    return replace(shell, env=env).run(sys.executable, program("homeless.py"), *arguments)


@pytest.mark.skipif(os.name != "posix", reason="there is no passwd file")
@pytest.mark.parametrize("arguments", [("list",), ("check",), ("--version",), ("add", "--help")])
def test_whoever_has_no_home_can_look(bare_shop: Shell, arguments: tuple[str, ...]) -> None:
    ended = homeless(bare_shop, *arguments, template=False)

    assert ended.returncode == 0, ended.stderr


@pytest.mark.skipif(os.name != "posix", reason="there is no passwd file")
@pytest.mark.parametrize("arguments", [NEW, ("update", "--check")])
def test_whoever_has_no_home_has_the_template_of_this_version(
    bare_shop: Shell, arguments: tuple[str, ...]
) -> None:
    from_the_bundle(bare_shop)

    ended = homeless(bare_shop, *arguments, template=False)

    assert ended.returncode == 0, ended.stderr


@pytest.mark.skipif(os.name != "posix", reason="there is no passwd file")
@pytest.mark.parametrize(
    "arguments",
    [("add", "event", "OrderShipped"), ("update",), ("update", "--check", "--template", "~/x")],
)
def test_whoever_has_no_home_is_told_what_needs_one(
    bare_shop: Shell, arguments: tuple[str, ...]
) -> None:
    from_the_bundle(bare_shop)
    before = tree(bare_shop.folder)

    ended = homeless(bare_shop, *arguments, template=False)

    assert ended.returncode == 1
    assert ended.stderr.startswith("error: ")
    assert "HOME" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert tree(bare_shop.folder) == before


def from_the_bundle(shop: Shell) -> None:
    """Let a project be one of the released version that this cqrs-gen has, as most are."""
    answers = shop.folder / ".copier-answers.yml"
    told = yaml.safe_load(answers.read_text())
    answers.write_text(yaml.safe_dump({**told, "_commit": f"v{own_version()}", "_src_path": HOME}))
    shop.run("git", "-c", "user.name=A", "-c", "user.email=a@b", "commit", "-qam", "x")


@pytest.mark.skipif(os.name != "posix", reason="there is no passwd file")
def test_a_template_in_a_folder_needs_no_home(shell: Shell) -> None:
    ended = homeless(shell, *NEW, template=True)

    assert ended.returncode == 0, ended.stderr
    assert (shell.folder / "shop/src/shop/app.py").is_file()


@pytest.mark.parametrize(
    ("own", "ours"),
    [
        ("README.rst", "README.md"),
        ("README", "README.md"),
        ("readme.txt", "README.md"),
        ("GNUmakefile", "Makefile"),
        (".github/workflows/ci.yaml", WORKFLOW),
    ],
)
def test_what_a_repository_has_under_another_name_it_gets_no_second_time(
    shell: Shell, own: str, ours: str
) -> None:
    shop = repository(shell, {"README.md": None, own: "ours\n"})

    said = shop.done(*ADOPT, "--ci", "github")

    assert not (shop.folder / ours).exists()
    assert (shop.folder / own).read_text() == "ours\n"
    assert ours in yaml.safe_load((shop.folder / ".copier-answers.yml").read_text())["kept"]
    assert ("its README.md says" in said) == (ours != "README.md")


def test_a_file_of_a_similar_name_is_no_twin(shell: Shell) -> None:
    shop = repository(shell, {"README.md": None, "README-for-authors.txt": "x\n"})

    shop.done(*ADOPT)

    assert (shop.folder / "README.md").is_file()


def test_below_the_top_of_a_repository_no_workflow_is_made_that_nothing_reads(
    shell: Shell,
) -> None:
    shell.run("git", "init", "-q")

    said = shell.done("new", "project", "services/shop", "--because", "events", "--bare")

    shop = shell.folder / "services/shop"
    assert not (shop / ".github").exists()
    assert yaml.safe_load((shop / ".copier-answers.yml").read_text())["ci"] == "none"
    assert "note: no CI runs its checks yet" in said


def test_who_asks_for_a_workflow_there_is_told_where_it_belongs(shell: Shell) -> None:
    shell.run("git", "init", "-q")

    said = shell.done("new", "project", "shop", "--because", "events", "--bare", "--ci", "github")

    assert (shell.folder / "shop" / WORKFLOW).is_file()
    assert f"move `{WORKFLOW}` there" in said


def test_at_the_top_of_a_repository_there_is_a_workflow_and_no_word_of_it(shell: Shell) -> None:
    shell.run("git", "init", "-q")

    said = shell.done("new", "project", "--name", "shop", "--because", "events", "--bare")

    assert (shell.folder / WORKFLOW).is_file()
    assert "CI" not in said
