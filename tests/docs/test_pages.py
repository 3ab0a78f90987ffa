"""The pages hang together: links lead somewhere, and what they name exists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from docs.pages import DOCS, ROOT, blocks, headings, links, quoted, read, rows, section

if TYPE_CHECKING:
    from conftest import Shell

WHOLE = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
PAGES = {str(page.relative_to(ROOT)): page for page in [*WHOLE, *sorted(DOCS.rglob("*.md"))]}
DECISIONS = sorted(page.name for page in (DOCS / "adr").glob("[0-9]*.md"))
GENERATOR = ROOT / "generator" / "cqrs_gen"
INSTALLING = re.compile(r"(mkdir|cd|python3 -m venv|\. \.venv/bin/activate|pip install)\b.*")


def anchors(page: str) -> set[str]:
    """Name the headings of a page as links name them."""
    titles = (title for level in range(1, 5) for title in headings(page, level))
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_a_page_and_to_a_heading_on_it(page: str) -> None:
    for link in links(PAGES[page].read_text(encoding="utf-8")):
        if not link.startswith("https://"):
            path, _, anchor = link.partition("#")
            target = (PAGES[page].parent / path).resolve() if path else PAGES[page]
            assert target.exists(), link
            assert not anchor or anchor in anchors(target.read_text(encoding="utf-8")), link


def test_every_page_can_be_reached_from_the_index() -> None:
    reached, left = set(), [DOCS / "index.md"]
    while left:
        page = left.pop()
        if page not in reached and page.suffix == ".md":
            reached.add(page)
            found = (link.partition("#")[0] for link in links(page.read_text(encoding="utf-8")))
            left += [(page.parent / path).resolve() for path in found if path and ":" not in path]

    assert set(DOCS.rglob("*.md")) <= reached


@pytest.mark.parametrize("page", PAGES)
def test_what_is_not_run_is_only_the_installation(page: str) -> None:
    found = blocks(PAGES[page].read_text(encoding="utf-8"))
    lines = [line for each in found if each.language == "sh" for line in each.text.splitlines()]

    assert all(INSTALLING.fullmatch(line) for line in lines)


@pytest.mark.parametrize("decision", DECISIONS)
def test_a_decision_has_a_context_and_consequences_and_is_in_the_index(decision: str) -> None:
    page = read(f"adr/{decision}")
    number, title = re.match(r"# (\d+)\. (.+)", page).groups()  # type: ignore[union-attr]

    assert headings(page, 2) == ["Context", "Decision", "Consequences"]
    assert [number, f"[{title}]({decision})"] in rows(read("adr/README.md"))
    assert int(number) == int(decision[:4])


def test_the_numbers_of_the_decisions_have_no_gap() -> None:
    assert [int(name[:4]) for name in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def test_contributing_lists_every_module_of_the_generator_and_no_other() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    listed = [quoted(row[0])[0] for row in rows(section(page, "### The generator"))]
    modules = {
        path.relative_to(GENERATOR).as_posix()
        for path in GENERATOR.rglob("*.py")
        if path.name != "__init__.py"
    }

    assert sorted(listed) == sorted(modules)


def test_the_constraints_name_tests_and_modules_that_a_project_has(shop: Shell) -> None:
    page = read("constraints.md")
    tests = "\n".join(path.read_text() for path in (shop.folder / "tests").rglob("*.py"))
    named = {name for row in rows(page) for cell in row for name in quoted(cell)}

    for name in named:
        if name.startswith("test_"):
            assert f"def {name}(" in tests
        elif name.startswith("cqrs/"):
            assert (shop.folder / "src" / "shop" / name).is_file()
