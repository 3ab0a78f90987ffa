"""`cqrs-gen check` as people and their CI run it."""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from conftest import ROOT, Shell

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HANDLER = "src/shop/read/handlers/get_user_stats.py"
GUILTY = ("        asked = ", "        open('seen', 'w').close()\n        asked = ")


def plant(shop: Shell, path: str, before: str, after: str) -> None:
    file = shop.folder / path
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after, 1))


def test_a_fresh_project_is_clean(shop: Shell) -> None:
    ended = shop.cqrs_gen("check")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.endswith("files, nothing found\n")


def test_a_bare_project_is_clean(bare_shop: Shell) -> None:
    assert bare_shop.done("check").endswith("files, nothing found\n")


def test_what_is_wrong_is_told_with_its_place_and_fails(shop: Shell) -> None:
    plant(shop, HANDLER, *GUILTY)

    ended = shop.cqrs_gen("check")

    assert ended.returncode == 1
    assert ended.stdout.startswith(f"{HANDLER}:20:9 CQ105 ")
    assert "1 error" in ended.stdout


def test_it_works_from_any_folder_inside_and_with_spaces_around(
    tmp_path: Path, env: dict[str, str], pristine: Callable[[bool], Path]
) -> None:
    shutil.copytree(pristine(False), tmp_path / "my projects" / "shop")  # noqa: FBT003
    shop = Shell(tmp_path / "my projects" / "shop", env)
    plant(shop, HANDLER, *GUILTY)

    told = shop.at(shop.folder / "src" / "shop" / "read").cqrs_gen("check").stdout

    assert told.startswith(f"{HANDLER}:20:9 CQ105 ")


def test_a_warning_does_not_fail_unless_it_is_asked_for(shop: Shell) -> None:
    shop.done("add", "command", "RenameUser", "user_id:UUID", "name:str")

    assert "CQ303 warning" in shop.done("check")
    assert shop.cqrs_gen("check", "--strict").returncode == 1
    assert shop.cqrs_gen("check", "--select", "CQ303").returncode == 1
    assert shop.cqrs_gen("check", "--select", "CQ3").returncode == 0
    assert "nothing found" in shop.done("check", "--ignore", "CQ303")


def test_the_command_line_comes_before_what_is_set(shop: Shell) -> None:
    plant(shop, HANDLER, *GUILTY)
    with (shop.folder / "pyproject.toml").open("a") as file:
        file.write('\n[tool.cqrs-gen.check]\nselect = ["CQ2"]\n')

    assert shop.cqrs_gen("check").returncode == 0
    assert shop.cqrs_gen("check", "--select", "CQ1").returncode == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--select", "CQ110"), "error: there is no rule `CQ110`\n  did you mean"),
        (("--format", "xml"), "error: there is no format `xml`\n  there are: text, json"),
        (("--since", "nowhere"), "error: git knows no revision `nowhere` here"),
        (("--since", "--all"), "error: git knows no revision `--all` here"),
    ],
)
def test_wrong_usage_is_told_with_a_way_out(
    arguments: tuple[str, ...], told: str, shop: Shell
) -> None:
    ended = shop.cqrs_gen("check", *arguments)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(told)


def test_outside_of_a_project_it_says_so(shell: Shell) -> None:
    ended = shell.cqrs_gen("check")

    assert (ended.returncode, ended.stdout) == (1, "")
    assert "is not inside a project" in ended.stderr


def test_a_file_that_is_no_python_is_a_finding(shop: Shell) -> None:
    (shop.folder / HANDLER).write_text("class :\n")

    ended = shop.cqrs_gen("check")

    assert ended.returncode == 1
    assert f"{HANDLER}:1:7 CQ001 this is not Python: invalid syntax" in ended.stdout
    assert ended.stderr == ""


def test_programs_get_an_object(shop: Shell) -> None:
    plant(shop, HANDLER, *GUILTY)

    ended = shop.cqrs_gen("check", "--format", "json")

    assert ended.returncode == 1
    assert [each["code"] for each in json.loads(ended.stdout)["findings"]] == ["CQ105"]


