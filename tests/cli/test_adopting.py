"""`new project .` in a repository of somebody else's: it adds, and changes nothing."""

from __future__ import annotations

import signal
import sys
from dataclasses import replace
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from cli.repository import FILES, PYPROJECT, repository
from cli.saying import same, told
from cli.trees import tree

from conftest import program

if TYPE_CHECKING:
    from conftest import Shell

ADOPT = ("new", "project", ".", "--because", "read-model")
APP = "src/shop/app.py"


def added(shop: Shell, before: dict[str, bytes]) -> dict[str, bytes]:
    """Give the files that are new, where no other is to have changed."""
    after = tree(shop.folder)
    assert {path: after.get(path) for path in before} == before
    return {path: after[path] for path in after if path not in before}


def answers(shop: Shell) -> str:
    return (shop.folder / ".copier-answers.yml").read_text()


def test_what_is_missing_is_added_and_what_is_to_do_is_printed(shell: Shell) -> None:
    shop = repository(shell)
    before = tree(shop.folder)

    ended = shop.cqrs_gen(*ADOPT)

    assert same("adopt", told(ended, shop.folder))
    new = added(shop, before)
    assert {APP, "src/shop/write/handlers/create_user.py", "conftest.py"} <= new.keys()
    assert not new.keys() & {".gitattributes", ".github/workflows/ci.yml"}


def test_git_is_left_as_it_is(shell: Shell) -> None:
    shop = repository(shell)
    log = shop.run("git", "log", "--all", "--format=%H").stdout

    shop.done(*ADOPT, "--edit-pyproject")

    assert shop.run("git", "log", "--all", "--format=%H").stdout == log
    assert shop.run("git", "diff", "--cached", "--name-only").stdout == ""


def test_without_git_it_is_made_no_repository(shell: Shell) -> None:
    (shell.folder / "shop").mkdir()
    (shell.folder / "shop/pyproject.toml").write_text(PYPROJECT)

    shell.done("new", "project", "shop", "--bare", "--because", "events")

    assert not (shell.folder / "shop/.git").exists()


def test_where_git_is_not_installed_it_works_too(shell: Shell) -> None:
    (shell.folder / "shop").mkdir()
    (shell.folder / "shop/pyproject.toml").write_text(PYPROJECT)
    (shell.folder / "shop/.gitignore").write_text("var/\n")
    poor = replace(shell, env=shell.env | {"PATH": str(shell.folder)})

    said = poor.done("new", "project", "shop", "--bare", "--because", "events")

    assert (shell.folder / "shop" / APP).is_file()
    assert "needs these lines:\n\n.import_linter_cache/\n.env\n" in said


def test_a_dry_run_says_the_same_and_does_nothing(shell: Shell) -> None:
    shop = repository(shell)
    before = tree(shop.folder)

    tried = shop.done(*ADOPT, "--dry-run")

    assert added(shop, before) == {}
    done = shop.done(*ADOPT)
    assert tried.splitlines() == [
        line for line in done.splitlines() if not line.startswith(("made ", "next:", "  cqrs-gen "))
    ]


def test_only_pyproject_is_edited_and_only_added_to(shell: Shell) -> None:
    shop = repository(shell)
    before = tree(shop.folder)

    ended = shop.cqrs_gen(*ADOPT, "--edit-pyproject")

    assert ended.returncode == 0
    assert "does all of it" not in ended.stdout
    edited = (shop.folder / "pyproject.toml").read_text()
    assert same("adopt-pyproject", edited)
    after = tree(shop.folder)
    assert {path for path in before if after[path] != before[path]} == {"pyproject.toml"}
    kept = (
        line for line in PYPROJECT.splitlines() if not line.startswith(('dev = ["', '    "sql'))
    )
    assert [line for line in edited.splitlines() if line in PYPROJECT.splitlines()] != []
    assert set(kept) <= set(edited.splitlines())


def test_line_ends_of_windows_stay(shell: Shell) -> None:
    shop = repository(shell, {"pyproject.toml": PYPROJECT.replace("\n", "\r\n")})

    shop.done(*ADOPT, "--edit-pyproject")

    edited = (shop.folder / "pyproject.toml").read_bytes()
    assert edited.count(b"\n") == edited.count(b"\r\n") > PYPROJECT.count("\n")


def test_what_the_repository_says_of_itself_answers_the_questions(shell: Shell) -> None:
    shop = repository(shell)

    shop.done(*ADOPT, "--bare")

    for line in ("project_name: shop", "description: Sells things", "python_version: '3.12'"):
        assert f"{line}\n" in answers(shop)
    assert "ci: none\n" in answers(shop)
    assert "- README.md\n" in answers(shop)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (APP, "mine = 1\n"),
        ("src/shop/cqrs/__init__.py", "mine = 1\n"),
        ("src/shop/events.py", "mine = 1\n"),
        ("src/shop/app/__init__.py", "mine = 1\n"),
        ("tests/write/test_create_user.py", "mine = 1\n"),
    ],
)
def test_what_cannot_work_is_refused_and_named(shell: Shell, path: str, text: str) -> None:
    shop = repository(shell, {path: text})
    before = tree(shop.folder)

    ended = shop.cqrs_gen(*ADOPT, "--edit-pyproject")

    assert ended.returncode == 1
    assert path.removesuffix("/__init__.py") in ended.stderr
    assert added(shop, before) == {}


