"""The peer diator: its one message, dispatched."""

from __future__ import annotations

from dataclasses import dataclass

from diator.mediator import Mediator
from diator.requests import Request, RequestHandler, RequestMap

from peers.container import Container


@dataclass(frozen=True, kw_only=True)
class Create(Request):
    pass


class CreateHandler(RequestHandler[Create, None]):
    @property
    def events(self) -> list[object]:
        return []

    async def handle(self, request: Create) -> None:
        pass


known = RequestMap()
known.bind(Create, CreateHandler)
send, message = Mediator(known, Container(CreateHandler())).send, Create()
