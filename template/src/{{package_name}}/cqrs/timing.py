"""How long the parts of a service wait for each other."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """What the parts of a service wait for, in seconds: the same in every service.

    What depends on the service stands in its `Settings`. A service is made with other times where
    a test would have to wait for these.
    """

    poll: float = 0.05
    """How soon it is noticed that another process has written events, or has projected them."""
    look: float = 1.0
    """How soon it is noticed that the files of a store are not where they were."""
    missing: float = 10.0
    """How long a file that was moved away may come back before its store is given up."""
    busy: float = 10.0
    """How long a writer waits for another process to finish its transaction."""
    lease: float = 5.0
    """How long a projector that was killed keeps others from its projections."""
    retries: tuple[float, ...] = (0.05, 0.2, 1.0)
    """Pauses before each new try of an event that fails; after the last one the projection halts."""
    pause: float = 1.0
    """How long the projector leaves a store alone that is out of reach."""
    restarts: tuple[float, ...] = (0.1, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
    """Pauses before each restart of a part that keeps failing; after the last one it is given up."""
    steady: float = 60.0
    """A part that ran for this long and then fails begins with the first pause again."""
    beat: float = 1.0
    """How far apart heartbeats are written at least, however many ask."""
    beat_patience: float = 1.5
    """How long a heartbeat may take before the write store counts as out of order."""
    probe_patience: float = 2.0
    """How long a probe waits for the stores."""


TIMING = Timing()
