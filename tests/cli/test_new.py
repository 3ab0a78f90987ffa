"""`new project`: whole or not at all, where it was asked for, and never over anyone's files."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cli.saying import same, told
from cli.trees import tree

from conftest import Shell

if TYPE_CHECKING:
    from collections.abc import Callable

WHY = ("--because", "read-model")
BARE = ("--bare", "--no-git", *WHY)


def start(shell: Shell) -> subprocess.Popen[bytes]:
    """Begin to make a project, and come back as soon as there is something on the disk."""
    running = subprocess.Popen(
        (sys.executable, "-m", "cqrs_gen", "new", "project", "shop", *WHY),
        cwd=shell.folder,
        env=shell.env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while not list(shell.folder.iterdir()):
        assert running.poll() is None
    return running


def log(folder: Path, env: dict[str, str]) -> str:
    return Shell(folder, env).run("git", "log", "--format=%an: %s").stdout


def test_a_project_is_made_with_its_first_messages(shell: Shell) -> None:
    ended = shell.cqrs_gen("new", "project", "shop", *WHY)

    assert same("new", told(ended))
    assert sorted(path.name for path in shell.folder.iterdir()) == ["shop"]
    listed = shell.at(shell.folder / "shop").done("list")
    assert [line.split()[1] for line in listed.splitlines()[1:]] == [
        "CreateUser",
        "UserCreated",
        "UserStats",
        "GetUserStats",
    ]


def test_it_is_a_repository_with_a_first_commit(shell: Shell) -> None:
    shell.done("new", "project", "shop", *WHY)
    shop = shell.at(shell.folder / "shop")

    assert log(shop.folder, shop.env).startswith("cqrs-gen: Start shop from cqrs-gen ")
    assert shop.run("git", "status", "--porcelain").stdout == ""


def test_inside_a_repository_it_is_none_of_its_own(shell: Shell) -> None:
    shell.run("git", "init")

    shell.done("new", "project", "services/shop", *WHY)

    assert not (shell.folder / "services/shop/.git").exists()


def test_bare_and_without_git(shell: Shell) -> None:
    shell.done("new", "project", "shop", *BARE)
    shop = shell.at(shell.folder / "shop")

    assert not (shop.folder / ".git").exists()
    assert shop.done("list").startswith("no messages yet")


@pytest.mark.parametrize(
    ("destination", "options", "name", "package"),
    [
        ("my shop", (), "my-shop", "my_shop"),
        ("My-Shop.2", (), "my-shop-2", "my_shop_2"),
        ("café", (), "cafe", "cafe"),
        ("2nd", (), "2nd", "app_2_nd"),
        ("class", (), "class", "class_app"),
        ("shop", ("--name", "The Shop"), "The Shop", "the_shop"),
        ("shop", ("--package", "store"), "shop", "store"),
        ("shop", ("--data", "package_name=store", "-d", "project_name=A B"), "A B", "store"),
    ],
)
def test_names_come_from_the_folder_unless_they_are_given(
    shell: Shell, destination: str, options: tuple[str, ...], name: str, package: str
) -> None:
    shell.done("new", "project", destination, *options, *BARE)
    made = shell.folder / destination

    assert f"project_name: {name}\n" in (made / ".copier-answers.yml").read_text()
    assert (made / "src" / package / "app.py").is_file()
    assert shell.at(made).done("add", "event", "UserCreated")


def test_here_is_a_place_too(shell: Shell) -> None:
    (shell.folder / "notes.txt").write_text("mine")

    ended = shell.cqrs_gen("new", "project", "--name", "shop", *WHY)

    assert ended.returncode == 0, ended.stderr
    assert same("new-here", told(ended))
    assert (shell.folder / "notes.txt").read_text() == "mine"
    assert (shell.folder / "src/shop/events/user_created.py").is_file()
    assert log(shell.folder, shell.env).startswith("cqrs-gen: Start ")


def test_a_folder_above_can_be_named(shell: Shell) -> None:
    (shell.folder / "shop/deep").mkdir(parents=True)

    shell.at(shell.folder / "shop/deep").done("new", "project", "..", *BARE)

    assert (shell.folder / "shop/src/shop/app.py").is_file()


def test_files_of_the_same_names_are_named_and_kept(shell: Shell) -> None:
    for path in ("README.md", "src/shop/app.py"):
        (shell.folder / "shop" / path).parent.mkdir(parents=True, exist_ok=True)
        (shell.folder / "shop" / path).write_text("mine")
    before = tree(shell.folder)

    ended = shell.cqrs_gen("new", "project", "shop", *WHY)

    assert ended.returncode == 1
    assert tree(shell.folder) == before
    assert not (shell.folder / "shop/.git").exists()
    assert same("new-taken", told(ended, shell.folder).replace(shell.folder.name, "here"))


def test_a_file_that_is_there_already_just_so_is_taken_too(shell: Shell) -> None:
    shell.done("new", "project", "shop", *BARE)
    (shell.folder / "shop/.copier-answers.yml").unlink()
    (shell.folder / "shop/pyproject.toml").unlink()
    before = tree(shell.folder)

    ended = shell.cqrs_gen("new", "project", "shop", *BARE)

    assert ended.returncode == 1
    assert " and " in ended.stderr
    assert " more\n" in ended.stderr
    assert tree(shell.folder) == before


def test_a_dry_run_shows_what_would_be_made(shell: Shell) -> None:
    said = shell.done("new", "project", "shop", *WHY, "--dry-run")

    assert list(shell.folder.iterdir()) == []
    shell.done("new", "project", "shop", *WHY, "--no-git")
    made = set(tree(shell.folder / "shop"))
    assert {line.split(maxsplit=1)[1] for line in said.splitlines()} == made


def test_a_project_is_not_made_into_another(shop: Shell) -> None:
    before = tree(shop.folder)

    ended = shop.cqrs_gen("new", "project", ".")

    assert ended.returncode == 1
    assert tree(shop.folder) == before
    assert same("new-twice", told(ended, shop.folder))


def test_a_file_is_no_folder(shell: Shell) -> None:
    (shell.folder / "shop").write_text("mine")

    ended = shell.cqrs_gen("new", "project", "shop", *WHY)

    assert ended.returncode == 1
    assert same("new-file", told(ended, shell.folder).replace(shell.folder.name, "here"))


@pytest.mark.parametrize(
    ("name", "code", "options"),
    [
        ("unknown-question", 2, ("--data", "colour=red")),
        ("no-answer", 2, ("--data", "ci")),
        ("answered-twice", 2, ("--ci", "none", "--data", "ci=github")),
        ("python", 1, ("--python", "2.7")),
        ("because", 1, ("--because", "fashion")),
        ("ci", 1, ("--ci", "jenkins")),
        ("package", 1, ("--package", "class")),
        ("package-of-python", 1, ("--package", "json")),
        ("project", 1, ("--name", "my/shop")),
        ("template", 1, ("--template", "/dev/null/nothing")),
        ("truth", 1, ("--data", "http=maybe")),
        ("description", 1, ("--description", " ")),
        ("reasons", 1, ("--data", "reasons=[fashion")),
    ],
)
def test_an_answer_that_cannot_be_is_refused(
    shell: Shell, name: str, code: int, options: tuple[str, ...], template: Path
) -> None:
    ended = shell.cqrs_gen("new", "project", "shop", *options)

    assert ended.returncode == code
    assert list(shell.folder.iterdir()) == []
    assert same(f"new-{name}", told(ended).replace(str(template), "<template>"))


@pytest.mark.parametrize(
    "given",
    [
        ("--because", "read-model,events"),
        ("--because", "read-model", "--because", "events"),
        ("--data", "reasons=read-model, events"),
        ("--data", 'reasons=["read-model", events]'),
    ],
)
def test_several_reasons_may_be_given(shell: Shell, given: tuple[str, ...]) -> None:
    shell.done("new", "project", "shop", "--bare", "--no-git", *given)

    answers = (shell.folder / "shop/.copier-answers.yml").read_text()
    assert "reasons:\n- read-model\n- events\n" in answers


def test_a_template_that_cannot_be_fetched_is_told_of_in_the_words_of_git(shell: Shell) -> None:
    nowhere = "https://localhost:1/template.git"

    ended = shell.cqrs_gen("new", "project", "shop", "--template", nowhere, *BARE)

    assert ended.returncode == 1
    assert ended.stderr.startswith(f"error: the template at `{nowhere}` cannot be fetched\n")
    assert "localhost" in ended.stderr.splitlines()[-1]
    assert list(shell.folder.iterdir()) == []


def test_where_nothing_speaks_for_cqrs_it_says_so_and_goes_on(shell: Shell) -> None:
    ended = shell.cqrs_gen("new", "project", "shop", "--bare")

    assert ended.returncode == 0
    assert same("new-plain-crud", told(ended))
    assert (shell.folder / "shop").is_dir()


def test_without_git_it_says_what_to_do(shell: Shell, tmp_path: Path) -> None:
    poor = replace(shell, env=shell.env | {"PATH": str(tmp_path)})

    ended = poor.cqrs_gen("new", "project", "shop", *WHY)

    assert ended.returncode == 1
    assert list(shell.folder.iterdir()) == []
    assert same("new-without-git", told(ended))


def test_without_git_a_project_can_be_made_all_the_same(shell: Shell, tmp_path: Path) -> None:
    poor = replace(shell, env=shell.env | {"PATH": str(tmp_path)})

    assert poor.cqrs_gen("new", "project", "shop", *BARE).returncode == 0


def test_settings_of_the_users_git_do_not_stop_the_first_commit(
    shell: Shell, tmp_path: Path
) -> None:
    settings = tmp_path / "gitconfig"
    settings.write_text(
        "[commit]\n\tgpgSign = true\n[core]\n\thooksPath = /nonexistent\n\tautocrlf = true\n"
        "[user]\n\tname = Ann\n\temail = ann@example.org\n[init]\n\tdefaultBranch = trunk\n"
    )
    own = replace(shell, env=shell.env | {"GIT_CONFIG_GLOBAL": str(settings)})
    (shell.folder / "place").mkdir()

    own.at(shell.folder / "place").done("new", "project", "shop", *WHY)

    assert log(shell.folder / "place/shop", own.env).startswith("Ann: Start shop")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_place_that_cannot_be_written_to_is_told_of(shell: Shell) -> None:
    (shell.folder / "locked").mkdir(mode=0o555)

    ended = shell.cqrs_gen("new", "project", "locked/shop", *BARE)

    assert ended.returncode == 1
    assert "cannot be written to" in ended.stderr


def test_a_template_that_fails_half_way_leaves_nothing(shell: Shell, template: Path) -> None:
    copy = shell.folder / "template"
    copy.mkdir()
    (copy / "copier.yml").write_text((template / "copier.yml").read_text())
    (copy / "template").mkdir()
    (copy / "template/a.txt").write_text("a")
    (copy / "template/b.txt.jinja").write_text("{{ nosuch.thing }}")
    (shell.folder / "place").mkdir()

    place = shell.at(shell.folder / "place")
    ended = place.cqrs_gen("new", "project", "shop", "--template", str(copy), *BARE)

    assert ended.returncode == 1
    assert "cannot be rendered" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert list(place.folder.iterdir()) == []


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_stopped_leaves_nothing(shell: Shell, sent: signal.Signals) -> None:
    running = start(shell)
    time.sleep(0.1)
    running.send_signal(sent)

    assert running.wait() in (-sent, 128 + sent)
    assert list(shell.folder.iterdir()) == []


def test_a_killed_run_leaves_no_half_of_a_project(shell: Shell) -> None:
    running = start(shell)
    running.kill()
    running.wait()

    assert not (shell.folder / "shop").exists()
    shell.done("new", "project", "shop", *BARE)


def test_a_template_of_something_else_is_told_of(
    shell: Shell, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "a.txt").write_text("a")

    ended = shell.cqrs_gen("new", "project", "shop", "--template", str(other), *BARE)

    assert ended.returncode == 1
    assert list(shell.folder.iterdir()) == []
    assert same("new-other-template", told(ended).replace(str(other), "<other>"))


def test_the_same_answers_give_the_same_bytes(
    pristine: Callable[[bool], Path], shell: Shell
) -> None:
    elsewhere = shell.at(shell.folder / "quite" / "elsewhere")
    elsewhere.folder.mkdir(parents=True)

    elsewhere.done("new", "project", "other", "--name", "shop", *WHY)

    assert tree(elsewhere.folder / "other") == tree(pristine(False))  # noqa: FBT003


def test_git_missing_is_told_of_also_where_no_repository_is_wanted(
    shell: Shell, tmp_path: Path
) -> None:
    poor = {key: value for key, value in shell.env.items() if key != "CQRS_GEN_TEMPLATE"}
    poor |= {"PATH": str(tmp_path), "HOME": str(tmp_path)}

    ended = replace(shell, env=poor).cqrs_gen("new", "project", "shop", *BARE)

    assert ended.returncode == 1
    assert "git is not installed" in ended.stderr
    assert not (shell.folder / "shop").exists()


def test_half_an_identity_is_enough_for_the_first_commit(shell: Shell, tmp_path: Path) -> None:
    settings = tmp_path / "gitconfig"
    settings.write_text("[user]\n\temail = ann@example.org\n\tuseConfigOnly = true\n")
    own = replace(shell, env=shell.env | {"GIT_CONFIG_GLOBAL": str(settings)})

    own.done("new", "project", "place/shop", *WHY)

    assert log(shell.folder / "place/shop", own.env).startswith("cqrs-gen: Start shop")


def test_inside_a_repository_it_says_that_a_commit_is_needed(shell: Shell) -> None:
    shell.run("git", "init", "services")

    said = shell.at(shell.folder / "services").done("new", "project", "shop", *WHY)

    assert "git add --all . && git commit" in said
    assert "git commit" not in shell.done("new", "project", "shop", "--no-git", *WHY)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a file that is always full")
def test_a_disk_that_is_full_is_told_of(bare_shop: Shell) -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            (sys.executable, "-m", "cqrs_gen", "add", "event", "UserCreated"),
            cwd=bare_shop.folder,
            env=bare_shop.env,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert ended.returncode == 1
    assert ended.stderr.startswith("error: the machine did not play along: No space left")
    assert not (bare_shop.folder / "src/shop/events/user_created.py").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell that closes streams")
@pytest.mark.parametrize(
    "line",
    [
        'exec "$0" -m cqrs_gen new project shop --bare --no-git <&-',
        'exec "$0" -m cqrs_gen new project shop --bare --no-git 2>&-',
        'exec "$0" -m cqrs_gen new project shop --bare --no-git >&-',
    ],
)
def test_streams_may_be_closed(shell: Shell, line: str) -> None:
    ended = shell.run("sh", "-c", line, sys.executable)

    assert ended.returncode == 0, ended.stderr
    assert (shell.folder / "shop").is_dir()
