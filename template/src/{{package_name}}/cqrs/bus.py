"""The bus: routes a message to its handler."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar, overload

from .errors import NoHandler, WiringError
from .messages import Ack, Command, Position, Query

Result = TypeVar("Result")


class Handler(Protocol):
    """Whatever can be registered: it has a `handle` that takes the message."""

    @property
    def handle(self) -> Callable[..., Coroutine[Any, Any, Any]]:
        """Answer the message; for a query also an `after`, the position to wait for."""


class MessageBus:
    """Route each message to the one handler registered for its type."""

    __slots__ = ("_handle",)

    def __init__(self) -> None:
        self._handle: dict[type, Callable[..., Coroutine[Any, Any, Any]]] = {}

    def register(self, message_type: type, handler: Handler) -> None:
        """Send every `message_type` to `handler`; a second handler for it is a WiringError."""
        if message_type in self._handle:
            fault = f"`{message_type.__name__}` has a handler already"
            raise WiringError("Cannot register", [fault])
        self._handle[message_type] = handler.handle

    @overload
    def execute(self, message: Command, *, key: str | None = None) -> Coroutine[Any, Any, Ack]: ...

    @overload
    def execute(
        self, message: Query[Result], after: Ack | Position | None = None
    ) -> Coroutine[Any, Any, Result]: ...

    def execute(
        self,
        message: Command | Query[Any],
        after: Ack | Position | None = None,
        key: str | None = None,
    ) -> Coroutine[Any, Any, Any]:
        """Answer a command with its Ack, a query with its result.

        With `after`, a query first waits until the read side has caught up with that ack.
        With `key`, a command is decided once: the same key gives the same ack, also later.
        A plain function that hands on the handler's coroutine: one frame fewer to await.
        """
        try:
            handle = self._handle[type(message)]
        except KeyError:
            raise NoHandler(f"No handler registered for {type(message).__name__}") from None
        if after is None and key is None:
            return handle(message)
        return handle(message, after) if key is None else handle(message, key=key)
