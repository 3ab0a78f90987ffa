"""Sample values for tests, of any type that a field may have."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, ClassVar, Literal, TypeVar, get_args, get_origin, get_type_hints
from uuid import UUID

from pydantic import BaseModel

from .hints import members, plain

T = TypeVar("T")

SAMPLES: dict[Any, Callable[[int], Any]] = {
    str: lambda number: f"sample {number}",
    int: lambda number: number + 1,
    float: lambda number: number + 0.5,
    bool: lambda number: number % 2 == 0,
    bytes: lambda number: b"sample %d" % number,
    Decimal: lambda number: Decimal(number + 1),
    date: lambda number: date(2024, 1, number % 28 + 1),
    datetime: lambda number: datetime(2024, 1, number % 28 + 1, tzinfo=UTC),
    time: lambda number: time(number % 24),
    timedelta: lambda number: timedelta(minutes=number + 1),
    UUID: lambda number: UUID(int=number + 1),
}
"""How to make a sample of a type; add your own in `tests/conftest.py`: `SAMPLES[Money] = …`."""


def sample(wanted: type[T], number: int = 0) -> T:
    """Make a value of a type; another number makes another one, where the type has more.

    Raises TypeError for a type that it cannot make, and says how to teach it.
    """
    value: T = _sample(wanted, number)
    return value


def _sample(wanted: Any, number: int) -> Any:
    if wanted in SAMPLES:
        return SAMPLES[wanted](number)
    if (simpler := plain(members(wanted)[0])) is not wanted:
        return _sample(simpler, number)
    origin, args = get_origin(wanted), get_args(wanted)
    if origin is Literal:
        return args[number % len(args)]
    if origin in (list, set, frozenset):
        return origin([_sample(args[0], number)])
    if origin is dict:
        return {_sample(args[0], number): _sample(args[1], number)}
    return _sample_of_class(wanted, number)


def _sample_of_class(wanted: Any, number: int) -> Any:
    if isinstance(wanted, type) and issubclass(wanted, enum.Enum):
        return list(wanted)[number % len(wanted)]
    if isinstance(wanted, type) and (is_dataclass(wanted) or issubclass(wanted, BaseModel)):
        make: Callable[..., Any] = wanted
        hints = get_type_hints(wanted, include_extras=True)
        kept = (n for n, hint in hints.items() if get_origin(hint) is not ClassVar)
        return make(**{name: _sample(hints[name], number) for name in kept})
    shown = wanted if get_args(wanted) else getattr(wanted, "__name__", wanted)
    raise TypeError(
        f"No sample of {wanted!r} is known: "
        f"add `SAMPLES[{shown}] = lambda number: …` to tests/conftest.py"
    )
