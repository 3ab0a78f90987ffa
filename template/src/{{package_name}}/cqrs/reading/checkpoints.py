"""How far each projection has read, who runs it, and what was left out of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Double,
    MetaData,
    Table,
    Text,
    bindparam,
    inspect,
    not_,
    or_,
    select,
    text,
    update,
)

from ..messages import BEGINNING, Position

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
    Column("generation", Text, nullable=False, server_default=""),
)
DEAD_LETTERS = Table(
    "dead_letters",
    TABLES,
    Column("projection", Text, primary_key=True),
    Column("transaction", BigInteger, primary_key=True),
    Column("row", BigInteger, primary_key=True),
    Column("failure", Text, nullable=False),
)


ADD_GENERATION = text("ALTER TABLE checkpoints ADD COLUMN generation TEXT NOT NULL DEFAULT ''")


class Lease(NamedTuple):
    """What a projector takes of a projection: its holder, and from when until when it holds."""

    holder: str
    now: float
    until: float


class Checkpoint(NamedTuple):
    """How far a projection has read, why it halted if it has, and whose it is until when.

    Within one `generation` the position only grows: a rebuild begins another one.
    """

    position: Position
    failure: str | None
    holder: str
    held_until: float
    generation: str = ""

    @classmethod
    def of(cls, row: Sequence[Any]) -> Checkpoint:
        """Read it from its row."""
        # By place: there is one for each projection, and by name it would take twice as long.
        _, transaction, number, failure, holder, held_until, generation = row
        return cls(Position(transaction, number), failure, holder, held_until, generation)

    def is_free(self, lease: Lease) -> bool:
        """Return whether a projector may go on with it."""
        return self.holder == lease.holder or not lease.now <= self.held_until <= lease.until


NAMED = CHECKPOINTS.c.projection.in_(bindparam("named", expanding=True))
SEEN = (CHECKPOINTS.c.transaction == bindparam("seen_transaction")) & (
    CHECKPOINTS.c.row == bindparam("seen_row")
)
# A lease that ends later than one taken now was taken by a clock that was ahead.
FREE = or_(
    CHECKPOINTS.c.holder == bindparam("mine"),
    not_(CHECKPOINTS.c.held_until.between(bindparam("now"), bindparam("latest"))),
)
READ_ALL = select(CHECKPOINTS)
FURTHEST = (
    select(CHECKPOINTS.c.transaction, CHECKPOINTS.c.row)
    .order_by(CHECKPOINTS.c.transaction.desc(), CHECKPOINTS.c.row.desc())
    .limit(1)
)
READ_NAMED = READ_ALL.where(NAMED)
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
RESUME = update(CHECKPOINTS).where(CHECKPOINTS.c.failure.is_not(None)).values(failure=None)
RELEASE = update(CHECKPOINTS).where(CHECKPOINTS.c.holder == bindparam("mine")).values(held_until=0)


def at(named: Sequence[str], seen: Position, lease: Lease) -> dict[str, object]:
    """Return the parameters that find checkpoints, if they are where they were seen and free."""
    return {
        "named": named,
        "seen_transaction": seen.transaction,
        "seen_row": seen.row,
        "mine": lease.holder,
        "now": lease.now,
        "latest": lease.until,
    }


def move(named: Sequence[str], seen: Position, to: Position, lease: Lease) -> dict[str, object]:
    """Return the parameters that move checkpoints, and keep them for a while."""
    return {
        **at(named, seen, lease),
        "to_transaction": to.transaction,
        "to_row": to.row,
        "until": lease.until,
    }


def new(projection: str) -> dict[str, object]:
    """Return the row of a projection that begins, or begins anew."""
    lease = {"holder": "", "held_until": 0}
    return {"projection": projection, **BEGINNING._asdict(), **lease, "generation": uuid4().hex}


def prepare(connection: Connection) -> None:
    """Make the tables that are missing; those of 0.3.0 get the column that they lack."""
    TABLES.create_all(connection)
    columns = inspect(connection).get_columns(CHECKPOINTS.name)
    if not any(column["name"] == "generation" for column in columns):
        connection.execute(ADD_GENERATION)
