"""The list of guards is in step: with the framework, with the tests, and with the documentation."""

from __future__ import annotations

import re

import pytest
from docs.pages import quoted, read, rows
from guards import CQRS, Guard, guards

from conftest import ROOT

GUARDS = guards()


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_a_guard_is_where_the_list_says_and_its_test_is_there(guard: Guard) -> None:
    source = (ROOT / CQRS / guard.file).read_text(encoding="utf-8")
    file, _, test = guard.test.partition("::")
    tests = (ROOT / file).read_text(encoding="utf-8")

    assert source.count(guard.old) == 1
    assert guard.new != guard.old
    assert re.search(rf"^(async )?def {test}\(", tests, re.MULTILINE)


def test_the_documentation_shows_all_of_them() -> None:
    shown = {(name, *quoted(where), *quoted(test)) for name, where, test in rows(read("guards.md"))}

    assert shown == {(each.name, each.file, each.test.partition("::")[2]) for each in GUARDS}
