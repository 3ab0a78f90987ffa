"""Idempotency: a command sent with a key leaves a receipt, and the same key gives the same ack."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeAlias
from uuid import UUID

from pydantic_core import PydanticSerializationError
from sqlalchemy import (
    BigInteger,
    Column,
    MetaData,
    Row,
    Table,
    Text,
    bindparam,
    delete,
    select,
)
from sqlalchemy.dialects.sqlite import insert

from ..codec import adapter
from ..columns import AsJson, UtcDateTime
from ..errors import KeyReused
from ..messages import Ack, Command, Id, Position
from ..values import canonical
from .unit_of_work import Execution

KEPT = timedelta(days=1)
"""How long a key is known; after that it may come again and is decided anew."""

KeptId: TypeAlias = tuple[Literal[True], UUID] | tuple[Literal[False], int | str]
"""An ID, and whether it is a UUID: in JSON it would look like any other text."""

RECEIPTS = Table(
    "receipts",
    MetaData(),
    Column("key", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("id", AsJson(KeptId), nullable=True),
    Column("transaction", BigInteger, nullable=True),
    Column("row", BigInteger, nullable=True),
    Column("at", UtcDateTime, nullable=False),
)

RECALL = select(RECEIPTS).where(
    RECEIPTS.c.key == bindparam("key"), RECEIPTS.c.at > bindparam("since")
)
FORGET = delete(RECEIPTS).where(RECEIPTS.c.at <= bindparam("until"))
_NEW = insert(RECEIPTS)
KEEP = _NEW.on_conflict_do_update(
    index_elements=["key"],
    set_={c.name: _NEW.excluded[c.name] for c in RECEIPTS.c},
    where=RECEIPTS.c.at <= bindparam("expired"),
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is kept of a command that came with a key; `digest` tells whether it is the same."""

    key: str
    command: Command
    digest: str
    id: Id | None = None

    def kept_at(self, position: Position | None, now: datetime) -> Execution:
        """Give the statement that keeps it; it touches no row if the key is known already."""
        transaction, row = position or (None, None)
        parameters = {
            "key": self.key,
            "digest": self.digest,
            "id": None if self.id is None else (isinstance(self.id, UUID), self.id),
            "transaction": transaction,
            "row": row,
            "at": now,
            "expired": now - KEPT,
        }
        return Execution(KEEP, parameters, rows=1)

    def ack(self, row: Row[Any]) -> Ack:
        """Give the ack that the key gave before; another command is KeyReused."""
        if row.digest != self.digest and row.digest != _digest_by_json(self.command):
            raise KeyReused(f"The key `{self.key}` came before, with another command")
        position = None if row.row is None else Position(row.transaction, row.row)
        return Ack(None if row.id is None else row.id[1], position)


def receipt_of(command: Command, key: str) -> Receipt:
    """Begin a receipt for a command."""
    try:
        digest = hashlib.sha256(canonical(command).encode(errors="surrogatepass")).hexdigest()
    except PydanticSerializationError:  # a field that its annotation alone knows how to write
        digest = _digest_by_json(command)
    return Receipt(key, command, digest)


def _digest_by_json(command: Command) -> str:
    # As 0.3 made it, for the receipts that it has left.
    kind = type(command)
    body = json.dumps(adapter(kind).dump_python(command, mode="json"), sort_keys=True)
    return hashlib.sha256(f"{kind.__name__}\n{body}".encode()).hexdigest()


def recall(key: str) -> dict[str, object]:
    """Give the parameters that find a key's receipt."""
    return {"key": key, "since": datetime.now(UTC) - KEPT}
