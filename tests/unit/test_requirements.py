"""Which requirements a project lacks, and which it has in an older form."""

from __future__ import annotations

import pytest

from cqrs_gen.requirements import Lacking, admits_older_python, lacking, oldest_python

PYTHONS = ("3.11", "3.12", "3.13")


@pytest.mark.parametrize(
    ("there", "found"),
    [
        ("sqlalchemy>=2.1", Lacking([], [])),
        ("SQLAlchemy[asyncio]==2.1.4", Lacking([], [])),
        ("sqlalchemy~=2.2", Lacking([], [])),
        ("sqlalchemy==2.1.*", Lacking([], [])),
        ("sqlalchemy>=2.0", Lacking([], [("sqlalchemy>=2.0", "sqlalchemy>=2.1")])),
        ("sqlalchemy", Lacking([], [("sqlalchemy", "sqlalchemy>=2.1")])),
        ("sqlalchemy<3", Lacking([], [("sqlalchemy<3", "sqlalchemy>=2.1")])),
        ("sqlalchemy-utils", Lacking(["sqlalchemy>=2.1"], [])),
        ("not a requirement!", Lacking(["sqlalchemy>=2.1"], [])),
    ],
)
def test_one_that_is_there_is_not_added(there: str, found: Lacking) -> None:
    assert lacking([there, {"include-group": "x"}], ["sqlalchemy>=2.1"]) == found


@pytest.mark.parametrize(
    ("requires", "oldest"),
    [
        (">=3.11", "3.11"),
        (">=3.12,<4", "3.12"),
        (">=3.9", "3.11"),
        (">=3.12.4", "3.12"),
        ("==3.13.*", "3.13"),
        (">=4", None),
        ("nonsense", None),
        (None, None),
    ],
)
def test_the_oldest_python_is_that_of_the_repository(requires: object, oldest: str | None) -> None:
    assert oldest_python(requires, PYTHONS) == oldest


@pytest.mark.parametrize(
    ("own", "admits"), [(">=3.9", True), (">=3.11", False), (">=3.12", False), (None, False)]
)
def test_a_python_that_is_too_old_is_noticed(own: object, *, admits: bool) -> None:
    assert admits_older_python(own, ">=3.11") is admits