def test_a_package_must_be_named_where_there_are_several(shell: Shell) -> None:
    shop = repository(
        shell,
        {
            "src/shop/__init__.py": None,
            "src/one/__init__.py": "",
            "src/two/__init__.py": "",
            "pyproject.toml": PYPROJECT.replace('"shop" #', '"firm" #'),
        },
    )

    refused = shop.cqrs_gen(*ADOPT)

    assert refused.returncode == 2
    assert same("adopt-which-package", told(refused, shop.folder))
    shop.done(*ADOPT, "--package", "two", "--bare")
    assert (shop.folder / "src/two/app.py").is_file()


def test_a_flat_package_is_not_hidden_by_one_of_its_name(shell: Shell) -> None:
    shop = repository(
        shell,
        {
            **{path: None for path in FILES if path.startswith("src/")},
            "shop/__init__.py": "",
        },
    )

    refused = shop.cqrs_gen(*ADOPT, "--package", "shop")

    assert refused.returncode == 1
    assert "`--package shop_service`" in refused.stderr
    said = shop.done(*ADOPT, "--bare")
    assert (shop.folder / "src/shop_service/app.py").is_file()
    assert "see to it that `setuptools.build_meta` packs `src/shop_service` too" in said


def test_a_pyproject_that_is_none_is_told_of(shell: Shell) -> None:
    shop = repository(shell, {"pyproject.toml": "[project\n"})

    ended = shop.cqrs_gen(*ADOPT)

    assert ended.returncode == 1
    assert same("adopt-no-toml", told(ended, shop.folder))


def test_a_pyproject_that_is_nested_too_deep_is_told_of(shell: Shell) -> None:
    shop = repository(shell, {"pyproject.toml": f"deep = {'[' * 5000}{']' * 5000}\n"})

    ended = shop.cqrs_gen(*ADOPT)

    assert ended.returncode == 1
    assert ended.stderr.startswith("error: ")
    assert "pyproject.toml" in ended.stderr


def test_settings_in_other_files_are_pointed_to(shell: Shell) -> None:
    shop = repository(
        shell,
        {
            "pyproject.toml": '[tool.poetry]\nname = "shop"\n',
            "ruff.toml": "line-length = 90\n",
            "setup.cfg": dedent("""\
                [mypy]
                strict = true
                """),
        },
    )

    said = shop.done(*ADOPT, "--edit-pyproject", "--bare")

    edited = (shop.folder / "pyproject.toml").read_text()
    assert "ruff" not in edited
    assert "mypy" not in edited
    assert "note: `ruff.toml` counts for ruff here, and needs the sense of this:\n" in said
    assert "note: `setup.cfg` counts for mypy here" in said
    assert "has no `dependencies` of its own" in said


def test_answers_that_were_lost_come_back(shell: Shell) -> None:
    shell.done("new", "project", "shop", "--because", "events")
    shop = shell.at(shell.folder / "shop")
    before = tree(shop.folder)
    (shop.folder / ".copier-answers.yml").unlink()

    said = shop.done("new", "project", ".", "--because", "events", "--ci", "github")

    assert tree(shop.folder) == before
    assert "needs" not in said


def test_a_full_disk_leaves_nothing(shell: Shell) -> None:
    shop = repository(shell)
    with (shop.folder / "pyproject.toml").open("a") as file:
        file.write("# larger than any file of the template\n" * 1000)
    before = tree(shop.folder)
    limited = (
        f"ulimit -f 40; exec '{sys.executable}' -m cqrs_gen {' '.join(ADOPT)} --edit-pyproject"
    )

    ended = shop.run("sh", "-c", limited)

    assert ended.returncode == 1
    assert "error: cannot write `pyproject.toml`" in ended.stderr
    assert added(shop, before) == {}


def test_a_killed_run_is_undone_by_the_next(shell: Shell) -> None:
    shop = repository(shell)
    before = tree(shop.folder)
    amid_the_files = (program("killed.py"), "src/shop/cqrs/bus.py")
    killed = shop.run(sys.executable, *amid_the_files, *ADOPT, "--edit-pyproject")
    assert killed.returncode == -signal.SIGKILL
    assert tree(shop.folder)["pyproject.toml"] != before["pyproject.toml"]

    ended = shop.cqrs_gen(*ADOPT)

    assert ended.returncode == 0
    assert "an earlier run was stopped half-way, and is now undone" in ended.stderr
    assert "src/shop/cqrs/bus.py" in added(shop, before)
