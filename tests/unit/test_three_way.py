"""Three sides of a file become one; line ends are no difference, and stay as they are."""

from __future__ import annotations

import pytest

from cqrs_gen import three_way
from cqrs_gen.errors import Failed
from cqrs_gen.three_way import Merged, merge, with_line_ends_of

BASE = "one\ntwo\nthree\nfour\nfive\n"


def test_changes_of_both_sides_are_merged() -> None:
    ours, theirs = BASE.replace("one", "1"), BASE.replace("five", "5")

    assert merge(ours, BASE, theirs) == Merged("1\ntwo\nthree\nfour\n5\n", has_conflicts=False)


def test_lines_that_both_sides_changed_are_marked() -> None:
    merged = merge("ours\n", "base\n", "theirs\n")

    assert merged == Merged(
        "<<<<<<< before updating\nours\n=======\ntheirs\n>>>>>>> after updating\n",
        has_conflicts=True,
    )


def test_line_ends_are_no_difference() -> None:
    ours = BASE.replace("one", "1").replace("\n", "\r\n")

    merged = merge(ours, BASE, BASE.replace("five", "5"))

    assert merged == Merged("1\r\ntwo\r\nthree\r\nfour\r\n5\r\n", has_conflicts=False)


@pytest.mark.parametrize("side", [0, 1, 2])
def test_a_side_that_git_takes_for_no_text_is_not_merged(side: int) -> None:
    sides = ["x\n"] * 3
    sides[side] = "x" * 7999 + "\0\n"

    assert merge(*sides) is None


def test_git_looks_no_further_than_that() -> None:
    text = "x" * 8000 + "\0\n"

    assert merge(text, text, text) == Merged(text, has_conflicts=False)


@pytest.mark.parametrize(
    ("ours", "text", "ended"),
    [
        ("a\nb\n", "a\r\nb", "a\nb"),
        ("a\r\nb\r\n", "a\nx\n", "a\r\nx\r\n"),
        ("a\r\nb\r\nc\n", "a\nx\nc\n", "a\r\nx\r\nc\n"),
        ("a\r\nb\nc\n", "a\nx\nc\n", "a\r\nx\nc\n"),
        ("a\r\nb\n", "a\nx\n", "a\r\nx\n"),  # as many as not: new lines end in LF
        ("", "a\n", "a\n"),
    ],
)
def test_a_line_keeps_its_end_and_a_new_one_has_the_usual(ours: str, text: str, ended: str) -> None:
    assert with_line_ends_of(ours, text) == ended


def test_lines_that_recur_in_a_long_file_keep_their_ends_too() -> None:
    ours = "".join(f"{number}\nx\r\n" for number in range(150))
    new = "".join(f"new {number}\nx\r\n" for number in range(150))

    assert with_line_ends_of(ours, new) == new


@pytest.mark.parametrize("code", [128, 255, -9])
def test_a_git_that_fails_is_no_conflict(code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    class Done:
        returncode, stdout, stderr = code, b"", b"broken\n"

    monkeypatch.setattr(three_way, "run_on_files", lambda *_: Done)

    with pytest.raises(Failed, match=r"^`git merge-file` failed: broken$"):
        merge("a\n", "b\n", "c\n")


def test_as_many_conflicts_as_git_counts_are_conflicts(monkeypatch: pytest.MonkeyPatch) -> None:
    class Done:
        returncode, stdout, stderr = 127, b"", b""

    monkeypatch.setattr(three_way, "run_on_files", lambda *_: Done)

    assert merge("a\n", "b\n", "c\n") == Merged("", has_conflicts=True)
