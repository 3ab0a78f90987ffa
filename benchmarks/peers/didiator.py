"""The peer didiator: its one message, dispatched."""

from __future__ import annotations

from didiator import Command, CommandHandler
from didiator.mediator import MediatorImpl


class Create(Command[None]):
    pass


class CreateHandler(CommandHandler[Create, None]):
    async def __call__(self, command: Create) -> None:
        pass


mediator = MediatorImpl()
mediator.register_command_handler(Create, CreateHandler())
send, message = mediator.send, Create()
