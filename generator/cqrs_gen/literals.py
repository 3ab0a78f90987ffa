"""Values typed on the command line, written as Python expressions of their type."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_AMOUNTS = re.compile(r"(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?", re.ASCII)
_TRUTHS = {"true": "True", "false": "False"}


def scalar(name: str, text: str) -> str:
    """Write a value of the scalar type `name`; raises ValueError saying what would be one."""
    try:
        return _WRITERS[name](text)
    except (ValueError, ArithmeticError, KeyError) as error:
        raise ValueError(_EXAMPLES[name]) from error


def _text(text: str) -> str:
    text.encode()  # what the terminal could not decode cannot be written to a file
    written = repr(text)
    return f'"{written[1:-1]}"' if '"' not in text and written[0] == "'" else written


def _bytes(text: str) -> str:
    written = repr(text.encode())
    return f'b"{written[2:-1]}"' if '"' not in text and written[1] == "'" else written


def _integer(text: str) -> str:
    if not re.fullmatch(r"[+-]?[0-9]+", text):
        raise ValueError(text)
    return str(int(text))


def _float(text: str) -> str:
    number = float(text)
    if number - number != 0:
        raise ValueError(text)
    return repr(number)


def _decimal(text: str) -> str:
    from decimal import Decimal  # noqa: PLC0415  few fields have a default

    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(text)
    whole = re.fullmatch(r"-?[0-9]+", str(number))
    return f"Decimal({int(number)})" if whole else f'Decimal("{number}")'


def _date(text: str) -> str:
    from datetime import date  # noqa: PLC0415

    day = date.fromisoformat(text)
    return f"date({day.year}, {day.month}, {day.day})"


def _datetime(text: str) -> str:
    from datetime import UTC, datetime  # noqa: PLC0415

    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    at = moment.astimezone(UTC)
    clock = _trimmed(at.hour, at.minute, at.second, at.microsecond)
    return f"datetime({at.year}, {at.month}, {at.day}, {clock}, tzinfo=UTC)"


def _time(text: str) -> str:
    from datetime import time  # noqa: PLC0415

    at = time.fromisoformat(text)
    if at.tzinfo is not None:
        raise ValueError(text)
    return f"time({_trimmed(at.hour, at.minute, at.second, at.microsecond)})"


def _trimmed(*parts: int) -> str:
    """Leave out the seconds and their fractions where they are nothing."""
    kept = list(parts)
    while len(kept) > len(("hour", "minute")) and not kept[-1]:
        kept.pop()
    return ", ".join(map(str, kept))


def _timedelta(text: str) -> str:
    from datetime import timedelta  # noqa: PLC0415

    amounts = _AMOUNTS.fullmatch(text)
    if amounts is None or not text:
        raise ValueError(text)
    units = zip(("days", "hours", "minutes", "seconds"), amounts.groups(), strict=True)
    given = {unit: int(amount) for unit, amount in units if amount}
    timedelta(**given)
    return f"timedelta({', '.join(f'{unit}={amount}' for unit, amount in given.items())})"


def _uuid(text: str) -> str:
    from uuid import UUID  # noqa: PLC0415

    return f'UUID("{UUID(text)}")'


_WRITERS: dict[str, Callable[[str], str]] = {
    "str": _text,
    "int": _integer,
    "float": _float,
    "bool": lambda text: _TRUTHS[text.lower()],
    "bytes": _bytes,
    "Decimal": _decimal,
    "date": _date,
    "datetime": _datetime,
    "time": _time,
    "timedelta": _timedelta,
    "UUID": _uuid,
}
_EXAMPLES = {
    "str": "text that can be written to a file",
    "int": "a whole number, as in `10`",
    "float": "a finite number, as in `1.5`",
    "bool": "`true` or `false`",
    "bytes": "text that can be written to a file",
    "Decimal": "a finite number, as in `12.50`",
    "date": "a day, as in `2024-01-31`",
    "datetime": "a moment with its zone, as in `2024-01-31T12:00Z`",
    "time": "a time of day without a zone, as in `12:30`",
    "timedelta": "an amount of time, as in `1d2h30m` or `90s`",
    "UUID": "a UUID, as in `6f1c1b9e-8c5b-4f55-9a3e-2f8a3c7f0d11`",
}
