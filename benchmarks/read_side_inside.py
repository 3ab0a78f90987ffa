"""What `read_side.py` runs in a project: a service that does one step for each line it reads."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from shop.app import build
from shop.cqrs.settings import Settings
from shop.read.queries.get_widget import GetWidgetQuery
from shop.write.commands.create_widget import CreateWidgetCommand

if TYPE_CHECKING:
    from shop.cqrs.service import Service

QUERIES = 300
WAITING = 1_000


class Steps:
    """What can be asked of a service whose read side moves on only when it is told to."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._waiting: list[asyncio.Task[object]] = []
        self._asked = GetWidgetQuery(widget_id=uuid4())

    async def record(self) -> None:
        """Record one event."""
        await self._service.bus.execute(CreateWidgetCommand(label="bolt"))

    async def project(self) -> None:
        """Bring all projections up to the journal."""
        await self._service.catch_up()

    async def query(self) -> None:
        """Ask some queries, one after the other."""
        for _ in range(QUERIES):
            await self._service.bus.execute(self._asked)

    async def wait(self) -> None:
        """Let many queries wait for an event that nobody projects."""
        ack = await self._service.bus.execute(CreateWidgetCommand(label="nut"))
        for _ in range(WAITING):
            waiting = self._service.bus.execute(self._asked, after=ack)
            self._waiting.append(asyncio.create_task(waiting))
        await asyncio.sleep(0.1)

    async def leave(self) -> None:
        """Let nobody wait any more."""
        for each in self._waiting:
            each.cancel()
        await asyncio.gather(*self._waiting, return_exceptions=True)
        self._waiting.clear()


async def main(folder: Path) -> None:
    """Do what standard input says, and say when it is done."""
    stores = f"sqlite:///{folder}"
    settings = Settings(write_url=f"{stores}/write.db", read_url=f"{stores}/read.db", patience=3600)
    async with build(settings, projecting=False) as service:
        steps = Steps(service)
        while step := (await asyncio.to_thread(sys.stdin.readline)).strip():
            await getattr(steps, step)()
            print("done", flush=True)
        await steps.leave()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
