"""What is declared on `tables`: made where it is missing, else compared with the write store."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, MetaData

from ..journal import JOURNAL
from ..journal_names import NAMES
from ..schema import prepare
from .heartbeat import HEARTBEATS
from .receipts import RECEIPTS

OWN = {table.name for table in (JOURNAL, NAMES, RECEIPTS, HEARTBEATS)}


def prepare_declared(connection: Connection, declared: MetaData) -> list[str]:
    """Make the tables that are missing; describe those that do not fit what is declared."""
    if faults := list(_name_faults(declared)):
        return faults
    prepared = prepare(connection, list(declared.tables.values()))
    return [
        *(f"in the write store, {failure}" for failure in prepared.failures),
        *(
            f"the table `{table.name}` of the write store is not as it is declared: "
            f"{'; '.join(differences.values())}. Change the table by a migration, or what is declared"
            for table, differences in prepared.differing.items()
        ),
    ]


def _name_faults(declared: MetaData) -> Iterator[str]:
    spelled: dict[str, str] = {}
    for name in declared.tables:
        if name.lower() in OWN:
            yield f"the table `{name}` has the name of one of the framework's: rename it"
        elif (other := spelled.setdefault(name.lower(), name)) != name:
            yield f"the tables `{other}` and `{name}` have one name in SQL: rename one of them"
