"""A repository that was there before gets a service that works, and stays as it was."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest
import tomlkit
from cli.repository import FILES, repository
from cli.trees import tree
from typing_in import typed
from verdicts import failures

from conftest import program
from cqrs_gen.wanting import joined

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Shell

ADOPT = ("new", "project", ".", "--because", "read-model")
FLAT: dict[str, str | None] = {
    path.removeprefix("src/"): text for path, text in FILES.items() if path.startswith("src/")
}
GONE: dict[str, str | None] = {path: None for path in FILES if path.startswith("src/")}
FORMS: dict[str, dict[str, str | None]] = {
    "src": {},
    "flat": {**GONE, **FLAT, "tests/conftest.py": None, "tests/test_billing.py": None},
    "fixtures of its own": {
        "tests/conftest.py": FILES["tests/conftest.py"].replace("price()", "settings()"),
        "tests/test_billing.py": FILES["tests/test_billing.py"].replace("price", "settings"),
    },
    "hardly any settings": {"pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n'},
}
RUNS = [
    ("src", "by hand"),
    ("src", "edited"),
    ("flat", "edited"),
    ("fixtures of its own", "by hand"),
    ("hardly any settings", "edited"),
]


def added_by_hand(shop: Shell, output: str) -> None:
    """Do what is printed: add the tables to those that are there, and the lines to `.gitignore`."""
    _, _, printed = output.partition("does all of it):\n")
    printed, _, lines = printed.partition("`.gitignore` is as it was, and needs these lines:\n")
    file = shop.folder / "pyproject.toml"
    before = tomllib.loads(file.read_text())
    settings = tomllib.loads(printed.partition("\nnote: ")[0])
    file.write_text(tomlkit.dumps(joined(before, settings)))
    ignores = shop.folder / ".gitignore"
    ignores.write_text(ignores.read_text() + lines.partition("note: ")[0])


@pytest.mark.thorough
@pytest.mark.parametrize(("form", "way"), RUNS)
def test_what_is_adopted_is_clean_and_works(
    form: str, way: str, shell: Shell, mypy_cache: Path
) -> None:
    shop = repository(shell, FORMS[form])
    before = tree(shop.folder)

    said = shop.done(*ADOPT, *(("--edit-pyproject",) if way == "edited" else ()))

    after = tree(shop.folder)
    touched = {path for path in before if before[path] != after[path]}
    assert touched == ({"pyproject.toml"} if way == "edited" else set())
    if way == "by hand":
        added_by_hand(shop, said)
    package = "shop_service" if form == "flat" else "shop"
    for line in ("add command PlaceOrder total:Decimal", "add query ListOrders --on OrderPlaced"):
        assert typed(shop.folder, line).code == 0
    assert failures(shop, mypy_cache) == {}
    strict = shop.python("-m", "mypy", "--strict", "--cache-dir", str(mypy_cache), f"src/{package}")
    assert strict.returncode == 0, strict.stdout
    asked = shop.python(program("service.py"), package, "status")
    assert asked.returncode == 0, asked.stderr
    assert "orders_v1" in asked.stdout
    ours = shop.run("git", "status", "--porcelain", "--untracked-files=all").stdout
    assert "var/" not in ours or way == "edited"
    assert ".lock" not in ours
