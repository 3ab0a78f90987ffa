"""The tests of the small framework; the rig names them, pytest does not collect them by itself."""

from __future__ import annotations

import pytest
from framework.limits import MOST, TooManyError, down, first, limited


@pytest.fixture
def most() -> int:
    """Ask for as many as are allowed."""
    return limited(MOST)


def test_more_than_the_limit_is_refused() -> None:
    with pytest.raises(TooManyError):
        limited(MOST + 1)


def test_few_are_allowed() -> None:
    assert limited(1) == 1


def test_most_are_allowed(most: int) -> None:
    assert most == MOST


def test_nothing_has_no_first_name() -> None:
    assert not first(None)


def test_counting_down_ends() -> None:
    assert down(3) == 0


def test_that_always_fails() -> None:
    assert limited(1) == MOST


@pytest.mark.skip(reason="it cannot run here")
def test_that_never_runs() -> None:
    assert limited(1) == 1
