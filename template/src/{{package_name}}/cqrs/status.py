"""What `status` tells."""

from __future__ import annotations

from dataclasses import dataclass

from .messages import Position


@dataclass(frozen=True, slots=True)
class Lag:
    """Where a projection stands: how far it is behind, and why it halted if it has.

    `behind` counts events; `seconds` is the age of the oldest of them.
    """

    projection: str
    position: Position
    behind: int
    failure: str | None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Status:
    """Where the journal ends, and where each projection stands."""

    head: Position
    projections: tuple[Lag, ...]


@dataclass(frozen=True, slots=True)
class Pruned:
    """What `prune` removed: how many idempotency keys, and which tables."""

    keys: int
    tables: tuple[str, ...]
