"""The peer kerux: its one message, dispatched."""

from __future__ import annotations

from kerux import Mediator, Request


class Create(Request[None]):
    pass


class CreateHandler:
    async def handle(self, request: Create) -> None:
        pass


mediator = Mediator()
mediator.register(Create, CreateHandler())
send, message = mediator.send, Create()
