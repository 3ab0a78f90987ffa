"""The project is found from any folder inside it, by what cqrs-gen left there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from unit.shops import shop

from cqrs_gen.commands.ordering import is_below_repository
from cqrs_gen.errors import Failed, NotAProject
from cqrs_gen.project import find_project

if TYPE_CHECKING:
    from pathlib import Path


def test_a_project_is_found_from_any_folder_inside_it(tmp_path: Path) -> None:
    project = shop(tmp_path)

    assert find_project(tmp_path) == project
    assert find_project(tmp_path / "src/shop/events") == project
    assert project.source == tmp_path / "src/shop"


def test_the_innermost_project_counts(tmp_path: Path) -> None:
    shop(tmp_path)
    (tmp_path / "inner").mkdir()
    inner = shop(tmp_path / "inner")

    assert find_project(tmp_path / "inner/src") == inner


def test_without_a_folder_the_search_begins_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = shop(tmp_path)
    monkeypatch.chdir(tmp_path / "src")

    assert find_project() == project


@pytest.mark.parametrize("missing", [".cqrs-gen", ".copier-answers.yml"])
def test_elsewhere_it_is_said_what_to_type(tmp_path: Path, missing: str) -> None:
    shop(tmp_path)
    (tmp_path / missing).rename(tmp_path / "gone")

    with pytest.raises(NotAProject) as refusal:
        find_project(tmp_path)

    assert refusal.value.what == f"`{tmp_path}` is not inside a project that cqrs-gen made"
    assert refusal.value.hint == "`cd` into one, or make one: `cqrs-gen new project shop`"


@pytest.mark.parametrize(
    "line", ["package_name: shop", "package_name: 'shop'", 'package_name: "shop" ']
)
def test_the_package_is_read_however_yaml_quotes_it(tmp_path: Path, line: str) -> None:
    shop(tmp_path)
    (tmp_path / ".copier-answers.yml").write_text(f"# answers\n_commit: v1\n{line}\nci: none\n")

    assert find_project(tmp_path).package == "shop"


@pytest.mark.parametrize(
    "text", ["", "package_name:\n", "package_name: ../etc\n", "my_package_name: x\n"]
)
def test_answers_that_do_not_name_the_package_are_told_of(tmp_path: Path, text: str) -> None:
    shop(tmp_path)
    (tmp_path / ".copier-answers.yml").write_text(text)

    with pytest.raises(Failed) as refusal:
        find_project(tmp_path)

    assert refusal.value.hint == "put its line back: `package_name: shop`"


def test_a_folder_is_below_a_repository_unless_it_is_the_top_of_one(tmp_path: Path) -> None:
    inner = tmp_path / "services" / "shop"
    for top in (tmp_path, inner):
        (top / ".git").mkdir(parents=True)

    assert is_below_repository(inner / "new")
    assert is_below_repository(tmp_path / "services")
    assert not is_below_repository(inner)
