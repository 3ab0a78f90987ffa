"""Values to write into generated code: samples for tests, and zeros to start a row with."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, NamedTuple

from .types import IMPORTS

if TYPE_CHECKING:
    from .types import Type


class Sample(NamedTuple):
    """A Python expression and the sorted import statements that it needs."""

    expression: str
    imports: tuple[str, ...] = ()


_ZEROS = {
    "str": '""',
    "int": "0",
    "float": "0.0",
    "bool": "False",
    "bytes": 'b""',
    "list": "[]",
    "dict": "{}",
}
# A moment has no zero: the moment of the event itself is the nearest thing.
_ZEROS_OF_EVENT = {
    "datetime": "recorded.at",
    "date": "recorded.at.date()",
    "time": "recorded.at.time()",
}
_IMPORTED_ZEROS = {"Decimal": "Decimal(0)", "timedelta": "timedelta()", "UUID": "UUID(int=0)"}


def sample(held: Type, name: str, variant: int = 0) -> Sample:
    """Write a value for a test, told apart by the field's name and by `variant`.

    A `bool` has two variants only. A type of the project's own is left to its own samples:
    `sample(Money)`, where `sample` is the framework's.
    """
    if held.item is not None:
        return _holding(held, sample(held.item, name, variant))
    if held.is_custom:
        number = f", {variant}" if variant else ""
        return Sample(f"sample({held.class_name}{number})", held.imports)
    names = ("UTC", held.name) if held.name == "datetime" else (held.name,)
    return Sample(_scalar(held.name, name, variant), _imports(*names))


def zero(held: Type) -> Sample | None:
    """Write the value that a row begins with; None where only the project could know it.

    Moments begin with the event's, by way of a variable `recorded`.
    """
    if held.optional:
        return Sample("None")
    if held.name in _IMPORTED_ZEROS:
        return Sample(_IMPORTED_ZEROS[held.name], _imports(held.name))
    expression = (_ZEROS | _ZEROS_OF_EVENT).get(held.name)
    return None if expression is None else Sample(expression)


def _holding(held: Type, item: Sample) -> Sample:
    start, end = ("[", "]") if held.name == "list" else ('{"key": ', "}")
    return Sample(f"{start}{item.expression}{end}", item.imports)


def _imports(*names: str) -> tuple[str, ...]:
    return tuple(sorted(IMPORTS[name] for name in names if name in IMPORTS))


def _scalar(kind: str, name: str, variant: int) -> str:
    number = _number(name) + variant
    day, month, year = _number(name) % 28 + 1, variant % 12 + 1, 2024 + variant // 12
    text = f"{name}-{variant + 1}" if variant else name
    return {
        "str": f'"{text}"',
        "int": f"{number}",
        "float": f"{number}.5",
        "bool": f"{variant % 2 == 0}",
        "bytes": f'b"{text}"',
        "Decimal": f'Decimal("{number}.50")',
        "date": f"date({year}, {month}, {day})",
        "datetime": f"datetime({year}, {month}, {day}, 3, 4, 5, tzinfo=UTC)",
        "time": f"time({_number(name) % 24}, {variant % 60}, 5)",
        "timedelta": f"timedelta(minutes={number})",
        "UUID": f"UUID(int={number})",
    }[kind]


def _number(name: str) -> int:
    """Give a field a number by its name, so that two fields hardly ever share a value."""
    return zlib.crc32(name.encode()) % 89 + 10
