"""What the guide promises in numbers is what a service keeps to, unless it is told otherwise."""

from __future__ import annotations

from datetime import timedelta

import pytest
from docs.pages import read
from shop.cqrs.openapi import LONGEST_KEY
from shop.cqrs.shutdown import LAST_WORDS_SECONDS, TIDYING_SECONDS
from shop.cqrs.timing import TIMING
from shop.cqrs.writing.heartbeat import SIZE
from shop.cqrs.writing.receipts import KEPT

PAUSES = TIMING.restarts


@pytest.mark.parametrize(
    ("page", "words", "kept", "promised"),
    [
        ("operating", "one that had to wait for longer than ten seconds", TIMING.busy, 10),
        ("operating", "another takes over after five seconds", TIMING.lease, 5),
        ("operating", "once a second when it is idle", TIMING.look, 1),
        ("operating", "comes back within ten seconds", TIMING.missing, 10),
        ("operating", "grow from 0.1 to 8 seconds", (min(PAUSES), max(PAUSES)), (0.1, 8)),
        ("operating", "fails eight times in a row is given up", len(PAUSES) + 1, 8),
        ("http", "a text of your own of up to 255 characters", LONGEST_KEY, 255),
        ("http", "decides nothing, for a day", KEPT, timedelta(days=1)),
        ("http", "a row of 16 KB, at most once a second", (SIZE, TIMING.beat), (16 * 1024, 1)),
        ("http", "two seconds after its grace", TIDYING_SECONDS + LAST_WORDS_SECONDS, 2),
    ],
)
def test_what_the_guide_promises_in_numbers_is_kept(
    page: str, words: str, kept: object, promised: object
) -> None:
    assert words in read(f"guide/{page}.md")
    assert kept == promised
