"""One report, for people and for programs."""

from __future__ import annotations

import json
from textwrap import dedent
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from checking.planting import command, query, report

from cqrs_gen.checking.formats.as_json import as_json
from cqrs_gen.checking.formats.github import as_github
from cqrs_gen.checking.formats.junit import as_junit
from cqrs_gen.checking.formats.lines import Lines
from cqrs_gen.checking.formats.sarif import as_sarif
from cqrs_gen.checking.formats.text import as_text

if TYPE_CHECKING:
    from cqrs_gen.checking.running import Report
    from cqrs_gen.project import Project

HANDLER = "src/shop/read/handlers/get_user.py"


@pytest.fixture
def guilty(planted: Project) -> Report:
    """Check a shop in which a query removes a file, by way of a helper behind odd letters."""
    query(
        planted,
        "é = 'ü'; note()",
        top=dedent("""\
            import os
            def note():
                os.remove('<&>')"""),
    )
    return report(planted)


def test_people_see_the_line_the_mark_the_way_and_what_to_do(
    guilty: Report, planted: Project
) -> None:
    text = as_text(guilty, Lines(planted.root), lambda text, _: text)

    assert text.splitlines() == [
        f"{HANDLER}:9:5 CQ105 the query handler `GetUserHandler` writes files: `os.remove`",
        "    os.remove('<&>')",
        "    ^^^^^^^^^^^^^^^^",
        f"  by way of {HANDLER}:18:18, which leads to `note`",
        "  what to do: give the answer back, and let the caller write it",
        "",
        f"{guilty.files} files, 1 error",
    ]


def test_a_clean_report_says_so(planted: Project) -> None:
    clean = report(planted)

    text = as_text(clean, Lines(planted.root), lambda text, _: text)

    assert text == f"{clean.files} files, nothing found"


def test_programs_read_all_that_people_do(guilty: Report, planted: Project) -> None:
    told = json.loads(as_json(guilty, Lines(planted.root)))

    [finding] = told["findings"]
    assert {**finding, "chain": len(finding["chain"])} == {
        "code": "CQ105",
        "level": "error",
        "maybe": False,
        "path": HANDLER,
        "line": 9,
        "column": 5,
        "end_line": 9,
        "end_column": 21,
        "sentence": "the query handler `GetUserHandler` writes files: `os.remove`",
        "advice": "give the answer back, and let the caller write it",
        "fixable": False,
        "chain": 1,
    }
    assert finding["chain"][0] == {"path": HANDLER, "line": 18, "column": 18, "calls": "note"}


def test_sarif_names_the_rule_the_place_and_the_way(guilty: Report, planted: Project) -> None:
    told = json.loads(as_sarif(guilty, Lines(planted.root)))

    [run] = told["runs"]
    [result] = run["results"]
    known = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    place = result["locations"][0]["physicalLocation"]
    assert told["version"] == "2.1.0"
    assert result["ruleId"] in known
    assert place["artifactLocation"]["uri"] == HANDLER
    assert place["region"] == {"startLine": 9, "startColumn": 5, "endLine": 9, "endColumn": 21}
    assert len(result["codeFlows"][0]["threadFlows"][0]["locations"]) == 2


def test_github_reads_a_line_for_each(guilty: Report, planted: Project) -> None:
    told = as_github(guilty, Lines(planted.root))

    assert told.startswith(f"::error file={HANDLER},line=9,col=5,endLine=9,title=cqrs-gen check")
    assert told.count("\n") == 0
    assert "%0A" in told


def test_junit_has_a_test_for_each_rule(guilty: Report, planted: Project) -> None:
    suite = ET.fromstring(as_junit(guilty, Lines(planted.root)))  # noqa: S314  our own

    failed = [case.get("name", "") for case in suite if case.find("failure") is not None]
    assert suite.get("failures") == "1"
    assert len(suite) == int(suite.get("tests", ""))
    assert [name[:5] for name in failed] == ["CQ105"]


def test_two_queries_that_come_to_one_place_are_one_finding(planted: Project) -> None:
    command(planted)
    helper = dedent("""\
        import os
        def note():
            os.remove('x')
        """)
    (planted.source / "support.py").write_text(helper)
    query(
        planted,
        "note()\nself.other()",
        top="from shop.support import note",
        members=dedent("""\
            def other(self):
                note()"""),
    )

    assert len(report(planted).findings) == 1
