"""What a team sets in pyproject.toml, and what it says beside its code."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from checking.planting import command, projection, query, report

from cqrs_gen.checking.settings import Settings, read_settings
from cqrs_gen.errors import CqrsGenError, UsageError

if TYPE_CHECKING:
    from cqrs_gen.project import Project

TABLE = dedent("""\
    from sqlalchemy import Table, insert
    T = Table('t', None)""")


def found(project: Project) -> list[str]:
    return [each.code for each in report(project, read_settings(project.root)).findings]


def setting(project: Project, text: str) -> Settings:
    (project.root / "pyproject.toml").write_text(f"[tool.cqrs-gen.check]\n{text}\n")
    return read_settings(project.root)


def guilty(project: Project) -> None:
    query(project, "insert(T)\nopen('x', 'w')", top=TABLE)
    command(project, "return {}")


def test_without_settings_every_rule_holds(planted: Project) -> None:
    guilty(planted)

    assert found(planted) == ["CQ101", "CQ105", "CQ202"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ('select = ["CQ1"]', ["CQ101", "CQ105"]),
        ('select = ["CQ105", "CQ2"]', ["CQ105", "CQ202"]),
        ('ignore = ["CQ1"]', ["CQ202"]),
        (
            dedent("""\
                select = ["CQ1"]
                ignore = ["CQ101"]"""),
            ["CQ105"],
        ),
        (
            dedent("""\
                select = ["CQ101"]
                ignore = ["CQ1"]"""),
            ["CQ101"],
        ),
        ('select = ["ALL"]', ["CQ101", "CQ105", "CQ202"]),
        ('per-file-ignores = {"src/shop/read/**" = ["CQ1"]}', ["CQ202"]),
        ('per-file-ignores = {"*/get_user.py" = ["CQ105"]}', ["CQ101", "CQ202"]),
    ],
)
def test_rules_are_chosen(text: str, codes: list[str], planted: Project) -> None:
    guilty(planted)
    setting(planted, text)

    assert found(planted) == codes


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ('select = ["CQ110"]', "did you mean `CQ1"),
        ('ignore = ["E501"]', "docs/rules"),
        ('selct = ["CQ1"]', "did you mean `select`"),
        ('select = "CQ1"', "select"),
        ('strict = "yes"', "strict = true"),
        ('per-file-ignores = ["CQ1"]', "[tool.cqrs-gen.check]"),
    ],
)
def test_what_is_set_wrongly_is_refused_with_a_way_out(
    text: str, hint: str, planted: Project
) -> None:
    with pytest.raises(UsageError) as refused:
        setting(planted, text)

    assert hint in refused.value.hint


def test_a_file_that_is_no_toml_is_refused(planted: Project) -> None:
    (planted.root / "pyproject.toml").write_text("[tool")

    with pytest.raises(CqrsGenError, match=r"pyproject\.toml"):
        read_settings(planted.root)


def test_a_remark_silences_its_line(planted: Project) -> None:
    query(planted, "insert(T)  # noqa: CQ101", top=TABLE)

    assert found(planted) == []


def test_a_remark_beside_others_silences_too(planted: Project) -> None:
    query(planted, "insert(T)  # noqa: F821, CQ101  the audit wants it", top=TABLE)

    assert found(planted) == []


def test_a_remark_on_the_way_silences_what_it_leads_to(planted: Project) -> None:
    query(planted, "note()  # noqa: CQ101", top=f"{TABLE}\ndef note():\n    insert(T)")

    assert found(planted) == []


def test_a_bare_remark_silences_nothing(planted: Project) -> None:
    query(planted, "insert(T)  # noqa", top=TABLE)

    assert found(planted) == ["CQ101"]


def test_a_remark_in_a_text_is_none(planted: Project) -> None:
    query(planted, "insert(T), '# noqa: CQ101'", top=TABLE)

    assert found(planted) == ["CQ101"]


def test_a_remark_that_silences_nothing_is_told(planted: Project) -> None:
    query(planted, "pass  # noqa: CQ101")

    assert found(planted) == ["CQ002"]


def test_a_remark_that_names_no_rule_is_told(planted: Project) -> None:
    query(planted, "pass  # noqa: CQ999")

    assert found(planted) == ["CQ002"]


def test_a_remark_about_a_rule_that_is_not_asked_is_no_news(planted: Project) -> None:
    query(planted, "pass  # noqa: CQ101")
    setting(planted, 'ignore = ["CQ101"]')

    assert found(planted) == []


def test_what_cannot_be_told_is_told_only_to_the_pedantic(planted: Project) -> None:
    query(
        planted,
        "self.client.post('x')",
        members=dedent("""\
            def __init__(self, client):
                self.client = client"""),
    )

    assert report(planted).findings == ()
    assert [f.maybe for f in report(planted, Settings(pedantic=True)).findings] == [True]


def test_a_file_that_is_no_python_is_told_with_its_place(planted: Project) -> None:
    (planted.source / "read/handlers/get_user.py").write_text("def x(:\n")

    told = [f for f in report(planted).findings if f.code == "CQ001"]

    assert [(f.path, f.place[0], f.place[1]) for f in told] == [
        ("src/shop/read/handlers/get_user.py", 1, 6)
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe",
        b"x = 1\0",
        b"x" + b"(" * 5000,
        b"1" + b"+1" * 20000,
        b"#coding: nope\n",
        b"-" * 100_000 + b"1",
    ],
)
def test_whatever_a_file_holds_there_is_an_answer(content: bytes, planted: Project) -> None:
    (planted.source / "read/handlers/odd.py").write_bytes(content)

    assert {f.code for f in report(planted).findings} <= {"CQ001"}


def test_what_was_read_once_is_not_read_again_and_a_change_is_seen(planted: Project) -> None:
    assert found(planted) == []
    assert found(planted) == []

    projection(planted, "self.x = 1")

    assert found(planted) == ["CQ301"]
    assert found(planted) == ["CQ301"]

    projection(planted)

    assert found(planted) == []


def test_a_cache_that_is_cut_short_is_no_harm(planted: Project) -> None:
    guilty(planted)
    before = found(planted)
    home = planted.root.parent / "home"
    for file in home.rglob("*"):
        if file.is_file():
            file.write_bytes(file.read_bytes()[:50])

    assert found(planted) == before


def test_nothing_is_kept_in_the_project(planted: Project) -> None:
    before = sorted(planted.root.rglob("*"))

    found(planted)

    assert sorted(planted.root.rglob("*")) == before
