"""The peer cqrs-bus: its one message, dispatched."""

from __future__ import annotations

from cqrs_bus import Command, CommandBus, CommandHandler


class Create(Command[None]):
    pass


class CreateHandler(CommandHandler[Create, None]):
    async def handle(self, command: Create) -> None:
        pass


bus = CommandBus()
bus.register(Create, CreateHandler())
send, message = bus.dispatch, Create()
