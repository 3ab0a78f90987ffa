"""What a project and its package can be called, and described as: for Copier alone the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import yaml
from jinja2.sandbox import SandboxedEnvironment

from conftest import ROOT
from cqrs_gen.errors import InvalidName
from cqrs_gen.packages import parse_package
from cqrs_gen.plain_text import is_description, is_project_name
from cqrs_gen.reserved import BUILTINS, KEYWORDS, PACKAGES, PROJECTS, WINDOWS

if TYPE_CHECKING:
    from collections.abc import Callable

QUESTIONS = yaml.safe_load((ROOT / "copier.yml").read_text())
EVERY_CHARACTER = [*map(chr, range(0x10000)), "\U0001f355", "\U000e0041", "\U0010fffd"]
NAMES = ["shop", "a" * 41, "a__b", "a_", "_a", "1a", "A", "a-b", "a b", "", "shop\n", "é", "cafe2"]


@pytest.fixture(scope="module")
def refusal() -> Callable[[str, str], str]:
    """Give what `copier.yml` says against an answer; nothing, if it takes it."""
    environment = SandboxedEnvironment(
        extensions=["jinja2_ansible_filters.AnsibleCoreFiltersExtension"]
    )
    taken = {name: QUESTIONS[name]["default"] for name in ("taken_projects", "taken_packages")}
    conf = {"overwrite": False}
    validators = {
        name: environment.from_string(question["validator"])
        for name, question in QUESTIONS.items()
        if isinstance(question, dict) and "validator" in question
    }

    def refuse(question: str, answer: str) -> str:
        context = {**taken, "_copier_conf": conf, question: answer}
        return validators[question].render(context).strip()

    return refuse


def test_copier_takes_a_description_of_the_same_characters(
    refusal: Callable[[str, str], str],
) -> None:
    texts = [f"a{character}b" for character in EVERY_CHARACTER]

    assert [ascii(t) for t in texts if is_description(t) == bool(refusal("description", t))] == []


def test_copier_takes_the_same_names_of_projects(refusal: Callable[[str, str], str]) -> None:
    texts = [*NAMES, *PROJECTS, "A.b-c d", "Py Test", "a" * 60, "a" * 61, "a\x1b", "-a", "a "]

    assert [
        text for text in texts if is_project_name(text) == bool(refusal("project_name", text))
    ] == []


def test_copier_takes_the_same_names_of_packages(refusal: Callable[[str, str], str]) -> None:
    texts = [*NAMES, *KEYWORDS, *PACKAGES, *BUILTINS, *WINDOWS]

    assert [text for text in texts if is_package(text) == bool(refusal("package_name", text))] == []


def test_no_project_is_called_what_it_needs() -> None:
    text = (ROOT / "template/pyproject.toml.jinja").read_text()
    needed = re.findall(r'^ +"([a-z-]+)>=', text, flags=re.MULTILINE)

    assert {"sqlalchemy", "pytest", "uvicorn"} <= {*needed} <= PROJECTS


def is_package(text: str) -> bool:
    try:
        parse_package(text)
    except InvalidName:
        return False
    return True
