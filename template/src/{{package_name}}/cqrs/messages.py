"""What travels on the bus, and the ack that a command gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Generic, NamedTuple, TypeAlias, TypeVar
from uuid import UUID

from pydantic import ConfigDict

Result_co = TypeVar("Result_co", covariant=True)

Id: TypeAlias = UUID | int | str
"""All that a command may tell about what it made or changed."""


IN_JSON = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64", ser_json_inf_nan="strings")
"""What has no form of its own in JSON is written so that it can be read again."""

FROM_OUTSIDE = IN_JSON | ConfigDict(extra="forbid")
"""A field that a message does not have is a mistake of its sender's."""


class Command:
    """An intent to change state. It gives back an `Ack`, never data."""

    __slots__ = ()
    __pydantic_config__ = FROM_OUTSIDE


class Query(Generic[Result_co]):
    """A request for data, answered with a `Result_co`. It changes nothing."""

    __slots__ = ()
    __pydantic_config__ = FROM_OUTSIDE


class Event:
    """A fact that a command made true: the only language that both sides share.

    The journal keeps it for years, under `NAME` (the class's own, unless you rename the class)
    and with the `VERSION` of its fields: raise that when they change, and bring what was written
    before up to it in `upcast`.
    """

    __slots__ = ()
    __pydantic_config__ = IN_JSON
    NAME: ClassVar[str] = ""
    VERSION: ClassVar[int] = 1

    @classmethod
    def upcast(cls, version: int, body: dict[str, Any]) -> dict[str, Any]:
        """Turn the fields of a version into those of the next; override it with `VERSION`."""
        raise NotImplementedError(
            f"`{cls.__name__}` does not read its version {version}: override `upcast` to bring it forward"
        )


class RetiredEvent(Event):
    """An event that the journal still holds and that nothing records or reads any more.

    It needs no fields and is read in every version; projections pass over it. As with other
    events, the journal knows it by the name of its class or by `NAME`.
    """

    __slots__ = ()


class Position(NamedTuple):
    """A place in the journal; what comes later is greater.

    On SQLite `transaction` is always 0, for its one writer numbers the rows without a gap.
    """

    transaction: int
    row: int

    def __str__(self) -> str:
        return f"{self.transaction}-{self.row}"

    @classmethod
    def parse(cls, text: str) -> Position:
        """Read what `str(position)` wrote; raises ValueError for anything else."""
        transaction, dash, row = text.partition("-")
        if not (text.isascii() and dash and transaction.isdecimal() and row.isdecimal()):
            raise ValueError(f"`{text}` is not a position: two numbers with a dash, as in `0-42`")
        return cls(int(transaction), int(row))


BEGINNING = Position(0, 0)
"""Before the first event."""


@dataclass(frozen=True, slots=True)
class Ack:
    """All that a command gives back: an ID, and where in the journal its last event stands.

    A command that recorded no event has no position, and no query needs to wait for it.
    """

    id: Id | None
    position: Position | None
