"""TOML that is added to, by hand or by the code: nothing that is there is changed."""

from __future__ import annotations

import tomllib

import pytest

from cqrs_gen.errors import Failed
from cqrs_gen.toml_text import added_to, written
from cqrs_gen.wanting import Differing, joined, wanting

LIST = 'list = ["one"]'
THERE = """\
# Ours.
[project]
name = "shop" # the name
dependencies = [
    "a>=1", # why
    "b" # last
]

[tool.x.deep]
key = 1
[tool.y]
list = ["one"]

[[tool.y.parts]]
name = "first"
"""
WANTED: dict[str, object] = {
    "project": {"dependencies": ["b", "c"], "scripts": {"shop": "shop.app:main"}},
    "tool": {
        "x": {"top": True, "deep": {"key": 2}},
        "y": {"list": ["two"], "parts": [{"name": "first"}, {"name": "second", "of": ["z"]}]},
        "z": {"new": ["a" * 50, "b" * 50]},
    },
}


def test_only_what_is_not_there_is_wanting() -> None:
    found = wanting(tomllib.loads(THERE), WANTED)

    assert found.additions == {
        "project": {"dependencies": ["c"], "scripts": {"shop": "shop.app:main"}},
        "tool": {
            "x": {"top": True},
            "y": {"list": ["two"], "parts": [{"name": "second", "of": ["z"]}]},
            "z": {"new": ["a" * 50, "b" * 50]},
        },
    }
    assert found.differing == (Differing(("tool", "x", "deep", "key"), 1, 2),)


def test_where_all_is_there_nothing_is_wanting() -> None:
    assert wanting({"a": {"b": [1]}}, {"a": {"b": [1]}}).additions == {}


def test_false_is_an_answer_too() -> None:
    assert wanting({}, {"a": {"b": False}}).additions == {"a": {"b": False}}
    [differing] = wanting({"a": False}, {"a": True}).differing
    assert differing.there is False


def test_every_line_that_is_there_stays_and_what_is_added_is_joined() -> None:
    additions = wanting(tomllib.loads(THERE), WANTED).additions

    added = added_to(THERE, additions)

    assert tomllib.loads(added) == joined(tomllib.loads(THERE), additions)
    there = [line for line in THERE.splitlines() if line and line not in {'    "b" # last', LIST}]
    after = iter(added.splitlines())
    assert all(line in after for line in there)  # each behind the one before


def test_what_is_written_reads_as_what_was_wanted() -> None:
    assert tomllib.loads(written(WANTED)) == WANTED


@pytest.mark.parametrize(("length", "lines"), [(76, 1), (77, 3)])
def test_a_list_that_is_too_long_has_a_line_an_item(length: int, lines: int) -> None:
    assert len(written({"tool": {"x": {"a": ["b" * length]}}}).splitlines()) == lines + 1


@pytest.mark.parametrize(
    ("added", "expected"),
    [
        ({"b": {"key": 2}}, "[tool.b]\nkey = 2\n"),
        ({"b": {"c": {"key": 2}}}, "[tool.b.c]\nkey = 2\n"),
        ({"b": {"c": {"k": 1}, "d": {"k": 2}}}, "[tool.b.c]\nk = 1\n\n[tool.b.d]\nk = 2\n"),
        (
            {"b": {"k": 1, "d": [{"k": 1}, {"k": 2}]}},
            "[tool.b]\nk = 1\n\n[[tool.b.d]]\nk = 1\n\n[[tool.b.d]]\nk = 2\n",
        ),
    ],
)
def test_a_line_stays_free_below_a_table_that_is_added(
    added: dict[str, object], expected: str
) -> None:
    before, after = "[tool.a]\nkey = 1\n", "[last]\nkey = 1\n"

    text = added_to(f"{before}\n{after}", {"tool": added})

    assert text == f"{before}\n{expected}\n{after}"


def test_a_document_keeps_its_line_ends() -> None:
    assert added_to("[a]\r\nkey = 1\r\n", {"a": {"b": 2}}) == "[a]\r\nkey = 1\r\nb = 2\r\n"


def test_adding_nothing_changes_nothing() -> None:
    assert added_to(THERE, {}) == THERE


def test_what_cannot_be_added_to_is_told_of() -> None:
    with pytest.raises(Failed, match="cannot be added to"):
        added_to('tool = "odd"\n', {"tool": {"x": {"a": 1}}})
