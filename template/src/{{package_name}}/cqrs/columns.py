"""Which column keeps a Python type: read models and the journal are declared in Python's own types."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError
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
from .messages import IN_JSON

NOT_WRITTEN = (ValidationError, TypeError, AttributeError)


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


UTF8 = ConfigDict(ser_json_inf_nan="strings")
BASE64 = "base64:"
"""What JSON text begins with if its bytes are in base64, since they are not all text in UTF-8."""


class AsJson(TypeDecorator[Any]):
    """Any type that pydantic can write and read, kept as JSON text."""

    impl = Text
    cache_ok = True

    def __init__(self, kept: Any) -> None:
        super().__init__()
        self.kept = kept  # named like the parameter: SQLAlchemy's statement cache goes by it
        # In a tuple, since a class takes these settings only from what it is a part of.
        self._in_utf8: TypeAdapter[Any] = TypeAdapter(tuple[kept], config=UTF8)
        self._in_base64: TypeAdapter[Any] = TypeAdapter(tuple[kept], config=IN_JSON)
        self._holds_none = _accepts_none(self._in_utf8)

    @property
    def python_type(self) -> Any:
        return self.kept

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if value is None and not self._holds_none:
            return None
        try:
            return self._in_utf8.dump_json((value,), warnings="error").decode()[1:-1]
        except PydanticSerializationError:
            text = self._in_base64.dump_json((value,), warnings="error").decode()[1:-1]
            return f"{BASE64}{text}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        written = self._in_base64 if value.startswith(BASE64) else self._in_utf8
        return written.validate_json(f"[{value.removeprefix(BASE64)}]")[0]


def _accepts_none(written: TypeAdapter[Any]) -> bool:
    # `Any` does, and so its None is one of its values: its column has no NULL.
    try:
        written.validate_python((None,))
    except NOT_WRITTEN:
        return False
    return True


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
