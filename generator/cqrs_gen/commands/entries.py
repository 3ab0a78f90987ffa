"""What `list` tells of one message, and how that is laid out: a line each, as wide as it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cqrs_gen.shown import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

HEADINGS = ("KIND", "NAME", "FIELDS", "HANDLER", "WHERE", "FEEDS")


@dataclass(frozen=True, slots=True)
class Entry:
    """What the list tells of one message; `feeds` names what comes of it."""

    kind: str
    name: str
    fields: tuple[str, ...]
    handler: str | None
    where: str
    handled_at: str | None
    feeds: tuple[str, ...]


def lines(entries: Iterable[Entry], *, width: int | None) -> Iterator[str]:
    """Lay out a table, or where a terminal is too narrow for it, some lines for each entry."""
    rows = [HEADINGS, *(_row(entry) for entry in entries)]
    table = tuple(_table(rows))
    if width is None or max(map(len, table)) <= width:
        yield from table
    else:
        for row in rows[1:]:
            yield from _stacked(row)


def _table(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _stacked(row: tuple[str, ...]) -> Iterator[str]:
    kind, name, fields, handler, where, feeds = row
    handled = f"handler: {handler}" if handler else ""
    yield f"{kind} {name} {feeds}".rstrip()
    yield from (f"  {cell}" for cell in (fields, handled, where) if cell)


def _row(entry: Entry) -> tuple[str, ...]:
    feeds = f"-> {', '.join(entry.feeds)}" if entry.feeds else ""
    handler = entry.handler or ("" if entry.kind in {"event", "projection"} else "none")
    row = (entry.kind, entry.name, " ".join(entry.fields), handler, entry.where, feeds)
    return tuple(map(visible, row))
