"""What can go wrong, as one tree.

CqrsError
├── WiringError         the service cannot start: every fault, listed at once
├── NoHandler           a message that no handler is registered for
├── InvalidMessage      a message refused at the edge: every fault, listed at once
├── InvalidReturn       a command handler gave back something other than an ID or None
├── InvalidEvent        a command handler recorded an event that would not be read back as it is
├── InvalidParameter    a handler gave a statement a value that no column can hold
├── Refused             a command that the rules of the business turn down: raise it in a handler
│   ├── Conflict        a command that lost a race, or names something that is taken
│   └── KeyReused       an idempotency key that came before, with another command
├── Forbidden           a message that its caller may not send
├── StaleRead           the read side has not caught up with what the caller asked to see
├── StoreUnavailable    a store that cannot be opened, or stayed locked by another process
├── TimedOut            a handler that took longer than its limit; nothing was written
├── ResponseTooLarge    an answer with more bytes than the service may send
├── Overloaded          a request that there is no room for among the others
├── NotThere            something named that the service does not have
└── UnknownEvent        an event in the journal that no class in `events` reads
"""

from __future__ import annotations

from collections.abc import Iterable


class CqrsError(Exception):
    """The root of everything that this package raises on purpose."""


class _Faults(CqrsError):
    """Several faults told at once, one a line."""

    def __init__(self, heading: str, faults: Iterable[str] = ()) -> None:
        self.heading = heading
        self.faults = tuple(faults)
        super().__init__("\n  - ".join((f"{heading}:", *self.faults)) if self.faults else heading)


class WiringError(_Faults):
    """The service cannot start."""


class InvalidMessage(_Faults):
    """A message refused at the edge, before any handler saw it."""


class NoHandler(CqrsError):
    """A message that no handler is registered for."""


class InvalidReturn(CqrsError):
    """A command handler gave back something other than an ID or None."""


class InvalidEvent(_Faults):
    """A command handler recorded an event that would not be read back as it is."""


class InvalidParameter(_Faults):
    """A handler gave a statement a value that no column can hold."""

    def __init__(self, faults: Iterable[str]) -> None:
        super().__init__("A statement was given what no column can hold", faults)


class Refused(CqrsError):
    """A command that the rules of the business turn down. Nothing of it is kept."""


class Conflict(Refused):
    """A command that lost a race, or names something that is taken."""


class KeyReused(Refused):
    """An idempotency key that came before, with another command."""


class Forbidden(CqrsError):
    """A message that its caller may not send."""


class StaleRead(CqrsError):
    """The read side has not caught up with what the caller asked to see."""


class StoreUnavailable(CqrsError):
    """A store that cannot be opened, or stayed locked by another process."""


class TimedOut(CqrsError):
    """A handler that took longer than its limit. Nothing was written."""


class ResponseTooLarge(CqrsError):
    """An answer with more bytes than the service may send."""


class Overloaded(CqrsError):
    """A request that there is no room for among the others."""


class NotThere(CqrsError):
    """Something named that the service does not have."""


class UnknownEvent(CqrsError):
    """An event in the journal that no class in `events` reads."""


def as_exception(error: BaseException) -> Exception:
    """Return an error that can be raised to a caller: one that ends a process is wrapped.

    So is StopIteration, which a future cannot hold.
    """
    if isinstance(error, Exception) and not isinstance(error, StopIteration):
        return error
    wrapped = RuntimeError(f"`{type(error).__name__}` was raised: {error}")
    wrapped.__cause__ = error
    return wrapped
