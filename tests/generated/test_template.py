"""The template, as Copier alone sees it: it asks for no trust, copies, and updates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from copier import run_copy

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_copier.plugin import CopierFixture


@pytest.fixture(scope="session")
def copier_template_paths() -> list[str]:
    """Tell pytest-copier what of this repository is the template."""
    return ["copier.yml", "template"]


@pytest.fixture
def copier_defaults() -> dict[str, str]:
    """Answer what the tests do not."""
    return {"project_name": "shop"}


def test_it_renders_without_trust(template: Path, tmp_path: Path) -> None:
    run_copy(str(template), tmp_path / "shop", defaults=True, unsafe=False, quiet=True)

    assert (tmp_path / "shop/src/my_service/app.py").is_file()


def test_it_has_nothing_that_needs_trust_and_a_default_for_all(copier: CopierFixture) -> None:
    template = copier.worker().template

    assert (list(template.tasks), list(template.jinja_extensions)) == ([], [])
    questions = template.questions_data
    assert [name for name, asked in questions.items() if "default" not in asked] == []


def test_it_copies_what_was_answered(copier: CopierFixture, tmp_path: Path) -> None:
    project = copier.copy(tmp_path / "x", description="Sells things", ci="none")

    assert project.answers == {
        "project_name": "shop",
        "package_name": "shop",
        "description": "Sells things",
        "python_version": "3.11",
        "http": True,
        "ci": "none",
        "reasons": [],
    }
    assert not (project.path / ".github").exists()


def test_an_answer_that_cannot_be_is_refused(copier: CopierFixture, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="package_name"):
        copier.copy(tmp_path / "x", package_name="1 shop")


def test_an_update_leaves_alone_what_is_the_users(copier: CopierFixture, tmp_path: Path) -> None:
    project = copier.copy(tmp_path / "x")
    mine = {
        name: project.path / name
        for name in ("src/shop/app.py", "tests/conftest.py", "README.md", "src/shop/cqrs/bus.py")
    }
    for path in mine.values():
        path.write_text(path.read_text() + "\n# mine\n")
    for command in ("git init -q", "git add --all", "git commit -q -m mine"):
        project.run(command)

    project.update()

    assert all(path.read_text().endswith("\n# mine\n") for path in mine.values())
    assert project.run("git status --porcelain") == ""
