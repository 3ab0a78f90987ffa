"""Generated files are formatted and their imports sorted, by the project's own settings."""

from __future__ import annotations

from pathlib import PurePosixPath
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from cqrs_gen.errors import Failed
from cqrs_gen.tidying import tidy

if TYPE_CHECKING:
    from pathlib import Path

X = PurePosixPath("src/shop/x.py")
UNTIDY = dedent("""\
    import os
    import ast
    from shop import y
    print( ast,y )
    """)


def tidied(root: Path, text: str) -> str:
    return tidy(root, {X: text})[X]


def test_imports_are_sorted_and_those_that_are_not_used_go(tmp_path: Path) -> None:
    assert tidied(tmp_path, UNTIDY) == dedent("""\
        import ast

        from shop import y

        print(ast, y)
        """)


@pytest.mark.parametrize(
    ("file", "table"),
    [(".ruff.toml", ""), ("ruff.toml", ""), ("pyproject.toml", "tool.ruff.")],
)
def test_the_projects_settings_count(tmp_path: Path, file: str, table: str) -> None:
    text = f'[{table}format]\nquote-style = "single"\n'
    (tmp_path / file).write_text(text)

    assert tidied(tmp_path, 'x = "a"\n') == "x = 'a'\n"


def test_what_the_project_forbids_is_not_mended_here(tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text(
        dedent("""\
            [lint]
            select = ["ALL"]
            """)
    )

    assert tidied(tmp_path, "def f(): return 1 == None\n") == dedent("""\
        def f():
            return 1 == None
        """)


def test_only_python_is_touched(tmp_path: Path) -> None:
    page = PurePosixPath("docs/x.md")

    assert tidy(tmp_path, {page: "a  \n"}) == {page: "a  \n"}


def test_nothing_is_written_in_the_project(tmp_path: Path) -> None:
    tidied(tmp_path, UNTIDY)

    assert list(tmp_path.iterdir()) == []


def test_python_that_is_broken_is_told_of_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(Failed) as refusal:
        tidied(tmp_path, "def (\n")

    assert refusal.value.what == "`ruff format` cannot tidy what the slice templates gave"
    said, _, advice = refusal.value.hint.partition("\n")
    assert said.startswith("error: Failed to parse src/shop/x.py:1:5: ")
    assert advice == "mend the template, or ruff's settings in the project"


def test_settings_that_are_broken_are_told_of(tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text("line-length = 'wide'\n")

    with pytest.raises(Failed) as refusal:
        tidied(tmp_path, "x = 1\n")

    assert str(tmp_path / "ruff.toml") in refusal.value.hint


def test_paths_in_the_settings_begin_at_the_project(tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text('src = ["lib"]\n')
    (tmp_path / "lib" / "acme").mkdir(parents=True)
    (tmp_path / "lib" / "acme" / "__init__.py").touch()
    text = "import acme\nimport zoo\n\nprint(acme, zoo)\n"

    assert tidied(tmp_path, text) == "import zoo\n\nimport acme\n\nprint(acme, zoo)\n"
