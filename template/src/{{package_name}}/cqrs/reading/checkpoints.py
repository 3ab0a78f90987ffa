"""How far each projection has read, who runs it, and what was left out of it."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    MetaData,
    Row,
    Table,
    Text,
    bindparam,
    or_,
    select,
    update,
)

from ..messages import Position

LEASE_SECONDS = 5.0
"""How long a projector that was killed keeps others from its projections."""

TABLES = MetaData()
CHECKPOINTS = Table(
    "checkpoints",
    TABLES,
    Column("projection", Text, primary_key=True),
    Column("transaction", BigInteger, nullable=False),
    Column("row", BigInteger, nullable=False),
    Column("failure", Text, nullable=True),
    Column("holder", Text, nullable=False),
    Column("held_until", Double, nullable=False),
)
DEAD_LETTERS = Table(
    "dead_letters",
    TABLES,
    Column("projection", Text, primary_key=True),
    Column("transaction", BigInteger, primary_key=True),
    Column("row", BigInteger, primary_key=True),
    Column("failure", Text, nullable=False),
)


class Checkpoint(NamedTuple):
    """How far a projection has read, why it halted if it has, and whose it is until when."""

    position: Position
    failure: str | None
    holder: str
    held_until: float

    @classmethod
    def of(cls, row: Row[Any]) -> Checkpoint:
        """Read it from its row."""
        return cls(Position(row.transaction, row.row), row.failure, row.holder, row.held_until)

    def is_free(self, holder: str, now: float) -> bool:
        """Tell whether a projector may go on with it."""
        return self.holder == holder or self.held_until < now


NAMED = CHECKPOINTS.c.projection == bindparam("named")
SEEN = (CHECKPOINTS.c.transaction == bindparam("seen_transaction")) & (
    CHECKPOINTS.c.row == bindparam("seen_row")
)
FREE = or_(CHECKPOINTS.c.holder == bindparam("mine"), CHECKPOINTS.c.held_until < bindparam("now"))
READ_ALL = select(CHECKPOINTS)
READ_ONE = READ_ALL.where(NAMED)
MOVE = (
    update(CHECKPOINTS)
    .where(NAMED & SEEN & FREE)
    .values(
        transaction=bindparam("to_transaction"),
        row=bindparam("to_row"),
        failure=None,
        holder=bindparam("mine"),
        held_until=bindparam("until"),
    )
)
HALT = update(CHECKPOINTS).where(NAMED & SEEN & FREE).values(failure=bindparam("why"), held_until=0)
RESUME = update(CHECKPOINTS).values(failure=None)
RELEASE = update(CHECKPOINTS).where(CHECKPOINTS.c.holder == bindparam("mine")).values(held_until=0)


def at(named: str, holder: str, seen: Position, now: float) -> dict[str, object]:
    """Give the parameters that find a checkpoint, if it is where it was seen and is free."""
    return {
        "named": named,
        "seen_transaction": seen.transaction,
        "seen_row": seen.row,
        "mine": holder,
        "now": now,
    }


def move(named: str, holder: str, seen: Position, to: Position, now: float) -> dict[str, object]:
    """Give the parameters that move a checkpoint, and keep it for a while."""
    return {
        **at(named, holder, seen, now),
        "to_transaction": to.transaction,
        "to_row": to.row,
        "until": now + LEASE_SECONDS,
    }
