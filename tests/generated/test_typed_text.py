"""What people type stands in every file as they meant it, or is refused with the reason."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
import warnings
from typing import TYPE_CHECKING

import pytest
import yaml
from copier import run_copy
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from typing_in import run

from cqrs_gen.plain_text import is_description, is_project_name

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Shell

PIECES = (
    "🍕 👩\u200d💻 é ß \u2013 \u2019 \u0430 \u00a0 \U0010fffd",
    "\" \"\"\" ' ''' \\ \\n \\N{DASH} \\u0041 {{ x }} {% y %} {# z #}",
    "# - + * > 1. 2) --- *** ___ === ``` ~~~ |a|b|",
    "<script>alert(1)</script> <!-- &amp; &#35; [x](y) ![i](u) [r]: /u `c` *e* _e_ ~~s~~ $5$",
    "This this: & $HOME $(id) `id` %s yes null ~ !tag @at 1.0 0x1f : ? , [] {}",
)
FRAGMENTS = sorted({piece for line in PIECES for piece in line.split(" ")})
DESCRIPTIONS = st.one_of(
    st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=6).map(" ".join),
    st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=6).map("".join),
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=40),
)
NAMES = st.one_of(
    st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._ -]{0,20}[A-Za-z0-9])?", fullmatch=True),
    st.sampled_from(["a _b_ c", "1. x", "2nd", "class", "json", "typer", "null", "1.0", "no"]),
)
CONTROLS = ["\0", "\t", "\n", "\x1b", "\x7f", "\x85", "\u2028", "\u2029"]
INVISIBLE = ["\u202e", "\u2066", "\u200f", "\u061c", "\u200b", "\ufeff", "\udcff"]
DEFAULTS = {
    "quoted": 'it\'s "quoted" 🍕',
    "backslash": "\\",
    "docstring": '"""',
    "f_string": "Hello {name} %s $HOME",
    "dash": "a \u2013 \u2019 \u0430",
    "escape": "\x1b[31m\x7f",
    "separator": "a\u2028b\x85c",
    "turned": "\u202eabc\u2066",
    "hidden": "\u200b\ufeff",
    "host": "0.0.0.0",  # noqa: S104  that it is fine is what is tested
    "folder": "/tmp/x",  # noqa: S108
    "password": "hunter2",
    "null": "null",
    "lines": "a\nb",
}


