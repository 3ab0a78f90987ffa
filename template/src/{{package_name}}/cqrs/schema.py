"""The tables of a store: made where they are missing, else compared with what is declared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from sqlalchemy import Column, Connection, Dialect, Index, MetaData, Table, UniqueConstraint
from sqlalchemy.exc import SQLAlchemyError

COLUMNS = """
    SELECT stored.name, found.name, found.type, found."notnull", found.pk
    FROM sqlite_master AS stored JOIN pragma_table_xinfo(stored.name) AS found
    WHERE stored.type = 'table' AND found.hidden <> 1
"""
INDEXES = """
    SELECT stored.name, listed.name, listed."unique", indexed.name
    FROM sqlite_master AS stored
    JOIN pragma_index_list(stored.name) AS listed
    JOIN pragma_index_info(listed.name) AS indexed
    WHERE stored.type = 'table'
"""
AS_WRITTEN = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"
KEPT_AS_TEXT = {"DATE", "DATETIME", "TIME"}


class StoredColumn(NamedTuple):
    """A column as the store has it."""

    type: str
    is_nullable: bool
    is_key: bool


@dataclass(slots=True)
class StoredTable:
    """A table as the store has it; names are in lower case, for SQL knows no other."""

    columns: dict[str, StoredColumn] = field(default_factory=dict)
    indexes: dict[str, set[str]] = field(default_factory=dict)
    unique: set[str] = field(default_factory=set)
    """Which of the indexes."""

    @property
    def unique_columns(self) -> list[set[str]]:
        """What no two rows share: the columns of the key, and those of each unique index."""
        key = {name for name, column in self.columns.items() if column.is_key}
        return [key, *(self.indexes[name] for name in self.unique)]


def stored_tables(connection: Connection) -> dict[str, StoredTable]:
    """Read all tables of a store, in two statements however many there are."""
    tables: dict[str, StoredTable] = {}
    for table, name, type_, not_null, key in connection.exec_driver_sql(COLUMNS):
        stored = tables.setdefault(table.lower(), StoredTable())
        stored.columns[name.lower()] = StoredColumn(type_, not not_null, bool(key))
    for table, index, is_unique, name in connection.exec_driver_sql(INDEXES):
        stored = tables[table.lower()]
        stored.indexes.setdefault(index.lower(), set()).add(str(name).lower())
        if is_unique:
            stored.unique.add(index.lower())
    return tables


class Prepared(NamedTuple):
    """Which tables were made, and how others differ: a sentence for each column that does."""

    made: tuple[Table, ...]
    differing: dict[Table, dict[str, str]]
    failures: list[str]


def prepare(connection: Connection, declared: Sequence[Table]) -> Prepared:
    """Make the tables that are missing, and the indexes of those that are as declared."""
    as_written = tuple(connection.exec_driver_sql(AS_WRITTEN).scalars())
    if _as_declared.get(tuple(declared)) == as_written:
        return Prepared((), {}, [])
    prepared = _prepare(connection, declared)
    if not (prepared.made or prepared.differing or prepared.failures):
        _as_declared[tuple(declared)] = as_written
    return prepared


_as_declared: dict[tuple[Table, ...], tuple[str, ...]] = {}
"""The text of tables that were found to be as declared: the tests of a project need no more."""


def _prepare(connection: Connection, declared: Sequence[Table]) -> Prepared:
    stored = stored_tables(connection)
    there = {each: stored[each.name.lower()] for each in declared if each.name.lower() in stored}
    missing = tuple(each for each in declared if each not in there)
    differing = {
        table: found
        for table, before in there.items()
        if (found := differences(table, before, connection.dialect))
    }
    failures = [
        *_make_tables(connection, missing),
        *_make_indexes(connection, {t: s for t, s in there.items() if t not in differing}),
    ]
    return Prepared(missing, differing, failures)


def _make_tables(connection: Connection, missing: Iterable[Table]) -> Iterator[str]:
    grouped: dict[MetaData, list[Table]] = {}
    for table in missing:
        grouped.setdefault(table.metadata, []).append(table)
    for metadata, tables in grouped.items():
        try:
            metadata.create_all(connection, tables, checkfirst=False)
        except SQLAlchemyError as error:
            yield _failure(tables, error)


def _make_indexes(connection: Connection, there: Mapping[Table, StoredTable]) -> Iterator[str]:
    for table, stored in there.items():
        for index in table.indexes:
            if str(index.name).lower() not in stored.indexes:
                try:
                    index.create(connection)
                except SQLAlchemyError as error:
                    yield _failure([table], error)


def _failure(tables: Iterable[Table], error: SQLAlchemyError) -> str:
    names = ", ".join(f"`{table.name}`" for table in tables)
    return f"{names} cannot be made: {getattr(error, 'orig', None) or error}"


def differences(declared: Table, stored: StoredTable, dialect: Dialect) -> dict[str, str]:
    """Describe how a table in the store differs from what is declared, by column."""
    columns = {column.name.lower(): column for column in declared.columns}
    missing = [column for name, column in columns.items() if name not in stored.columns]
    shared = [(column, stored.columns[n]) for n, column in columns.items() if n in stored.columns]
    compared = {one.name: _column_differences(one, other, dialect) for one, other in shared}
    return {
        **{column.name: f"`{column.name}` is missing" for column in missing},
        **{name: f"`{name}` is not declared" for name in stored.columns if name not in columns},
        **{name: f"`{name}` {' and '.join(found)}" for name, found in compared.items() if found},
        **_missing_uniqueness(declared, stored),
    }


def _column_differences(
    declared: Column[object], stored: StoredColumn, dialect: Dialect
) -> list[str]:
    found = []
    type_ = declared.type.compile(dialect=dialect)
    if not _holds(stored.type, type_):
        found.append(f"is {stored.type}, not {type_}")
    if declared.primary_key != stored.is_key:
        found.append(f"is {'not ' if declared.primary_key else ''}in the key")
    elif not stored.is_key and bool(declared.nullable) != stored.is_nullable:
        found.append(f"{'may not' if declared.nullable else 'may'} be NULL")
    return found


def _missing_uniqueness(declared: Table, stored: StoredTable) -> dict[str, str]:
    unique: list[UniqueConstraint | Index] = []
    unique += (each for each in declared.constraints if isinstance(each, UniqueConstraint))
    unique += (each for each in declared.indexes if each.unique)
    found = {}
    for each in unique:
        names = {column.name.lower() for column in each.columns}
        is_there = str(each.name).lower() in stored.unique or names in stored.unique_columns
        if names <= stored.columns.keys() and not is_there:
            shown = ", ".join(f"`{name}`" for name in sorted(names))
            found[shown] = f"{shown} is not unique"
    return found


@cache
def _holds(stored: str, declared: str) -> bool:
    """Whether a column holds values of a declared type as they are, by SQLite's rules.

    Lengths, and other names of what SQLite stores alike, make no difference: tables that
    were migrated by hand say `INT`, `VARCHAR(50)` or, for a date, `TEXT`.
    """
    old, new = _storage(stored), _storage(declared)
    return old in {new, "ANY"} or (old == "TEXT" and new in KEPT_AS_TEXT)


def _storage(type_: str) -> str:
    name = re.sub(r"\(.*", "", type_).strip().upper()
    for storage, parts in (
        ("INTEGER", ("INT", "BOOL")),
        ("TEXT", ("CHAR", "CLOB", "TEXT", "JSON")),
        ("BLOB", ("BLOB",)),
        ("REAL", ("REAL", "FLOA", "DOUB", "NUMERIC", "DECIMAL")),
        ("DATETIME", ("TIMESTAMP",)),
    ):
        if any(part in name for part in parts):
            return storage
    return name or "ANY"
