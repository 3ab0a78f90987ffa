"""What `status` tells."""

from __future__ import annotations

from dataclasses import dataclass

from .messages import Position


@dataclass(frozen=True, slots=True)
class Lag:
    """Where a projection stands: how many events it is behind, and why it halted if it has."""

    projection: str
    position: Position
    behind: int
    failure: str | None


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
