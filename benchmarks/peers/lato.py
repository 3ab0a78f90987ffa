"""The peer lato: its one message, dispatched."""

from __future__ import annotations

from lato import Application, Command


class Create(Command):
    pass


app = Application("shop")


@app.handler(Create)
async def create(command: Create) -> None:
    pass


send, message = app.execute_async, Create()