def test_github_gets_nothing_if_nothing_is_wrong(shop: Shell) -> None:
    assert shop.done("check", "--format", "github") == ""


def test_what_can_be_mended_is_mended(shop: Shell) -> None:
    path = "src/shop/write/commands/create_user.py"
    plant(shop, path, "@dataclass(frozen=True, slots=True, kw_only=True)", "@dataclass")

    ended = shop.cqrs_gen("check", "--fix")

    assert ended.returncode == 0
    assert ended.stderr.startswith(f"mended: {path}:9 CQ207 ")
    assert "@dataclass(frozen=True)\n" in (shop.folder / path).read_text()


def test_events_are_compared_with_the_last_tag_or_a_revision(shop: Shell) -> None:
    event = "src/shop/events/user_created.py"
    assert shop.run("git", "tag", "v1").returncode == 0
    plant(shop, event, "    email: str\n", "    email: bytes\n")

    assert "CQ307" in shop.cqrs_gen("check").stdout
    assert "CQ307" in shop.cqrs_gen("check", "--since", "HEAD").stdout


def test_without_git_events_are_compared_with_nothing(shop: Shell) -> None:
    shutil.rmtree(shop.folder / ".git")
    blind = Shell(shop.folder, shop.env | {"GIT_CEILING_DIRECTORIES": str(shop.folder.parent)})

    assert "nothing found" in blind.done("check")


def test_a_reason_is_told_with_the_report(shop: Shell) -> None:
    for words in (
        ("command", "CreateNote", "note_id:UUID", "text:str", "--emits", "NoteCreated"),
        ("command", "UpdateNote", "note_id:UUID", "text:str"),
        ("query", "GetNote", "--on", "NoteCreated,NoteUpdated"),
    ):
        shop.done("add", *words)
    assert "CQ401 warning: plain CRUD would serve `Note` better" in shop.done("check")

    command = "src/shop/write/commands/create_note.py"
    plant(
        shop, command, "@dataclass", "# cqrs: keep because the auditors read the events\n@dataclass"
    )

    told = shop.done("check")
    assert "CQ401 warning" not in told
    assert f"kept: {command}:" in told
    assert "because the auditors read the events" in told


def test_the_advisor_counts_what_speaks_for_cqrs(shop: Shell) -> None:
    told = shop.done("check", "--advise")

    assert told.startswith("complexity  ")
    assert "commands that decide something: 0 of 1" in told


def test_the_advisor_has_nothing_to_judge_without_messages(bare_shop: Shell) -> None:
    assert "nothing to judge" in bare_shop.done("check", "--advise")


@pytest.fixture
def made(shop: Shell) -> Shell:
    """Give the test a project whose other checks all succeed at once."""
    own = shop.folder / ".venv" / "bin"
    own.mkdir(parents=True)
    (own.parent / "installed").touch()
    for name in ("ruff", "mypy", "pytest"):
        (own / name).write_text("#!/bin/sh\n")
        (own / name).chmod(0o755)
    return shop


def test_make_says_that_the_check_is_left_out_where_it_is_not_installed(made: Shell) -> None:
    ended = made.run("make", "check", "CQRS_GEN=cqrs-gen-is-not-there")

    assert ended.returncode == 0
    assert "left out: cqrs-gen check" in ended.stderr


def test_make_fails_where_the_check_does(made: Shell) -> None:
    cqrs_gen = made.folder / "cqrs-gen"
    cqrs_gen.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cqrs_gen "$@"\n')
    cqrs_gen.chmod(0o755)
    told = ("make", "check", "CQRS_GEN=./cqrs-gen", "FORMAT=github")
    assert made.run(*told).returncode == 0

    plant(made, HANDLER, *GUILTY)

    ended = made.run(*told)
    assert ended.returncode != 0
    assert ended.stdout.splitlines()[-1].startswith(f"::error file={HANDLER}")


def test_the_hook_of_pre_commit_is_a_command_that_there_is() -> None:
    hook = (ROOT / ".pre-commit-hooks.yaml").read_text()

    assert "entry: cqrs-gen check\n" in hook
    assert "pass_filenames: false\n" in hook
