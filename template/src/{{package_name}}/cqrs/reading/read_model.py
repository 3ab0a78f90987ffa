"""A read model: a table shaped as a query wants it, filled by one projection."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Index, MetaData, Table
from sqlalchemy.sql import ColumnCollection
from sqlalchemy.sql.elements import KeyedColumnElement

from ..columns import column
from ..hints import spelled
from .changes import Removal, Upsert, Values


class ReadModel:
    """Declare a read model by the Python types of its columns.

    Change its columns or what fills them, and raise `version`: a new table is then filled
    from the whole journal, while processes of the version before go on with theirs.
    """

    def __init__(
        self,
        name: str,
        *,
        version: int,
        key: Mapping[str, object],
        columns: Mapping[str, object],
        indexes: Sequence[str] = (),
    ) -> None:
        self.name = name
        self.version = version
        self.key = tuple(key)
        self.types = json.dumps({name: spelled(t) for name, t in {**key, **columns}.items()})
        table_name = f"{name}_v{version}"
        self.table = Table(
            table_name,
            MetaData(),
            *(column(name, kept, key=True) for name, kept in key.items()),
            *(column(name, kept) for name, kept in columns.items()),
            *(Index(f"{table_name}_{name}", name) for name in indexes),
        )

    @property
    def c(self) -> ColumnCollection[str, KeyedColumnElement[Any]]:
        """The columns, by name: `USERS.c["email"]`."""
        return self.table.c

    def upsert(
        self,
        *,
        key: Values,
        set: Values | None = None,  # noqa: A002  the word that SQL has for it
        add: Values | None = None,
        start: Values | None = None,
    ) -> Upsert:
        """Change the row of this key, or make it.

        `set` is what the event says; `add` counts up; `start` is what only a new row begins with.
        """
        return Upsert(self.table, key, set or {}, add or {}, start or {})

    def remove(self, *, key: Values) -> Removal:
        """Remove the row of this key, if it is there."""
        return Removal(self.table, key)
