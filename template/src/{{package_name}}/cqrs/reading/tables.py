"""The tables of read models: made where they are missing, else compared with what is declared."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import Column, Connection, Table, Text, delete, select
from sqlalchemy.dialects.sqlite import insert

from ..schema import prepare
from .checkpoints import TABLES
from .read_model import ReadModel

READ_MODELS = Table(
    "read_models",
    TABLES,
    Column("table", Text, primary_key=True),
    Column("types", Text, nullable=False),
)
"""What each table was made for: one type of column keeps several types of Python."""

_NEW = insert(READ_MODELS)
NOTE = _NEW.on_conflict_do_update(index_elements=["table"], set_={"types": _NEW.excluded.types})


def prepare_read_models(
    connection: Connection, models: Iterable[ReadModel]
) -> tuple[set[str], list[str]]:
    """Make the tables that are missing and name them; describe those made for other columns."""
    by_table = {model.table: model for model in models}
    prepared = prepare(connection, list(by_table))
    made = {table.name for table in prepared.made}
    known: dict[str, str] = {row[0]: row[1] for row in connection.execute(select(READ_MODELS))}
    faults, notes = list(prepared.failures), []
    for table, model in by_table.items():
        before = None if table.name in made else known.get(table.name)
        differing = _other_types(model, before) | prepared.differing.get(table, {})
        if differing:
            faults.append(_fault(model, differing.values()))
        elif before is None:
            notes.append({"table": table.name, "types": model.types})
    if notes:
        connection.execute(NOTE, notes)
    return made, faults


def forget(connection: Connection, table: str) -> None:
    """Forget a table that has been dropped."""
    connection.execute(delete(READ_MODELS).where(READ_MODELS.c.table == table))


def _other_types(model: ReadModel, before: str | None) -> dict[str, str]:
    if before is None or before == model.types:
        return {}
    now, then = json.loads(model.types), json.loads(before)
    return {
        name: f"`{name}` was made for `{then[name]}`, not `{type_}`"
        for name, type_ in now.items()
        if then.get(name, type_) != type_
    }


def _fault(model: ReadModel, differences: Iterable[str]) -> str:
    return (
        f"the read model `{model.name}` has other columns than its table `{model.table.name}`: "
        f"{'; '.join(differences)}. Raise its `version` to {model.version + 1}, "
        "and a new table is filled from the journal"
    )
