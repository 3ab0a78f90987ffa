"""The service: the bus with both sides behind it, from start to stop."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from types import TracebackType
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from .bus import MessageBus
from .codec import Codec
from .discovery import Found, discover
from .engines import Engines
from .errors import NotThere, StoreUnavailable, WiringError
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
from .store_file import StoreReplaced
from .supervisor import Supervisor
from .threads import BACKGROUND
from .timing import TIMING, Timing
from .wiring import Ports, wire
from .writing import CommandHandler
from .writing.runner import CommandRunner
from .writing.store import WriteStore

log = logging.getLogger(__name__)

LEAST_SECONDS = 0.2
"""What each part that stops may take at least, however late it is."""


class Service:
    """Everything that a package's folders hold, wired; `async with` starts and stops it.

    What was found already may be given in the place of the package. Making one is a WiringError
    if anything is amiss. With `projecting`, a projector runs in the background; without, the read
    side moves on only by `catch_up`, here or in another process.
    """

    def __init__(
        self,
        package: str | Found,
        settings: Settings,
        ports: Ports | None = None,
        *,
        projecting: bool = True,
        timing: Timing = TIMING,
    ) -> None:
        self.found = discover(package) if isinstance(package, str) else package
        self.settings = settings
        self.timing = timing
        self._wired = wire(self.found, ports or {})
        self._projecting = projecting
        self._stopping = AsyncExitStack()
        self._stop_by = 0.0

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
        await self.stop(self.settings.grace)

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
        await BACKGROUND.run(self.read_store.resume)
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
        await BACKGROUND.run(self.read_store.rebuild, projection)
        await self._projector.catch_up([projection.name()])

    async def prune(self) -> Pruned:
        """Forget old idempotency keys, and drop the tables of older versions of read models."""
        keys = await BACKGROUND.run(self.write_store.prune)
        return Pruned(keys, await BACKGROUND.run(self.read_store.prune, self.projections))

    async def status(self) -> Status:
        """Tell where the journal ends, and where each projection stands."""
        return await BACKGROUND.run(self._status)

    async def faults(self) -> tuple[str, ...]:
        """Return what keeps the service from its work: parts that are down, writing that fails."""
        down = [f"the {part} is down" for part in self._supervisor.down]
        if not await self.write_store.heartbeat.beats(self.timing.beat_patience):
            down.append("the write store takes no commands")
        return tuple(down)

    async def watch(self) -> None:
        """Wait until a part has failed for good, and raise StoreUnavailable; until then, nothing."""
        raise StoreUnavailable(await self._supervisor.failure())

    async def stop(self, within: float) -> None:
        """Stop; what takes longer than so many seconds is left behind, with a line in the log."""
        self._stop_by = asyncio.get_running_loop().time() + within
        stopping, self._stopping = self._stopping, AsyncExitStack()
        await stopping.aclose()

    async def _start(self, stack: AsyncExitStack) -> None:
        """Start one thing after the other; what has started is stopped in the other order."""
        self._stop_by = asyncio.get_running_loop().time() + self.settings.grace
        self._ending = asyncio.Event()
        self._has_leases = False
        self.engines = Engines.open(self.settings, self.timing)
        stack.callback(self.engines.dispose)
        self._connect_sides()
        self._prepare_stores()
        self._has_leases = True
        self._supervisor = Supervisor(self.write_store.fail, self.timing)
        self.write_store.start()
        self._supervisor.start("write lane", self.write_store.run)
        stack.push_async_callback(self._stop_parts)
        self._start_anew_what_is_ahead()
        self._fill_bus()
        stack.callback(observe_lags(lambda: self._status().projections))
        # What start-up has made is there for good. To have the collector look through it again
        # and again would cost half as much as it does to read the journal.
        gc.freeze()
        stack.callback(gc.unfreeze)
        self._supervisor.start("watch of the files", self._watch_files)
        if self._projecting:
            self._supervisor.start("projector", self._projector.run)

    async def _stop_parts(self) -> None:
        """Let all parts end, then give the leases back, for which some time is kept."""
        self._ending.set()
        self._projector.stop()
        self.write_store.close()
        parts = self._supervisor.stop()
        left = self._stop_by - asyncio.get_running_loop().time()
        _, late = await asyncio.wait(parts, timeout=max(LEAST_SECONDS, left / 2))
        for part in late:
            log.error("the %s did not stop in time and is left behind", part.get_name())
        self.write_store.abandon()
        if self._has_leases:
            await self._release()

    async def _release(self) -> None:
        left = self._stop_by - asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(max(LEAST_SECONDS, left)):
                await BACKGROUND.run(self.read_store.release)
        except (StoreUnavailable, SQLAlchemyError, TimeoutError) as error:
            log.warning("the leases could not be given back, and run out: %r", error)

    async def _watch_files(self) -> None:
        while not self._ending.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), self.timing.look)
            try:
                await BACKGROUND.run(self.engines.require_files)
            except StoreReplaced:
                raise
            except StoreUnavailable as error:
                log.warning("%s", error)

    def _connect_sides(self) -> None:
        engines, timing, codec = self.engines, self.timing, Codec(self.found.events)
        self.journal = Journal(engines.look_at_write, codec)
        self.read_store = store = ReadStore(engines.read, engines.look_at_read, timing=timing)
        self._freshness = Freshness(store, self.settings.patience, self.journal.head, timing)
        self._projector = Projector(
            self._wired.projections, self.journal, store, self._freshness.moved, timing
        )
        on_commit = self._projector.notice
        self.write_store = WriteStore(
            engines.write, engines.look_at_write, codec, on_commit, timing
        )

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
        # The checkpoints first, and then the journal: it only grows.
        if self.read_store.furthest() <= self.journal.head():
            return
        checkpoints = self.read_store.checkpoints()
        head = self.journal.head()
        for projection in self._wired.projections:
            if checkpoints[projection.name()].position > head:
                log.warning("%s is ahead of the journal and begins anew", projection.name())
                self.read_store.rebuild(projection)

    def _fill_bus(self) -> None:
        self.bus = MessageBus()
        seconds = self.settings.command_timeout
        for command, decides in self._wired.command_handlers.items():
            decider = CommandRunner(decides, self.write_store, seconds)
            self.bus.register(command, observed(decider, command))
        engine, seconds = self.engines.look_at_read, self.settings.query_timeout
        for query, answers in self._wired.query_handlers.items():
            answerer = QueryRunner(answers, engine, self._freshness, seconds)
            self.bus.register(query, observed(answerer, query))

    def _status(self) -> Status:
        checkpoints = self.read_store.checkpoints()
        positions = {checkpoint.position for checkpoint in checkpoints.values()}
        # Most projections stand at the same position, which is looked up once.
        delays = {at: (self.journal.behind(at), self.journal.age(at)) for at in positions}
        lags = []
        for name in (projection.name() for projection in self._wired.projections):
            at = checkpoints[name]
            behind, seconds = delays[at.position]
            lags.append(Lag(name, at.position, behind, at.failure, seconds))
        return Status(self.journal.head(), tuple(lags))
