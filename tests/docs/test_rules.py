"""Every rule has a page, and what the page shows as wrong or right is found or left alone."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from checking.planting import codes, report, shop, write
from docs.pages import blocks, quoted, read, rows, section

from cqrs_gen.checking.rules.table import BY_CODE, NOT_PYTHON, UNUSED

if TYPE_CHECKING:
    from pathlib import Path

    from cqrs_gen.project import Project

NOBODY = ("-c", "user.name=x", "-c", "user.email=x@localhost", "-c", "commit.gpgSign=false")


@pytest.fixture
def clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Give the page a clean shop."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return shop(tmp_path / "shop")


def files(page: str, heading: str) -> dict[str, str]:
    """Give the files that a section shows, each named in its first line."""
    found = [each.text for each in blocks(section(page, heading)) if each.language == "python"]
    return {text.partition("\n")[0].removeprefix("# "): text for text in found}


def tagged(project: Project, earlier: dict[str, str]) -> None:
    """Let something have been released."""
    for path, text in earlier.items():
        write(project, path, text)
    for arguments in (
        ("init", "-q"),
        ("add", "-A"),
        (*NOBODY, "commit", "-qm", "x"),
        ("tag", "v1"),
    ):
        subprocess.run(("git", *arguments), cwd=project.root, check=True)


@pytest.mark.parametrize("code", BY_CODE)
def test_what_is_wrong_is_found(code: str, clean: Project) -> None:
    page = read(f"rules/{code}.md")
    if "## Before" in page:
        tagged(clean, files(page, "## Before"))

    assert code in codes(clean, files(page, "## Wrong"))


@pytest.mark.parametrize("code", BY_CODE)
def test_what_is_right_is_left_alone(code: str, clean: Project) -> None:
    page = read(f"rules/{code}.md")
    if "## Before" in page:
        tagged(clean, files(page, "## Before"))

    found = codes(clean, files(page, "## Right"))

    assert code not in found
    assert [f.sentence for f in report(clean).findings if f.level == "error"] == []


@pytest.mark.parametrize("code", [NOT_PYTHON, UNUSED, *BY_CODE])
def test_a_page_is_headed_by_its_code_and_sentence(code: str) -> None:
    heading = read(f"rules/{code}.md").partition("\n")[0]

    assert heading.startswith(f"# {code}: ")
    if code in BY_CODE:
        assert heading.removeprefix(f"# {code}: ").lower() == BY_CODE[code].sentence.lower()


def test_the_index_has_every_rule_with_its_sentence_and_level() -> None:
    told = {row[0]: (row[1], row[2]) for row in rows(read("rules/README.md"))}

    listed = {re.sub(r"\[(\w+)\].*", r"\1", cell): each for cell, each in told.items()}

    assert {code: listed[code] for code in BY_CODE} == {
        rule.code: (rule.sentence, "*warning*" if rule.level == "warning" else "")
        for rule in BY_CODE.values()
    }
    assert listed.keys() - BY_CODE.keys() == {NOT_PYTHON, UNUSED}
    assert quoted(read("rules/README.md"))
