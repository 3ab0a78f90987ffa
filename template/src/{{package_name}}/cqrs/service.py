"""The service: the bus with both sides behind it, from start to stop."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Mapping
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any

from .bus import MessageBus
from .codec import Codec
from .discovery import discover
from .engines import Engines
from .errors import NotThere, WiringError
from .journal import Journal
from .messages import Command, Position
from .observing import observe_lags, observed
from .reading import Projection
from .reading.freshness import Freshness
from .reading.projector import Projector
from .reading.runner import QueryRunner
from .reading.store import ReadStore
from .settings import Settings
from .status import Lag, Pruned, Status
from .wiring import Ports, wire
from .writing import CommandHandler
from .writing.runner import CommandRunner
from .writing.store import WriteStore

log = logging.getLogger(__name__)


class Service:
    """Everything that a package's folders hold, wired; `async with` starts and stops it.

    Making one is a WiringError if anything is amiss. With `projecting`, a projector runs in the
    background; without, the read side moves on only by `catch_up`, here or in another process.
    """

    def __init__(
        self,
        package: str,
        settings: Settings,
        ports: Ports | None = None,
        *,
        projecting: bool = True,
    ) -> None:
        self.found = discover(package)
        self.settings = settings
        self._wired = wire(self.found, ports or {})
        self._projecting = projecting

    async def __aenter__(self) -> Service:
        async with AsyncExitStack() as stack:
            await self._start(stack)
            self._stopping = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._stopping.aclose()

    @property
    def command_handlers(self) -> Mapping[type[Command], CommandHandler[Any]]:
        """The handler of each command."""
        return self._wired.command_handlers

    @property
    def projections(self) -> tuple[Projection, ...]:
        """The projections that fill the read models."""
        return self._wired.projections

    async def catch_up(self, *, wait: bool = False) -> None:
        """Bring the read models up to the journal as it is now; those that halted try again.

        What another projector holds is left to it. With `wait`, this returns when that one has
        got there; where it has died, what it held is taken over as soon as its lease ends.
        """
        names = [projection.name() for projection in self.projections]
        await asyncio.to_thread(self.read_store.resume)
        await self._projector.catch_up(names if wait else [])

    async def skip(self, position: Position) -> list[str]:
        """Leave out an event, for the projections that have halted at it; return their names."""
        return await self._projector.skip(position)

    async def rebuild(self, read_model: str) -> None:
        """Empty a read model and fill it from the whole journal."""
        named = {each.read_model.name: each for each in self.projections}
        if read_model not in named:
            raise NotThere(f"There is no read model `{read_model}`; there are: {', '.join(named)}")
        projection = named[read_model]
        await asyncio.to_thread(self.read_store.rebuild, projection)
        await self._projector.catch_up([projection.name()])

    async def prune(self) -> Pruned:
        """Forget old idempotency keys, and drop the tables of older versions of read models."""
        keys = await asyncio.to_thread(self.write_store.prune)
        return Pruned(keys, await asyncio.to_thread(self.read_store.prune, self.projections))

    async def status(self) -> Status:
        """Tell where the journal ends, and where each projection stands."""
        return await asyncio.to_thread(self._status)

    async def _start(self, stack: AsyncExitStack) -> None:
        """Start one thing after the other; what has started is stopped in the other order."""
        self.engines = Engines.open(self.settings)
        stack.callback(self.engines.dispose)
        self._connect_sides()
        self._prepare_stores()
        self.write_store.start()
        stack.push_async_callback(self.write_store.close)
        stack.push_async_callback(asyncio.to_thread, self.read_store.release)
        self._start_anew_what_is_ahead()
        self._fill_bus()
        stack.callback(observe_lags(lambda: self._status().projections))
        # What start-up has made is there for good. To have the collector look through it again
        # and again would cost half as much as it does to read the journal.
        gc.freeze()
        stack.callback(gc.unfreeze)
        if self._projecting:
            self._background = asyncio.create_task(self._projector.run())
            stack.push_async_callback(self._stop_projecting)

    async def _stop_projecting(self) -> None:
        self._projector.stop()
        await self._background

    def _connect_sides(self) -> None:
        engines, codec = self.engines, Codec(self.found.events)
        self.journal = Journal(engines.look_at_write, codec)
        self.read_store = ReadStore(engines.read, engines.look_at_read)
        self._freshness = Freshness(self.read_store, self.settings.patience, self.journal.head)
        self._projector = Projector(
            self._wired.projections, self.journal, self.read_store, self._freshness.moved
        )
        on_commit = self._projector.notice
        self.write_store = WriteStore(engines.write, engines.look_at_write, codec, on_commit)

    def _prepare_stores(self) -> None:
        faults = [
            *self.write_store.prepare(self.found.events),
            *self.read_store.prepare(self._wired.projections),
        ]
        if faults:
            raise WiringError("The service cannot start on these stores", faults)

    def _start_anew_what_is_ahead(self) -> None:
        """Begin again with what has read events that the journal has lost, to a power cut say.

        Their places go to new events, which would be passed over.
        """
        checkpoints = self.read_store.checkpoints()
        head = self.journal.head()  # after the checkpoints: it only grows
        for projection in self._wired.projections:
            if checkpoints[projection.name()].position > head:
                log.warning("%s is ahead of the journal and begins anew", projection.name())
                self.read_store.rebuild(projection)

    def _fill_bus(self) -> None:
        self.bus = MessageBus()
        for command, decides in self._wired.command_handlers.items():
            self.bus.register(command, observed(CommandRunner(decides, self.write_store), command))
        engine = self.engines.look_at_read
        for query, answers in self._wired.query_handlers.items():
            self.bus.register(query, observed(QueryRunner(answers, engine, self._freshness), query))

    def _status(self) -> Status:
        checkpoints = self.read_store.checkpoints()
        lags = []
        for name in (projection.name() for projection in self._wired.projections):
            at = checkpoints[name]
            lags.append(Lag(name, at.position, self.journal.behind(at.position), at.failure))
        return Status(self.journal.head(), tuple(lags))
