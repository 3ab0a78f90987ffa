"""Whether the service is well, and whether it is ready to be asked."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import NamedTuple

from fastapi import FastAPI, Response
from pydantic_core import to_json
from sqlalchemy.exc import SQLAlchemyError

from .errors import StoreUnavailable
from .messages import Position
from .openapi import JSON, problems
from .problems import RETRY_AFTER, problem
from .service import Service
from .status import Lag, Status

log = logging.getLogger(__name__)

NOT_WELL = problems(503)
NOT_WELL[503]["content"][JSON] = {}  # in the form of what is well


class Vitals(NamedTuple):
    """How the projections stand, and what keeps the service from its work."""

    status: Status
    faults: tuple[str, ...]


class Chase:
    """How long a projection has been behind, by a clock that nobody sets.

    When it is seen behind, the journal's head of that moment becomes its target. It has been
    behind for at least as long as it has not reached that.
    """

    def __init__(self) -> None:
        self._target: Position | None = None
        self._since = 0.0
        self.has_caught_up = False

    def seconds(self, lag: Lag, head: Position, now: float) -> float:
        """Return how long it has been behind, by this clock or by that of the journal."""
        reached = self._target is None or lag.position >= self._target
        if lag.behind == 0 or (reached and self._target is not None):
            self.has_caught_up = True
        if lag.behind == 0:
            self._target = None
            return 0.0
        if reached:
            self._target, self._since = head, now
        return max(lag.seconds, now - self._since)


class Pulse:
    """Look at the stores once at a time, however many ask."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._look: asyncio.Task[Vitals] | None = None
        self._chases: dict[str, Chase] = {}

    async def vitals(self) -> Vitals | None:
        """Return how things stand; None if a store cannot tell."""
        if self._look is None or self._look.done():
            self._look = asyncio.create_task(self._vitals())
        patience = self._service.timing.probe_patience
        try:
            return await asyncio.wait_for(asyncio.shield(self._look), patience)
        except (StoreUnavailable, SQLAlchemyError, TimeoutError) as error:
            log.warning("the stores cannot tell how things stand: %r", error)
            return None

    def late(self, status: Status) -> list[str]:
        """Return what is said of each projection that has not caught up once, or is far behind.

        One that has halted waits for a person: the others go on, and so does the service.
        """
        said = (self._late(lag, status.head) for lag in status.projections if lag.failure is None)
        return [each for each in said if each]

    def _late(self, lag: Lag, head: Position) -> str | None:
        chase = self._chases.setdefault(lag.projection, Chase())
        seconds = chase.seconds(lag, head, time.monotonic())
        if not chase.has_caught_up:
            return f"{lag.projection} has not caught up since the service started"
        if seconds > self._service.settings.ready_lag:
            return f"{lag.projection} is {seconds:.1f} s behind"
        return None

    async def _vitals(self) -> Vitals:
        return Vitals(*await asyncio.gather(self._service.status(), self._service.faults()))


def add_health(api: FastAPI, service: Service) -> None:
    """Add `/health`, which tells how things stand, and `/ready`, for who sends requests."""
    pulse = Pulse(service)

    @api.get("/health", tags=["health"], operation_id="health", responses=NOT_WELL)
    async def health() -> Response:
        """Return how things stand; 503 if a part is down, writing fails or a projection halted."""
        vitals = await pulse.vitals()
        return _answer(vitals, [*_halted(vitals.status)] if vitals else [])

    @api.get("/ready", tags=["health"], operation_id="ready", responses=NOT_WELL)
    async def ready() -> Response:
        """Return whether to send requests; 503 if a part is down, writing fails or reads lag."""
        vitals = await pulse.vitals()
        return _answer(vitals, pulse.late(vitals.status) if vitals else [])


def _halted(status: Status) -> list[str]:
    return [f"{lag.projection} has halted" for lag in status.projections if lag.failure is not None]


def _answer(vitals: Vitals | None, reasons: list[str]) -> Response:
    if vitals is None:
        return problem(503, "A store cannot be reached", headers=RETRY_AFTER)
    reasons = [*vitals.faults, *reasons]
    projections = [
        # Why one halted may quote an event: that is for the log and for `status`.
        {"name": lag.projection, "behind": lag.behind, "halted": lag.failure is not None}
        for lag in vitals.status.projections
    ]
    body = {
        "ok": not reasons,
        "head": str(vitals.status.head),
        "reasons": reasons,
        "projections": projections,
    }
    return Response(to_json(body), 503 if reasons else 200, media_type=JSON)
