"""What `dispatch.py` runs in the environment that has the generated project and the peers."""

from __future__ import annotations

import asyncio
import sys
from importlib import import_module
from importlib.metadata import version
from time import process_time
from typing import TYPE_CHECKING

from measuring import Subject, Timing, in_turn, report
from shop.cqrs import Command, MessageBus

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

PEERS = ("kerux", "diator", "didiator", "mediatr", "cqrs-bus", "python-cqrs", "lato")
CALLS = 20_000
NANOSECONDS = 1e-9


class Create(Command):
    """A command that asks for nothing."""


class CreateHandler:
    """A handler that does nothing, so that only the way to it takes time."""

    async def handle(self, command: Create) -> None:
        """Do nothing."""


def main(rounds: int = 21) -> None:
    """Print what one awaited call takes."""
    handler, bus, message = CreateHandler(), MessageBus(), Create()
    bus.register(Create, handler)
    with asyncio.Runner() as runner:
        subjects = [
            _subject(runner, "`await handler.handle(m)`", handler.handle, message),
            _subject(runner, "`await bus.execute(m)`, generated", bus.execute, message),
            *(_peer(runner, name) for name in PEERS),
        ]
        timings = in_turn(subjects, rounds, process_time)
    calls = [Timing(each.name, tuple(took / CALLS for took in each.seconds)) for each in timings]
    print(report("one dispatch", calls, unit="ns", per=NANOSECONDS))


def _peer(runner: asyncio.Runner, distribution: str) -> Subject:
    peer = import_module(f"peers.{distribution.replace('-', '_')}")
    return _subject(runner, f"{distribution} {version(distribution)}", peer.send, peer.message)


def _subject(
    runner: asyncio.Runner, name: str, send: Callable[..., Awaitable[object]], message: object
) -> Subject:
    async def call() -> None:
        for _ in range(CALLS):
            await send(message)

    return Subject(name, lambda: runner.run(call()))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
