"""What others wrote is shown so that it steers neither a terminal nor a CI log."""

from __future__ import annotations

import json

import pytest

from cqrs_gen.shown import as_json, visible


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain, with a tab\t", "plain, with a tab\t"),
        ("größer 日本 ∀", "größer 日本 ∀"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("over\rwritten", "over\\rwritten"),
        ("one\ntwo", "one\\ntwo"),
        ("\x9b31m", "\\x9b31m"),
        ("\u202eback", "\\u202eback"),
        ("no\u200bthing", "no\\u200bthing"),
        ("\ufffe", "\\ufffe"),
        ("\U000e0041", "\\U000e0041"),
        ("\udcff", "\\xff"),
        ("::error file=x::boo", "\\x3a:error file=x::boo"),
        ("  ::stop-commands::x", "  \\x3a:stop-commands::x"),
        ("a[::2]", "a[::2]"),
        ("::2]", "::2]"),
        ("see ##[error]x", "see #\\x23[error]x"),
        ("##vso[task.setvariable]x", "#\\x23vso[task.setvariable]x"),
        ("## [a heading]", "## [a heading]"),
    ],
)
def test_what_steers_is_escaped_and_the_rest_stays(text: str, expected: str) -> None:
    assert visible(text) == expected


def test_a_text_of_several_lines_keeps_them_and_obeys_in_none() -> None:
    assert visible("one\n ::error::two\r\n", lines=True) == "one\n \\x3a:error::two\\r\n"


def test_json_is_ascii_without_control_characters_and_loses_nothing() -> None:
    value = {"a": "\x00\x1b\x7f\x9b\u202e\udcff"}

    written = as_json(value)

    assert json.loads(written) == value
    assert all(" " <= letter <= "~" or letter == "\n" for letter in written)
