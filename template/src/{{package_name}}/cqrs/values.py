"""Values: which can be stored, whether they are read back as they were, and which are equal."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from enum import Enum
from itertools import count, zip_longest
from math import isfinite
from operator import attrgetter
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from pydantic import BaseModel, Secret, SecretBytes, SecretStr
from pydantic_core import to_json

from .errors import InvalidParameter

T = TypeVar("T")

Rule: TypeAlias = Callable[[Any], str | None]
"""Returns why a value cannot be stored, None if it can."""

Form: TypeAlias = tuple[str, Callable[[Any], str]]
"""What a kind of value is called in canonical text, and how one is written there."""

Path: TypeAlias = tuple[object, ...]

Taken: TypeAlias = tuple[Iterable[object], Sequence[Any], Sequence[Any]]
"""The parts of a value: the place of each, the part itself, and what was read back for it."""

Parts: TypeAlias = Callable[[Any, Any], Taken]
"""Returns the parts of a value beside those of what was read back."""


class ByType(dict[type, T]):
    """What holds for each type; a type that is not listed is treated as its nearest base is."""

    def __init__(self, listed: Mapping[type, T], otherwise: Callable[[type], T]) -> None:
        super().__init__(listed)
        self._otherwise = otherwise

    def __missing__(self, kind: type) -> T:
        base = next((base for base in kind.__mro__ if base in self), None)
        self[kind] = known = self._otherwise(kind) if base is None else self[base]
        return known


LEAST_INT, MOST_INT = -(2**63), 2**63 - 1

MOST_DIGITS = 400
"""How many digits a decimal has on either side of its point.

`add=` sums with 1000 digits, which leaves room for more decimals than a journal can hold.
"""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""SQLite stores a duration as the moment that is so long after this one."""

LEAST_SPAN = datetime.min.replace(tzinfo=UTC) - EPOCH
MOST_SPAN = datetime.max.replace(tzinfo=UTC) - EPOCH

DEEPEST = 100
"""How many levels deep a value is nested; parsers of JSON give up at about 200."""

STAND_INS = (float, dict, date, time, datetime, timedelta, UUID)
"""Types whose subclasses (a `defaultdict`, the `datetime` of a test) hold no more than they do."""

MISSING = object()


def _by_parts(_value: object) -> None:
    return None


def _anything(_value: object) -> None:
    return None


def _unlisted(kind: type) -> Rule:
    return _by_parts if PARTS[kind] else _anything


def _int(value: int) -> str | None:
    return None if LEAST_INT <= value <= MOST_INT else "an integer has at most 64 bits"


def _float(value: float) -> str | None:
    return "NaN cannot be stored" if value != value else None  # noqa: PLR0124  NaN alone


def _finite(value: float) -> str | None:
    return None if isfinite(value) else "a number must be finite"


def _decimal(value: Decimal) -> str | None:
    if not value.is_finite():
        return "a decimal must be finite"
    exponent = value.as_tuple().exponent
    if value.adjusted() < MOST_DIGITS and isinstance(exponent, int) and exponent >= -MOST_DIGITS:
        return None
    return f"a decimal has at most {MOST_DIGITS} digits on either side of its point"


def _str(value: str) -> str | None:
    if "\0" in value:
        return "text must not contain the NUL character"
    if value.isascii():
        return None
    try:
        value.encode()
    except UnicodeEncodeError:
        return "text must not contain surrogates"
    return None


def _datetime(value: datetime) -> str | None:
    if value.tzinfo is None or MINYEAR < value.year < MAXYEAR:
        return None
    try:
        value.astimezone(UTC)
    except OverflowError:
        return "a datetime must be within the years 1 to 9999 in UTC"
    return None


def _time(value: time) -> str | None:
    return None if value.tzinfo is None else "a time must not have a UTC offset"


def _timedelta(value: timedelta) -> str | None:
    if LEAST_SPAN <= value <= MOST_SPAN:
        return None
    return f"a duration must be within {LEAST_SPAN.days} and {MOST_SPAN.days} days"


