"""Pages: rows in a fixed order, and a cursor to where the next page begins."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, RowMapping, Select, bindparam, tuple_

from ..errors import InvalidMessage
from ..messages import IN_JSON
from ..values import MOST_INT, faults

Item = TypeVar("Item")

# No field begins with an underscore, so none is mistaken for these.
KEY = "_key_"
LIMIT = "_limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Item]):
    """Some of the answer, and the cursor that asks for what follows (None: that was all)."""

    items: list[Item]
    next: str | None


class Paging:
    """A select with an order, cut into pages.

    `by` are columns that no two rows share all of; a page begins after a row, not at a number,
    so that rows which come or go meanwhile neither repeat nor hide others.
    """

    def __init__(self, select: Select[Any], *, by: Sequence[ColumnElement[Any]]) -> None:
        if maybe := [column for column in by if getattr(column, "nullable", False)]:
            raise ValueError(f"Pages cannot go by `{maybe[0]}`: it may be None, which has no order")
        keys = [column.label(f"{KEY}{number}") for number, column in enumerate(by)]
        bounds = [bindparam(f"{KEY}{n}", type_=column.type) for n, column in enumerate(by)]
        self._first = select.add_columns(*keys).order_by(*by).limit(bindparam(LIMIT))
        self._next = self._first.where(tuple_(*by) > tuple_(*bounds))
        self._names = [bound.key for bound in bounds]
        types = tuple(column.type.python_type for column in by)
        self._keys: TypeAdapter[tuple[Any, ...]] = TypeAdapter(tuple[types], config=IN_JSON)  # type: ignore[valid-type]

    def statement(self, limit: int, cursor: str | None) -> tuple[Select[Any], dict[str, Any]]:
        """Give the select of a page, which has one row more to tell whether others follow.

        Raises InvalidMessage for a limit below 1, and for a cursor that no page gave.
        """
        if limit < 1:
            raise InvalidMessage("The query is not right", ["limit: a page has at least one row"])
        bounds: dict[str, Any] = {LIMIT: min(limit, MOST_INT - 1) + 1}
        if cursor is None:
            return self._first, bounds
        return self._next, bounds | dict(zip(self._names, self._read(cursor), strict=True))

    def cursor(self, row: RowMapping) -> str:
        """Write down where a row stands."""
        keys = tuple(row[name] for name in self._names)
        return urlsafe_b64encode(self._keys.dump_json(keys)).decode()

    def values(self, row: RowMapping) -> Mapping[str, Any]:
        """Give a row's columns without those of the cursor."""
        return {name: value for name, value in row.items() if name not in self._names}

    def _read(self, cursor: str) -> tuple[Any, ...]:
        with suppress(ValueError, OverflowError):  # pydantic's own is a ValueError, too
            keys = self._keys.validate_json(urlsafe_b64decode(cursor))
            if not faults(keys):
                return keys
        fault = f"cursor: `{cursor}` is not one that a page gave as its `next`"
        raise InvalidMessage("The query is not right", [fault])
