"""The peer mediatr: its one message, dispatched."""

from __future__ import annotations

from mediatr import Mediator


class Create:
    pass


@Mediator.handler
class CreateHandler:
    async def handle(self, request: Create) -> None:
        pass


send, message = Mediator().send_async, Create()
