"""CQ101 to CQ106 and CQ108: what a query comes to, in the shapes in which people write it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from checking.planting import codes, query, table

if TYPE_CHECKING:
    from cqrs_gen.project import Project


GUILTY = table("queries_that_do_more")

INNOCENT = table("queries_that_look")


@pytest.mark.parametrize("name", GUILTY)
def test_a_query_that_does_more_than_look_is_found(name: str, planted: Project) -> None:
    case = GUILTY[name]
    query(planted, case.body, top=case.top, members=case.members)

    assert case.code in codes(planted)


@pytest.mark.parametrize("name", INNOCENT)
def test_a_query_that_only_looks_is_left_alone(name: str, planted: Project) -> None:
    case = INNOCENT[name]
    query(planted, case.body, top=case.top, members=case.members)

    assert codes(planted) == set()
