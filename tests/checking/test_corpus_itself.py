"""The corpus is what it says: enough of each family, each case with a name and files of its own."""

from __future__ import annotations

import ast
from collections import Counter
from textwrap import dedent

import pytest
from cases import FAMILIES, Case, read_cases
from ground import CORPUS
from merging import merged

CASES = read_cases(CORPUS)
FEWEST = 8
"""How many of a family there must be, either way."""


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("is_innocent", [False, True])
def test_each_family_has_enough_of_both(family: str, *, is_innocent: bool) -> None:
    some = [c for c in CASES if c.family == family and c.is_innocent == is_innocent]

    assert len(some) >= FEWEST


def test_no_two_cases_have_one_name() -> None:
    assert [name for name, count in Counter(case.id for case in CASES).items() if count > 1] == []


def test_no_heading_is_overlooked() -> None:
    headings = [
        line
        for page in CORPUS.glob("cq*.md")
        for line in page.read_text("utf-8").splitlines()
        if line.startswith("## ")
    ]

    assert len(headings) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_case_does_something_that_can_be_parsed(case: Case) -> None:
    assert case.planting.blocks or case.planting.commands
    for block in case.planting.blocks:
        ast.parse(block.text)


def test_a_piece_takes_the_place_of_what_has_its_name() -> None:
    module = dedent("""\
        import os

        A = 1


        def f():
            return os


        B = 2
        """)
    piece = dedent("""\
        import re

        C = 3


        def f():
            return re, C
        """)

    assert merged(module, piece) == dedent("""\
        import os
        import re

        A = 1


        C = 3

        def f():
            return re, C


        B = 2
        """)


def test_a_piece_that_replaces_nothing_stands_at_the_end() -> None:
    assert merged("A = 1\n", "B = 2\n") == dedent("""\
        A = 1
        B = 2
        """)


def test_what_is_decorated_is_replaced_with_its_decorators() -> None:
    module = dedent("""\
        @one
        @two
        class C:
            x = 1
        """)

    assert merged(
        module,
        dedent("""\
            @three
            class C:
                x = 2
            """),
    ) == dedent("""\
        @three
        class C:
            x = 2
        """)
