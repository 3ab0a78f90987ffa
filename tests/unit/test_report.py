"""What a person reads: words that do without colour, and colour where it is wanted."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from cqrs_gen.changes import Blocked, Clash, Create, Delete, Keep, Mark, Overwrite, Skip, Update
from cqrs_gen.errors import Conflict
from cqrs_gen.plan import Plan
from cqrs_gen.report import COLOURS, show_error, show_notes, show_plan, show_warnings

if TYPE_CHECKING:
    import pytest

X = PurePosixPath("x.py")
PLAN = Plan(
    Path(),
    (
        Create(X, ""),
        Keep(X, ""),
        Clash(X, "", ""),
        Overwrite(X, "", ""),
        Update(X, "", ""),
        Mark(X, "", ""),
        Blocked(X, "a folder is there"),
        Skip(X),
        Delete(X, ""),
    ),
)


def test_a_plan_is_a_line_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    show_plan(PLAN)

    assert capsys.readouterr().out == (
        "      create  x.py\n"
        "   identical  x.py\n"
        "    conflict  x.py\n"
        "   overwrite  x.py\n"
        "      update  x.py\n"
        "    conflict  x.py\n"
        "    conflict  x.py (a folder is there)\n"
        "        skip  x.py\n"
        "      delete  x.py\n"
    )


def test_every_word_has_a_colour() -> None:
    assert {change.action for change in PLAN.changes} | {"error", "warning"} == COLOURS.keys()


def test_a_path_that_holds_the_word_itself_is_left_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_plan(Plan(Path(), (Create(PurePosixPath("create/create.py"), ""),)))

    assert capsys.readouterr().out == "      create  create/create.py\n"


def test_notes_are_said_and_warnings_go_beside(capsys: pytest.CaptureFixture[str]) -> None:
    show_notes(["it was so"])
    show_warnings(["it looks odd"])

    captured = capsys.readouterr()
    assert captured.out == "note: it was so\n"
    assert captured.err == "warning: it looks odd\n"


def test_an_error_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    show_error(Conflict("it is so", hint="do this\nor that"))

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "error: it is so\n  do this\n  or that\n"
