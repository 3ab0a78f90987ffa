"""The table of kinds: what can be added, and what a kind needs to know."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

TEMPLATES = ".cqrs-gen"
"""The folder of a project that holds a folder of slice templates for each kind."""


class Kind(NamedTuple):
    """One kind: its name, its classes' folder, their base class and the end of their names."""

    name: str
    folder: str
    base: str
    suffix: str


COMMAND = Kind("command", "write/commands", "Command", "Command")
QUERY = Kind("query", "read/queries", "Query", "Query")
EVENT = Kind("event", "events", "Event", "")
RETIRED_EVENT = EVENT._replace(base="RetiredEvent")
"""What the journal still holds and nothing records any more: not a kind that can be added."""
PROJECTION = Kind("projection", "read/projections", "Projection", "Projection")
BUILT_IN = (COMMAND, QUERY, EVENT, PROJECTION)

_NAME = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")


def kinds_of(root: Path) -> tuple[str, ...]:
    """Name the kinds that a project has slice templates for, its own among them."""
    return kinds_below(root / TEMPLATES)


def kinds_below(templates: Path) -> tuple[str, ...]:
    """Name the kinds that a folder of slice templates is for."""
    found = templates.iterdir() if templates.is_dir() else ()
    return tuple(sorted(each.name for each in found if _is_kind(each)))


def _is_kind(folder: Path) -> bool:
    return folder.is_dir() and _NAME.fullmatch(folder.name) is not None
