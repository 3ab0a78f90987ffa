"""What a projection wants changed in its read model, as data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Delete,
    Double,
    Insert,
    Table,
    bindparam,
    case,
    delete,
    func,
    literal_column,
)
from sqlalchemy.dialects.sqlite import insert

from ..columns import ExactDecimal
from ..values import PROJECTED, unfit

Values: TypeAlias = Mapping[str, Any]
NONE: Values = MappingProxyType({})


class Upsert(NamedTuple):
    """Change the row of this key, or make it.

    `set` is what the event says; `add` counts up; `start` is what only a new row begins with.
    """

    table: Table
    key: Values
    set: Values = NONE
    add: Values = NONE
    start: Values = NONE

    @property
    def statement(self) -> Insert:
        """The statement for all rows with these columns, built once."""
        return _upsert(
            self.table, tuple(self.key), tuple(self.set), tuple(self.add), tuple(self.start)
        )

    @property
    def parameters(self) -> dict[str, Any]:
        """The values of this row; raises ValueError or TypeError for one that does not fit."""
        for name, added in self.add.items():
            if isinstance(added, float) and isinstance(self.table.c[name].type, BigInteger):
                raise TypeError(f"`{self.table}.{name}` counts in integers, not by {added}")
        values = {**self.start, **self.key, **self.set, **self.add}
        _require_fit(self.table, values)
        return values


class Removal(NamedTuple):
    """Remove the row of this key, if it is there."""

    table: Table
    key: Values

    @property
    def statement(self) -> Delete:
        """The statement for all keys with these columns, built once."""
        return _removal(self.table, tuple(self.key))

    @property
    def parameters(self) -> dict[str, Any]:
        """The values of this key; raises ValueError for one that its column cannot hold."""
        _require_fit(self.table, self.key)
        return {f"key_{name}": value for name, value in self.key.items()}


Change: TypeAlias = Upsert | Removal


@lru_cache(maxsize=1024)
def _upsert(
    table: Table,
    key: tuple[str, ...],
    set_: tuple[str, ...],
    add: tuple[str, ...],
    start: tuple[str, ...],
) -> Insert:
    names = (*start, *key, *set_, *add)
    if len(names) > len(set(names)):
        raise ValueError(f"A change of {table} names a column twice: {', '.join(names)}")
    statement = insert(table).values({name: bindparam(name) for name in names})
    new = statement.excluded
    changed: dict[str, ColumnElement[Any]] = {name: new[name] for name in set_}
    changed |= {name: _sum(table.c[name], new[name]) for name in add}
    if not changed:
        return statement.on_conflict_do_nothing(index_elements=key)
    return statement.on_conflict_do_update(index_elements=key, set_=changed)


def _sum(old: Column[Any], new: ColumnElement[Any]) -> ColumnElement[Any]:
    if not isinstance(old.type, BigInteger | Double | ExactDecimal):
        raise TypeError(f"`{old}` is no number, so nothing can be added to it")
    counted = func.coalesce(old, literal_column("0")) if old.nullable else old
    # SQLite has no exact decimals: the store brings the addition along, see sqlite.py.
    if isinstance(old.type, ExactDecimal):
        return func.coalesce(func.decimal_add(counted, new), _overflow(old))
    total = counted + new
    if isinstance(old.type, Double):
        return func.coalesce(total, _overflow(old))  # infinity less infinity is NULL
    # An integer of more than 64 bits turns into a float.
    exact = func.typeof(total) == literal_column("'integer'")
    return case((exact, total), else_=_overflow(old))


def _overflow(column: Column[Any]) -> ColumnElement[Any]:
    # Outside of triggers SQLite has nothing to raise with, but a bad path is an error that quotes it.
    path = f"`{column}` cannot hold the sum exactly".replace("'", "''")
    return func.json_extract(literal_column("'{}'"), literal_column(f"'{path}'"))


def _require_fit(table: Table, values: Values) -> None:
    if found := unfit(values, PROJECTED):
        raise ValueError(f"`{table}` cannot hold a change: {'; '.join(found)}")


@lru_cache(maxsize=1024)
def _removal(table: Table, key: tuple[str, ...]) -> Delete:
    return delete(table).where(*(table.c[name] == bindparam(f"key_{name}") for name in key))
