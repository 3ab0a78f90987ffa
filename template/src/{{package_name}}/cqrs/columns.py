"""Which column keeps a Python type: read models and the journal are declared in Python's own types."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Double,
    Interval,
    LargeBinary,
    Numeric,
    Text,
    Time,
    TypeDecorator,
    Uuid,
)
from sqlalchemy.types import TypeEngine

from .hints import plain, without_none


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, kept and given back in UTC; one without a zone is taken to be UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else in_utc(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else in_utc(value)


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal without loss: text on SQLite, which has no such number, so order it by a cast."""

    impl = Text
    cache_ok = True

    @property
    def python_type(self) -> type[Decimal]:
        return Decimal

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Numeric())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        return str(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class AsJson(TypeDecorator[Any]):
    """Any type that pydantic can write and read, kept as JSON text."""

    impl = Text
    cache_ok = True

    def __init__(self, kept: Any) -> None:
        super().__init__()
        self.kept = kept  # named like the parameter: SQLAlchemy's statement cache goes by it
        self._adapter: TypeAdapter[Any] = TypeAdapter(kept)

    @property
    def python_type(self) -> Any:
        return self.kept

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return self._adapter.dump_json(value, warnings="error").decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else self._adapter.validate_json(value)


COLUMN_TYPES: dict[object, type[TypeEngine[Any]]] = {
    str: Text,
    int: BigInteger,
    float: Double,
    bool: Boolean,
    bytes: LargeBinary,
    Decimal: ExactDecimal,
    date: Date,
    datetime: UtcDateTime,
    time: Time,
    timedelta: Interval,
    UUID: Uuid,
}


def column(name: str, python_type: object, *, key: bool = False) -> Column[Any]:
    """Make a column for a Python type: `str`, `datetime | None`, `list[str]`, a class of yours."""
    kept, nullable = without_none(plain(python_type))
    known = COLUMN_TYPES.get(plain(kept))
    column_type = AsJson(kept) if known is None else known()
    return Column(name, column_type, primary_key=key, nullable=nullable, autoincrement=False)


def in_utc(value: datetime) -> datetime:
    """Give the same moment in UTC; one without a zone is taken to be UTC."""
    if value.tzinfo is UTC:
        return value
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