STORED: ByType[Rule] = ByType(
    {
        str: _str,
        int: _int,
        float: _float,
        Decimal: _decimal,
        datetime: _datetime,
        time: _time,
        timedelta: _timedelta,
    },
    otherwise=_unlisted,
)
"""What an event and a statement may hold: JSON and the columns of every database can."""

SENT: ByType[Rule] = ByType(STORED | {float: _finite}, otherwise=_unlisted)
"""What a message may bring: JSON has no infinity, and `1e999` would be taken for one."""

PROJECTED: ByType[Rule] = ByType(
    {int: _int, datetime: _datetime, timedelta: _timedelta}, otherwise=_unlisted
)
"""What the column of a read model can hold: older journals have more than is recorded now."""


def faults(value: object, rules: ByType[Rule] = STORED) -> list[str]:
    """Return why a value cannot be stored: one sentence for each part that cannot."""
    return differences(value, value, rules)


def differences(value: object, read: object, rules: ByType[Rule] = STORED) -> list[str]:
    """Return also which parts were not read back as they were: equal, and of the same type."""
    found: list[str] = []
    if not _are_sound((value,), (read,), rules):
        _find(value, read, (), rules, found)
    return found


def unfit(parameters: Mapping[str, object], rules: ByType[Rule] = STORED) -> list[str]:
    """Return which parameters of a statement no column can hold; JSON can hold what is in them."""
    return [
        f"{name}: {reason}"
        for name, value in parameters.items()
        if (reason := rules[type(value)](value))
    ]


def require_fit(parameters: Mapping[str, object]) -> None:
    """Raise InvalidParameter if no column can hold a parameter of a statement."""
    if found := unfit(parameters):
        raise InvalidParameter(found)


def _are_sound(
    parts: Iterable[Any], read: Iterable[Any], rules: ByType[Rule], levels: int = DEEPEST
) -> bool:
    """Return whether there is nothing to find, which is quicker to tell than what there is."""
    for part, part_read in zip(parts, read, strict=True):
        kind: type = type(part)
        rule = rules[kind]
        if kind is not type(part_read):
            return False
        if rule is _by_parts and (take_apart := PARTS[kind]):
            _, inner, inner_read = take_apart(part, part_read)
            if not (levels and _are_sound(inner, inner_read, rules, levels - 1)):
                return False
        elif part != part_read or (rule is not _anything and rule(part)):
            return False
    return True


def _find(value: Any, read: Any, path: Path, rules: ByType[Rule], found: list[str]) -> None:
    kind: type = type(value)
    if kind is not type(read) and not _stands_in(value, read):
        found.append(_at(path, _changed(value, read)))
    elif take_apart := PARTS[kind]:
        if len(path) == DEEPEST:
            found.append(_at(path[:1], f"it is nested more than {DEEPEST} levels deep"))
            return
        for place, part, part_read in zip(*take_apart(value, read), strict=False):
            _find(part, part_read, (*path, place), rules, found)
    elif reason := rules[kind](value):
        found.append(_at(path, reason))
    elif value != read and not _same(value, read):
        found.append(_at(path, "it would be read back as another value"))


def _stands_in(value: Any, read: Any) -> bool:
    kind = type(read)
    if kind is float and type(value) is int:
        return True
    return kind in STAND_INS and isinstance(value, kind) and not isinstance(value, Enum)


def _same(value: Any, read: Any) -> bool:
    # While a clock is being put back, a datetime in its zone is not `==` to any other zone's.
    if isinstance(value, datetime) and value.tzinfo and read.tzinfo:
        return bool(value.astimezone(UTC) == read.astimezone(UTC))
    return not any("__eq__" in vars(base) for base in type(value).__mro__ if base is not object)


def _changed(value: Any, read: Any) -> str:
    if value is MISSING or read is MISSING:
        return "it would not be read back"
    return f"a `{type(value).__name__}` would be read back as a `{type(read).__name__}`"