@pytest.mark.thorough
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(name=NAMES, description=DESCRIPTIONS)
def test_a_name_and_a_description_are_right_in_every_file(
    name: str, description: str, template: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("typed") / "project"
    answers = {"project_name": name, "description": description}
    if not (is_project_name(name) and is_description(description)):
        with pytest.raises(ValueError, match=r"question '(project_name|description)'"):
            render(template, folder, answers)
        return
    render(template, folder, answers)

    told = yaml.safe_load((folder / ".copier-answers.yml").read_text())
    assert {key: told[key] for key in answers} == answers
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    assert project["description"] == description
    assert yaml.safe_load((folder / ".github/workflows/ci.yml").read_text())["name"] == "CI"
    docstring = docstring_of(folder / "src" / told["package_name"] / "__init__.py")
    sentence = description.strip().rstrip(".") + "."
    assert docstring in (sentence, f"{name}: {sentence}")
    assert paragraphs(folder / "README.md")[:2] == [plain(name), plain(sentence)]
    for file in folder.rglob("*.py"):
        parsed(file)
    assert said_by_ruff(folder) == ""


def test_the_generator_and_copier_alone_refuse_the_same(template: Path, tmp_path: Path) -> None:
    for character in (*CONTROLS, *INVISIBLE):
        assert not is_description(f"a{character}b")
        with pytest.raises(ValueError, match="'description': One line of text"):
            render(template, tmp_path / "x", {"description": f"a{character}b"})
        with pytest.raises(ValueError, match=r"'(project|package)_name'"):
            render(template, tmp_path / "x", {"project_name": f"a{character}"})
        with pytest.raises(ValueError, match="'package_name'"):
            render(template, tmp_path / "x", {"package_name": f"a{character}"})


@pytest.mark.parametrize(
    ("typed", "shown"), [("a\x1b[31mb", "\\x1b"), ("a\u202eb", "\\u202e"), ("a\nb", "\\n")]
)
@pytest.mark.parametrize("option", ["--description={}", "--data=description={}"])
def test_what_no_line_can_hold_is_refused_and_the_text_is_blamed(
    bare_shop: Shell, typed: str, shown: str, option: str
) -> None:
    place = bare_shop.at(bare_shop.folder.parent)

    ended = place.cqrs_gen("new", "project", "other", option.format(typed))

    assert ended.returncode == 1
    assert ended.stderr.startswith("error: `description` cannot be answered so: ")
    assert f"it has {shown}\n" in ended.stderr
    assert typed not in ended.stderr
    assert not (place.folder / "other").exists()


@pytest.mark.parametrize("key", ["description", "project_name", "package_name", "python_version"])
def test_what_is_not_utf_8_is_refused_wherever_it_is_typed(shell: Shell, key: str) -> None:
    ended = shell.cqrs_gen("new", "project", "shop", "--data", f"{key}=a\udcff")

    assert ended.returncode == 2
    assert ended.stderr.startswith(f"error: `{key}` is answered with `a\\udcff`, which no file")
    assert list(shell.folder.iterdir()) == []


@pytest.mark.parametrize(
    "folder", ["python", "typer", "pytest", "-x-", "_", "a_", "🍕", "lint-imports"]
)
def test_a_folder_of_any_name_gives_a_project_a_name_that_works(shell: Shell, folder: str) -> None:
    shell.done("new", "project", "--bare", "--no-git", "--because", "events", "--", folder)

    told = yaml.safe_load((shell.folder / folder / ".copier-answers.yml").read_text())
    assert is_project_name(told["project_name"])


def test_a_repository_describes_its_service_if_it_can(shell: Shell) -> None:
    adopting = ("new", "project", ".", "--bare", "--because", "events")
    for number, said in enumerate(('Pizza 🍕, \\"hot\\"', "two\\nlines", "a\\u202eb")):
        place = shell.at(shell.folder / f"place{number}")
        place.folder.mkdir()
        (place.folder / "pyproject.toml").write_text(
            f'[project]\nname = "shop"\nversion = "1"\ndescription = "{said}"\n'
        )
        place.done(*adopting)

        told = yaml.safe_load((place.folder / ".copier-answers.yml").read_text())
        wanted = 'Pizza 🍕, "hot"' if number == 0 else "shop, a CQRS service"
        assert told["description"] == wanted
        assert docstring_of(place.folder / "src/shop/__init__.py") == f"{wanted}."


def test_a_default_of_any_text_is_that_text_and_the_project_stays_clean(bare_shop: Shell) -> None:
    fields = [f"{name}:str={text}" for name, text in DEFAULTS.items()]

    assert run(bare_shop.folder, "add", "command", "CreateUser", *fields).code == 0

    for path in ("write/commands/create_user.py", "events/user_created.py"):
        module = parsed(bare_shop.folder / "src/shop" / path)
        found = {
            node.target.id: ast.literal_eval(node.value)
            for node in ast.walk(module)
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value
        }
        assert found == DEFAULTS
    assert said_by_ruff(bare_shop.folder) == ""


def render(template: Path, folder: Path, answers: dict[str, str]) -> None:
    run_copy(str(template), folder, data=answers, defaults=True, quiet=True)


def parsed(file: Path) -> ast.Module:
    """Parse a module, with Python's warnings as errors."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return ast.parse(file.read_text())


def docstring_of(file: Path) -> str | None:
    return ast.get_docstring(parsed(file), clean=False)


def paragraphs(file: Path) -> list[str]:
    """Read a page's headings and paragraphs as a reader sees them: text without any markup."""
    blocks = MarkdownIt("gfm-like", {"linkify": False}).parse(file.read_text())
    return [
        "".join(child.content if child.type == "text" else f"<{child.type}>" for child in children)
        for block in blocks
        if block.type == "inline"
        for children in [block.children or []]
    ]


def plain(text: str) -> str:
    """Leave out the spaces at a text's ends, as Markdown does."""
    return text.strip()


def said_by_ruff(folder: Path) -> str:
    """Check a project's rules and its format; give what ruff says against it."""
    done = [
        subprocess.run(
            (sys.executable, "-m", "ruff", *arguments, "--no-cache", "--quiet", "."),
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        for arguments in (("check",), ("format", "--diff"))
    ]
    return "".join(each.stdout + each.stderr for each in done)
