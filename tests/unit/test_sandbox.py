"""Templates of a project calculate, but nothing that would take for ever."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import TemplateNotFound, UndefinedError

from cqrs_gen.sandbox import LARGEST, Sandbox


def rendered(template: str) -> str:
    return Sandbox(Path(), Path()).from_string(template).render()


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ 2.349 | round(2) }} {{ 2.5 | round(1000) }} {{ 2.5 | round(-1000) }}", "2.35 2.5 0.0"),
        ("{{ 2.6 | round }} {{ 2.31 | round(1, 'ceil') }}\n", "3.0 2.4\n"),
        ("{{ ('ab' * 500000) | length }} {{ (500000 * 'ab') | length }}", "1000000 1000000"),
        ("{{ (2 ** 500000) % 10 }} {{ 7 // 2 }} {{ '%09d' % 42000000 }}", "6 3 042000000"),
        ("{{ ('%s' * 3) % ('a', 'b', 'c') }}", "abc"),
        ("{{ '<' }}\n  {% if true %}\n  x\n  {% endif %}\n", "<\n  x\n"),
    ],
)
def test_what_ends_soon_is_calculated(template: str, text: str) -> None:
    assert rendered(template) == text


@pytest.mark.parametrize(
    "calculation",
    [
        "2.5 | round(1001)",
        "2.5 | round(-1001)",
        "'ab' * 500001",
        "500001 * 'ab'",
        "2 ** 500001",
        "2 ** -500001",
        "(2 ** 499999) * (2 ** 500000)",
    ],
)
def test_what_could_take_for_ever_is_refused(calculation: str) -> None:
    with pytest.raises(OverflowError, match="would make too much"):
        rendered(f"{{{{ {calculation} }}}}")


def test_what_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UndefinedError):
        rendered("{{ missing }}")
    with pytest.raises(TemplateNotFound):
        Sandbox(tmp_path, tmp_path).get_template("missing.j2")


def test_a_template_may_be_as_large_as_that(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path, tmp_path)
    assert sandbox.loader is not None
    (tmp_path / "large.j2").write_text("x" * LARGEST, encoding="utf-8")
    (tmp_path / "larger.j2").write_text("x" * (LARGEST + 1), encoding="utf-8")

    assert len(sandbox.loader.get_source(sandbox, "large.j2")[0]) == LARGEST
    with pytest.raises(OSError, match="large"):
        sandbox.loader.get_source(sandbox, "larger.j2")
