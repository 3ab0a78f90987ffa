"""CQRS: what both sides share. This folder is the template's; `copier update` brings it forward."""

from .bus import MessageBus
from .errors import (
    Conflict,
    CqrsError,
    Forbidden,
    InvalidEvent,
    InvalidMessage,
    InvalidParameter,
    InvalidReturn,
    KeyReused,
    NoHandler,
    Refused,
    StaleRead,
    StoreUnavailable,
    TimedOut,
    UnknownEvent,
    WiringError,
)
from .messages import Ack, Command, Event, Id, Position, Query, RetiredEvent

__all__ = [
    "Ack",
    "Command",
    "Conflict",
    "CqrsError",
    "Event",
    "Forbidden",
    "Id",
    "InvalidEvent",
    "InvalidMessage",
    "InvalidParameter",
    "InvalidReturn",
    "KeyReused",
    "MessageBus",
    "NoHandler",
    "Position",
    "Query",
    "Refused",
    "RetiredEvent",
    "StaleRead",
    "StoreUnavailable",
    "TimedOut",
    "UnknownEvent",
    "WiringError",
]