def _at(path: Path, reason: str) -> str:
    where = ".".join(map(str, path)).encode(errors="backslashreplace").decode()
    return f"{where}: {reason}" if where else reason


def _attributes(kind: type) -> tuple[str, ...]:
    if is_dataclass(kind):
        return tuple(field.name for field in fields(kind))
    return (*kind.model_fields, "model_extra") if issubclass(kind, BaseModel) else ()


def _of_object(kind: type) -> Parts | None:
    names = _attributes(kind)
    if not names:
        return None
    every = attrgetter(*names)
    if len(names) == 1:
        return lambda value, read: (names, (every(value),), (every(read),))
    return lambda value, read: (names, every(value), every(read))


def _of_sequence(value: Any, read: Any) -> Taken:
    if len(value) == len(read):
        return count(), value, read
    pairs = [*zip_longest(value, read, fillvalue=MISSING)]
    return count(), [part for part, _ in pairs], [part for _, part in pairs]


def _of_set(value: Iterable[Any], read: Iterable[Any]) -> Taken:
    ours, theirs = {each: each for each in value}, {each: each for each in read}
    every = [*(ours | theirs)]
    return every, [ours.get(e, MISSING) for e in every], [theirs.get(e, MISSING) for e in every]


def _of_dict(value: Any, read: Any) -> Taken:
    every, keys, keys_read = _of_set(value, read)
    known = [key for key in value if key in read]
    values, values_read = [value[key] for key in known], [read[key] for key in known]
    return [*every, *known], [*keys, *values], [*keys_read, *values_read]


PARTS: ByType[Parts | None] = ByType(
    {
        dict: _of_dict,
        set: _of_set,
        frozenset: _of_set,
        list: _of_sequence,
        tuple: _of_sequence,
        deque: _of_sequence,
    },
    otherwise=_of_object,
)
"""How values are taken apart, None if they have no parts."""


def canonical(value: object) -> str:
    """Return a text that equal values share, however they are spelled, and no others.

    Numbers are equal across their types, as in Python, save `True` and 1. Raises
    PydanticSerializationError for an object of a type that pydantic does not know.
    """
    kind = type(value)
    name, write = FORMS[kind]
    text = write(value)
    return f"{name}({len(text)}){text}"


UNBOUNDED = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])


def _number(value: Any) -> str:
    return str(UNBOUNDED.normalize(Decimal(value))) if value else "0"


def _moment(value: datetime) -> str:
    return value.isoformat() if value.utcoffset() is None else str(value - EPOCH)


def _in_order(value: Iterable[object]) -> str:
    return "".join(map(canonical, value))


def _sorted(value: Iterable[object]) -> str:
    return "".join(sorted(map(canonical, value)))


def _secret(value: Any) -> str:
    return canonical(value.get_secret_value())


def _object(value: Any) -> str:
    kind: type = type(value)
    names = _attributes(kind)
    return _in_order(getattr(value, name) for name in names) if names else to_json(value).decode()


FORMS: ByType[Form] = ByType(
    {
        type(None): ("null", str),
        bool: ("bool", str),
        str: ("text", str.__str__),
        int: ("number", _number),
        float: ("number", _number),
        Decimal: ("number", _number),
        bytes: ("bytes", bytes.hex),
        UUID: ("uuid", str),
        datetime: ("datetime", _moment),
        date: ("date", str),
        time: ("time", str),
        timedelta: ("duration", str),
        list: ("list", _in_order),
        deque: ("list", _in_order),
        tuple: ("tuple", _in_order),
        set: ("set", _sorted),
        frozenset: ("set", _sorted),
        dict: ("mapping", lambda value: _sorted(value.items())),
        SecretStr: ("secret", _secret),
        SecretBytes: ("secret", _secret),
        Secret: ("secret", _secret),
    },
    otherwise=lambda kind: (kind.__qualname__, _object),
)
"""How values are written in canonical text."""
