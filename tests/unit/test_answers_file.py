"""The answers file of an update: new answers come in, and what its owners wrote stays."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cqrs_gen.updating.answers_file import merge_answers

BASE = """\
# What was answered.
_commit: v1
_src_path: ~/x
ci: github
gone: true
reasons:
- events
"""
NEW = """\
# What was answered; update it by a command.
_commit: v2
_src_path: ~/x
ci: github
http: true
reasons:
- events
- read-model
"""
ANSWERS = yaml.safe_load(NEW)


def test_an_untouched_file_becomes_the_new_one() -> None:
    assert merge_answers(BASE, BASE, NEW) == NEW


@pytest.mark.parametrize("line", ["# ours", "owner: Ann", "owner:\n- Ann # and Bob\n- Cid", ""])
def test_a_line_of_the_owners_stays_wherever_it_stands(line: str) -> None:
    for place in range(BASE.count("\n")):
        rows = BASE.splitlines()
        if rows[place].startswith("- "):
            continue
        rows.insert(place, line)

        merged = merge_answers("\n".join(rows) + "\n", BASE, NEW)

        assert f"{line}\n" in merged
        assert {**(yaml.safe_load(line) or {}), **ANSWERS} == yaml.safe_load(merged)


@pytest.mark.parametrize(
    ("row", "edited", "then"),
    [
        ("_commit: v1", "_commit: v1 # as Ann decided", "_commit: v2 # as Ann decided"),
        ("ci: github", "ci: 'github'  # ours", "ci: 'github'  # ours"),
        ("ci: github", "'ci': github", "'ci': github"),
        ("- events", "- events # why", "- read-model # why"),
    ],
)
def test_a_comment_behind_an_answer_and_its_quotes_stay(row: str, edited: str, then: str) -> None:
    merged = merge_answers(BASE.replace(row, edited), BASE, NEW)

    assert f"{then}\n" in merged
    assert yaml.safe_load(merged) == ANSWERS


def test_line_ends_and_a_missing_last_one_do_no_harm() -> None:
    ours = BASE.replace("v1", "v1 # ours").replace("\n", "\r\n")

    merged = merge_answers(ours, BASE, NEW)

    assert yaml.safe_load(merged) == ANSWERS
    assert merged.count("\n") == merged.count("\r\n")
    assert yaml.safe_load(merge_answers(BASE.rstrip(), BASE, NEW)) == ANSWERS


@pytest.mark.parametrize(
    "ours", ["{_commit: v1, ci: github}", "- a\n", "", "ci: [\n", "? [a]\n: b\n"]
)
def test_what_is_no_file_of_answers_is_written_anew(ours: str) -> None:
    assert merge_answers(ours, BASE, NEW) == NEW


@settings(deadline=None)
@given(
    order=st.permutations(BASE.replace("\n- ", "\0- ").splitlines()),
    own=st.dictionaries(
        st.from_regex(r"o[a-z]{1,5}", fullmatch=True), st.text(max_size=20), max_size=3
    ),
)
def test_any_order_and_any_entries_of_the_owners_come_through(
    order: list[str], own: dict[str, str]
) -> None:
    rows = [row.replace("\0", "\n") for row in order]
    ours = "\n".join(rows) + "\n" + (yaml.safe_dump(own) if own else "")

    merged = merge_answers(ours, BASE, NEW)

    assert yaml.safe_load(merged) == {**own, **ANSWERS}
