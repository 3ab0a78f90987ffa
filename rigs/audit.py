"""Holds the ledger against the stores: each fault is a line."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

JOURNAL = "SELECT json_extract(body, '$.number'), row FROM journal"
KEPT = "SELECT number FROM entries"
SHOWN = "SELECT number, times FROM entries_v1"
HEAD = "SELECT coalesce(max(row), 0) FROM journal"
CHECKPOINTS = 'SELECT projection, "row", failure FROM checkpoints'


@dataclass(frozen=True, slots=True)
class Ledger:
    """What was sent, and what was acknowledged: its number, its position, and by which caller."""

    sent: frozenset[int]
    acked: tuple[tuple[int, int, int], ...]

    @classmethod
    def read(cls, path: Path) -> Ledger:
        """Read it; a line that a kill cut short says nothing."""
        lines = [
            line.split() for line in path.read_text().splitlines(keepends=True) if "\n" in line
        ]
        sent = frozenset(int(words[1]) for words in lines if words[0] == "sent")
        acked = (tuple(map(int, words[1:])) for words in lines if words[0] == "acked")
        return cls(sent, tuple((number, row, caller) for number, row, caller in acked))


def faults(ledger: Ledger, root: Path) -> Iterator[str]:
    """Tell everything that is not as it was promised."""
    journal = rows(root / "var/write.db", JOURNAL)
    yield from written(ledger, journal, {n for (n,) in rows(root / "var/write.db", KEPT)})
    yield from projected({n for n, _ in journal}, shown(root))
    yield from out_of_order(ledger)
    yield from stuck(root)


def written(ledger: Ledger, journal: list[tuple[int, int]], kept: set[int]) -> Iterator[str]:
    """Tell what the write side has lost, doubled, moved, made up or done by half."""
    at = dict(journal)
    missing = set(range(1, len(journal) + 1)) - {row for _, row in journal}
    yield from (f"lost: {n} was acknowledged" for n, _, _ in ledger.acked if n not in at)
    yield from (f"moved: {n}, from {row}" for n, row, _ in ledger.acked if at.get(n, row) != row)
    yield from (f"doubled: {n} is in the journal twice" for n in twice(n for n, _ in journal))
    yield from (f"invented: {n} was never sent" for n in at if n not in ledger.sent)
    yield from (f"half: {n} is in one table" for n in kept ^ set(at))
    yield from (f"gap: {row} is no row" for row in missing)


def projected(recorded: set[int], seen: list[tuple[int, int]]) -> Iterator[str]:
    """Tell what the read side has missed, made up, or counted more than once."""
    yield from (f"unprojected: {n}" for n in recorded - {n for n, _ in seen})
    yield from (f"unfounded: {n} is in no event" for n in {n for n, _ in seen} - recorded)
    yield from (f"projected {times} times: {n}" for n, times in seen if times != 1)


def out_of_order(ledger: Ledger) -> Iterator[str]:
    """Tell which caller's later command stands before an earlier one."""
    last: dict[int, int] = {}
    for number, row, caller in ledger.acked:
        if row <= last.get(caller, 0):
            yield f"out of order: {number} stands at {row}, after {last[caller]}"
        last[caller] = row


def stuck(root: Path) -> Iterator[str]:
    """Tell which projections have halted, or are behind."""
    [(head,)] = rows(root / "var/write.db", HEAD)
    for name, row, failure in rows(root / "var/read.db", CHECKPOINTS):
        if failure is not None or row != head:
            yield f"stuck: {name} is at {row} of {head}: {failure or 'behind'}"


def shown(root: Path) -> list[tuple[int, int]]:
    """Give what the read side shows: each number, and how often it was counted."""
    return rows(root / "var/read.db", SHOWN)


def twice(numbers: Iterable[int]) -> list[int]:
    """Give what comes more than once."""
    return [number for number, count in Counter(numbers).items() if count > 1]


def rows(path: Path, select: str) -> list[Any]:
    """Read a store."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(select).fetchall()
