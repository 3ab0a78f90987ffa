"""HTTP is an option of `new`: without it, nothing of it is there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from conftest import SERVICE, program

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Shell

OF_HTTP = (
    "fastapi",
    "uvicorn",
    "httpx",
    "starlette",
    "http_api",
    "cqrs.http",
    "async def authorize",
    "curl",
)
LIBRARIES = ("fastapi", "starlette", "uvicorn")


def mentions(folder: Path) -> set[str]:
    """Name the files of a project that speak of HTTP, its own or a library's."""
    texts = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }
    return {name for name, text in texts.items() if any(word in text for word in OF_HTTP)}


@pytest.mark.parametrize("way", [("--no-http",), ("--data", "http=no")], ids=" ".join)
def test_without_it_nothing_of_it_remains(shell: Shell, way: tuple[str, ...]) -> None:
    shell.done("new", "project", "shop", "--because", "read-model", *way)
    shop = shell.at(shell.folder / "shop")
    imported = shop.python(program("imported.py"), "shop.app", *LIBRARIES)

    assert mentions(shop.folder) == set()
    assert not [each for each in shop.folder.rglob("*") if "http" in each.name]
    assert json.loads(imported.stdout) == [], imported.stderr
    assert "serve" not in shop.python(*SERVICE, "--help").stdout


def test_with_it_every_module_of_it_is_left_out_by_the_other_choice(
    shell: Shell, shop: Shell
) -> None:
    shell.done("new", "project", "other/shop", "--because", "read-model", "--no-http")
    other = shell.folder / "other/shop"
    gone = {
        path.relative_to(shop.folder).as_posix()
        for path in shop.folder.rglob("*.py")
        if not (other / path.relative_to(shop.folder)).exists()
    }

    assert mentions(shop.folder) <= gone | {"pyproject.toml", "README.md", "src/shop/app.py"}
    assert "tests/test_http.py" in gone


def test_it_is_on_unless_told_otherwise(shell: Shell) -> None:
    shell.done("new", "project", "one", "--because", "read-model", "--bare")
    shell.done("new", "project", "two", "--because", "read-model", "--bare", "--http")

    assert (shell.folder / "one/src/one/cqrs/http.py").exists()
    assert (shell.folder / "two/src/two/cqrs/http.py").exists()


def test_the_option_and_another_answer_do_not_go_together(shell: Shell) -> None:
    ended = shell.cqrs_gen("new", "project", "shop", "--no-http", "--data", "http=yes")

    assert ended.returncode == 2
    assert "`http` is answered twice" in ended.stderr
