"""Whether the service is alive, and whether it is ready to be asked."""

from __future__ import annotations

import asyncio
import logging

from fastapi import FastAPI, Response
from pydantic_core import to_json
from sqlalchemy.exc import SQLAlchemyError

from .errors import StoreUnavailable
from .openapi import JSON, problems
from .problems import RETRY_AFTER, problem
from .service import Service
from .status import Status

log = logging.getLogger(__name__)

CLOSE = 100
"""How many events a projection may fall behind, once it has caught up, before it is not ready."""
PATIENCE_SECONDS = 2.0
"""How long a probe waits for the stores."""
NOT_WELL = problems(503)
NOT_WELL[503]["content"][JSON] = {}  # in the form of what is well


class Pulse:
    """Look at the stores once at a time, however many ask."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._look: asyncio.Task[Status] | None = None
        self._has_caught_up = False

    async def status(self) -> Status | None:
        """Tell how things stand; None if a store cannot tell."""
        if self._look is None or self._look.done():
            self._look = asyncio.create_task(self._service.status())
        try:
            return await asyncio.wait_for(asyncio.shield(self._look), PATIENCE_SECONDS)
        except (StoreUnavailable, SQLAlchemyError, TimeoutError) as error:
            log.warning("the stores cannot tell how things stand: %r", error)
            return None

    def is_ready(self, status: Status) -> bool:
        """Tell whether the projections have caught up, and have not fallen far behind since.

        One that has halted waits for a person: the others go on, and so does the service.
        """
        running = [lag for lag in status.projections if lag.failure is None]
        allowed = CLOSE if self._has_caught_up else 0
        ready = all(lag.behind <= allowed for lag in running)
        self._has_caught_up = self._has_caught_up or ready
        return ready


def add_health(api: FastAPI, service: Service) -> None:
    """Add `/health`, which tells how things stand, and `/ready`, for who sends requests."""
    pulse = Pulse(service)

    @api.get("/health", tags=["health"], operation_id="health", responses=NOT_WELL)
    async def health() -> Response:
        """Tell where the journal ends, and where each projection stands; 503 if one halted."""
        status = await pulse.status()
        halted = status and any(lag.failure for lag in status.projections)
        return _told(status, well=not halted)

    @api.get("/ready", tags=["health"], operation_id="ready", responses=NOT_WELL)
    async def ready() -> Response:
        """Tell whether the projections have caught up; 503 until they have."""
        status = await pulse.status()
        return _told(status, well=status is not None and pulse.is_ready(status))


def _told(status: Status | None, *, well: bool) -> Response:
    if status is None:
        return problem(503, "A store cannot be reached", headers=RETRY_AFTER)
    projections = [
        # Why one halted may quote an event: that is for the log and for `status`.
        {"name": lag.projection, "behind": lag.behind, "halted": lag.failure is not None}
        for lag in status.projections
    ]
    told = {"ok": well, "head": str(status.head), "projections": projections}
    return Response(to_json(told), 200 if well else 503, media_type=JSON)
