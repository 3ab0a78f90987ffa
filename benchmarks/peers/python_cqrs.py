"""The peer python-cqrs: its one message, dispatched."""

from __future__ import annotations

from cqrs import Request, RequestHandler
from cqrs.mapping.requests import RequestMap
from cqrs.mediators.request import RequestMediator

from peers.container import Container


class Create(Request):
    pass


class CreateHandler(RequestHandler[Create, None]):
    async def handle(self, request: Create) -> None:
        pass


known = RequestMap()
known.bind(Create, CreateHandler)
send, message = RequestMediator(known, Container(CreateHandler())).send, Create()
