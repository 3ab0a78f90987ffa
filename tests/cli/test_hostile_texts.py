"""What a hostile repository has in its names and files is shown escaped, and takes no time."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from cli.hostile import Canary, answer, slice_template

from conftest import program, thorough_but

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from conftest import Shell

ESC = "\x1b]0;owned\x07\x1b[2J"
COMMANDS = "::error file=x::forged\n::stop-commands::x\n##[error]forged"
HOSTILE_NAME = f"x{ESC}\r\u202e::error::forged\n::error::forged\x7f\x9b.py"
NOT_PYTHON = f"{ESC}::error::forged ##[error]x \u202e\x0b)\n"


def steers(text: str) -> list[str]:
    """Give the lines of an output that a terminal or a CI system would obey."""
    return [
        line
        for line in text.split("\n")
        if not line.replace("\t", " ").isprintable()
        or (line.strip().startswith("::") and "forged" in line.split("::")[1])
        or line.strip().startswith(("::stop-commands", "::error::forged"))
        or "##[" in line
    ]


def plant(shop: Shell) -> None:
    """Write files whose names and lines steer whatever shows them."""
    events = shop.folder / "src/shop/events"
    (events / HOSTILE_NAME).write_text(NOT_PYTHON)
    (events / "forged.py").write_text(NOT_PYTHON)
    handler = shop.folder / "src/shop/read/handlers/get_user_stats.py"
    lines = handler.read_text().split("\n")
    at = next(n for n, line in enumerate(lines) if "async def handle" in line)
    forged = f'        __import__("os").remove("x"); "{ESC}::error::forged ##[error]"  # \u202e'
    lines.insert(at + 1, forged)
    handler.write_text("\n".join(lines))


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "junit"])
def test_a_report_of_check_steers_nothing_in_any_format(shop: Shell, form: str) -> None:
    plant(shop)

    ended = shop.cqrs_gen("check", "--format", form, "--pedantic")

    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert steers(ended.stderr) == []
    lines = [line for line in ended.stdout.split("\n") if not line.startswith("::error file=src")]
    assert steers("\n".join(lines)) == []
    assert ended.stdout.isascii() or form in {"text", "junit", "github"}
    if form == "junit":
        ET.fromstring(ended.stdout)  # noqa: S314  it is our own
    if form in {"json", "sarif"}:
        json.loads(ended.stdout)
    if form == "github":
        assert all(line.startswith("::") for line in ended.stdout.splitlines())


@pytest.mark.parametrize("command", [("list",), ("list", "--json"), ("check", "--advise")])
def test_what_is_listed_steers_nothing(shop: Shell, command: tuple[str, ...]) -> None:
    plant(shop)

    ended = shop.cqrs_gen(*command)

    assert steers(ended.stdout) == steers(ended.stderr) == []
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("option", ["--dry-run", "--diff", "--json", "--force"])
def test_what_slice_templates_make_is_shown_without_steering(shop: Shell, option: str) -> None:
    slice_template(shop, f"docs/__module__{ESC}.txt", f"{ESC}\n{COMMANDS}\n")

    ended = shop.cqrs_gen("add", "note", "Anything", option)

    assert ended.returncode == 0, ended.stderr
    assert steers(ended.stdout) == steers(ended.stderr) == []


def test_a_patch_that_had_to_be_escaped_says_so_and_others_stay_good(shop: Shell) -> None:
    slice_template(shop, "docs/__module__.txt", "plain\n")
    patch = shop.done("add", "note", "Anything", "--diff")
    assert shop.run("git", "apply", "--check", stdin=patch).returncode == 0
    slice_template(shop, "docs/__module__.txt", f"{ESC}\n")

    ended = shop.cqrs_gen("add", "note", "Anything", "--diff")

    assert "would not come out the same" in ended.stderr


@pytest.mark.parametrize(
    "content", [f"{{{{ {ESC!r} | forged }}}}", "{% forged\n::error::forged %}"]
)
def test_an_error_steers_nothing(shop: Shell, content: str) -> None:
    slice_template(shop, "docs/__module__.txt", content)

    ended = shop.cqrs_gen("add", "note", "Anything")

    assert ended.returncode == 1
    assert steers(ended.stderr) == []


def test_an_answer_steers_nothing(shop: Shell) -> None:
    answer(shop, _src_path=f"/nowhere{ESC}\n::error::forged", _commit=f"v1{ESC}")

    ended = shop.cqrs_gen("update", "--check")

    assert ended.returncode == 1
    assert steers(ended.stdout) == steers(ended.stderr) == []


def test_the_line_of_a_file_beyond_the_project_is_not_shown(shop: Shell, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("password = hunter2 hunter2\n")
    (shop.folder / "src/shop/events/x.py").symlink_to(tmp_path / "secret")

    ended = shop.cqrs_gen("check")

    assert "events/x.py:1" in ended.stdout
    assert "hunter2" not in ended.stdout


# Nothing waits for ever, or takes all there is

TOOK_TOO_LONG = 124


def pipe(file: Path) -> None:
    os.mkfifo(file)


def endless(file: Path) -> None:
    file.symlink_to("/dev/zero")


def huge(file: Path) -> None:
    with file.open("wb") as opened:
        opened.truncate(20 * 1024**3)


def deep(file: Path) -> None:
    file.write_text("x = " + "(" * 5000 + ")" * 5000 + "\n" + "-" * 100_000 + "1\n")


ODD = [pipe, endless, huge, deep]


@pytest.mark.parametrize("make", ODD, ids=lambda make: str(make.__name__))
@pytest.mark.parametrize("command", [("list",), ("check",), ("add", "event", "OrderShipped")])
@pytest.mark.parametrize(
    "path",
    ["src/shop/events/odd.py", "src/shop/read/handlers/odd.py", "tests/test_odd.py"],
)
def test_a_source_that_is_no_plain_file_is_said_so_or_passed_over(
    shop: Shell, make: Callable[[Path], None], command: tuple[str, ...], path: str
) -> None:
    make(shop.folder / path)

    ended = within(60, shop, *command)

    assert "Traceback" not in ended.stderr
    if command == ("check",) and make is not deep:
        assert "odd.py` cannot be read" in ended.stderr
    elif command == ("list",) and path.startswith("src"):
        assert "odd.py" in ended.stderr


@pytest.mark.parametrize("make", [pipe, endless, huge], ids=lambda make: str(make.__name__))
@pytest.mark.parametrize("path", ["pyproject.toml", ".copier-answers.yml"])
def test_settings_that_are_no_plain_file_are_refused(
    shop: Shell, make: Callable[[Path], None], path: str
) -> None:
    (shop.folder / path).unlink()
    make(shop.folder / path)

    for command in (("list",), ("check",), ("new", "project", ".", "--dry-run")):
        ended = within(60, shop, *command)
        assert "Traceback" not in ended.stderr


LOOPS = {
    "for ever": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "for ever in a macro": "{% macro m(n) %}{% for a in range(99999) %}{% for b in range(99999) %}"
    "{% endfor %}{% endfor %}{% endmacro %}{% set x = m(1) %}",
    "gigabytes": "{% for a in range(99999) %}{% for b in range(99999) %}{{ 'x' * 999 }}"
    "{% endfor %}{% endfor %}",
    "doubled": "{% set n = namespace(x='x') %}{% for a in range(60) %}"
    "{% set n.x = n.x ~ n.x %}{% endfor %}",
    "a long text": "{{ 'x' * 10000000000 }}",
    "a list": "{{ ([1] * 10000000000) | length }}",
    "a padded text": "{{ 'x' | center(10000000000) }}",
    "a format": "{{ '%10000000000d' % 1 }}",
    "a power": "{{ 9 ** (9 ** 9) }}",
    "a power of a name": "{% set n = name | length %}{{ (9 ** (n ** 9)) % 7 }}",
    "a rounding": "{{ 1 | round(-1000000000) }}",
    "recursion": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "itself": "{% include '__module__.txt.j2' %}",
    "many blocks": "{% for a in name %}" * 60 + "{% endfor %}" * 60,
}


@pytest.mark.parametrize("loop", thorough_but(lambda loop: not loop.startswith("for ever"), LOOPS))
def test_a_slice_template_that_never_ends_is_refused(shop: Shell, loop: str) -> None:
    content = LOOPS[loop]
    slice_template(shop, "__module__.txt", content)

    ended = within(120, shop, "add", "note", "Anything", memory=4)

    assert ended.returncode == 1
    assert "cannot be rendered" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("make", [pipe, endless, huge], ids=lambda make: str(make.__name__))
def test_a_slice_template_that_is_no_plain_file_is_refused(
    shop: Shell, make: Callable[[Path], None]
) -> None:
    file = slice_template(shop, "__module__.txt")
    file.unlink()
    make(file)

    ended = within(60, shop, "add", "note", "Anything")

    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("link", ["file", "folder", "include", ".git"])
def test_a_slice_template_from_elsewhere_is_refused(shop: Shell, tmp_path: Path, link: str) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/__module__.txt.j2").write_text("hunter2\n")
    kind = shop.folder / ".cqrs-gen/note"
    if link == "folder":
        kind.symlink_to(tmp_path / "secret")
    elif link == "include":
        file = slice_template(shop, "__module__.txt", "{% include 'x/__module__.txt.j2' %}")
        (file.parent / "x").symlink_to(tmp_path / "secret")
    elif link == "file":
        kind.mkdir()
        (kind / "__module__.txt.j2").symlink_to(tmp_path / "secret/__module__.txt.j2")
    else:
        kind.mkdir()
        (kind / "__module__.txt.j2").symlink_to(shop.folder / ".git/config")

    ended = shop.cqrs_gen("add", "note", "Anything")

    assert ended.returncode == 1
    assert "leads " in ended.stderr
    assert not (shop.folder / "anything.txt").exists()


def within(
    seconds: float, shop: Shell, *command: str, memory: int = 8
) -> subprocess.CompletedProcess[str]:
    """Run cqrs-gen for so long at most, with so many gigabytes."""
    run = f"exec timeout {seconds} '{sys.executable}' -m cqrs_gen \"$@\""
    ended = shop.run("sh", "-c", f"ulimit -v {memory * 1024**2}; {run}", "sh", *command)
    assert ended.returncode != TOOK_TOO_LONG
    return ended


# Completion


@pytest.mark.parametrize("by", ["zsh", "bash", "fish"])
@pytest.mark.parametrize("option", ["--from", "--on", "--emits"])
def test_a_shell_that_completes_runs_nothing(
    shop: Shell, tmp_path: Path, by: str, option: str
) -> None:
    if shutil.which(by) is None:
        pytest.skip(f"{by} is not installed")
    canary = Canary(tmp_path / "canary")
    plant_read_models(shop, canary)
    slice_template(shop, "x.txt", kind="note")
    path = f"{Path(sys.executable).parent}:{shop.env['PATH']}"
    shell = replace(shop, env=shop.env | {"PATH": path})
    kind = "command SignUp" if option == "--emits" else "query ListUsers"
    words = ("cqrs-gen", "add", *kind.split(), option, "")
    script = tmp_path / "completion"
    script.write_text(shell.run(by, "-c", f"_CQRS_GEN_COMPLETE=source_{by} cqrs-gen").stdout)

    ended = shell.run(by, program(f"complete.{by}"), str(script), *words)

    assert canary.has_sung() == ""
    expected = "user_stats" if option == "--from" else "UserCreated"
    assert expected in ended.stdout, ended.stderr
    assert "offered" in ended.stdout
    assert str(canary.program) not in ended.stdout


def plant_read_models(shop: Shell, canary: Canary) -> None:
    """Declare read models whose names a shell would run."""
    sing = f"{canary.program} </dev/null"
    names = [
        f"$({sing})",
        f"`{sing}`",
        f"'; {sing}; '",
        f'"; {sing}; "',
        f"'$({sing})'",
        f"x\\\n{sing}\n",
        f"user)) $({sing}) ((x",
        f"${{(e):-$({sing})}}",
    ]
    folder = shop.folder / "src/shop/read/projections"
    text = (folder / "user_stats.py").read_text()
    for number, name in enumerate(names):
        (folder / f"planted{number}.py").write_text(
            text.replace('"user_stats"', json.dumps(name)).replace('name="user_stats', 'name="x')
        )
