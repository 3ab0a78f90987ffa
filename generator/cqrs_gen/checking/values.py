"""What an expression may stand for, as far as names tell.

("outside", "httpx.AsyncClient().post")   a name of another package, and what was done to it:
                                          `()` a call, `[]` an item; `?session.add` begins
                                          with a name that nobody knows
("module", "shop.events")                 a module of the project
("class", module, qual)                   a class of the project
("instance", module, qual)                an object of such a class
("function", module, qual, self, frame, bound)
("const", 1)                              a text may have gaps: `GAP` for what is not known
("holds", kind, values, parts)            a collection, a generator: what is in it; and, of what
                                          was written out, which value stands where
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Value: TypeAlias = tuple[Any, ...]
Values: TypeAlias = frozenset[Value]

NOTHING: Values = frozenset()
GAP = "\0"
MOST = 12
"""How many values are followed; an expression that may stand for more is not known."""

LONGEST_PATH = 200
_FRAMEWORK = re.compile(r"^\w+\.cqrs(?:\.[a-z_]+)*\.(?=[A-Z]|on\b|tables\b)")


def outside(path: str) -> Values:
    """Give the value that a path outside of the project stands for."""
    return frozenset({("outside", path)}) if len(path) < LONGEST_PATH else NOTHING


def const(value: object) -> Values:
    """Give a constant."""
    return frozenset({("const", value)})


def holding(
    kind: str, values: Iterable[Value], parts: Iterable[tuple[object, Values]] = ()
) -> Values:
    """Give a collection of values; `parts` are those of which the place or the key is known."""
    known = tuple(parts)
    kept = known if len(known) <= MOST else ()
    return frozenset({("holds", kind, few(frozenset(values)), kept)})


def part_of(collection: Value, key: object) -> Values:
    """Give what stands at a place or under a key of a collection: any of it, if that is unknown."""
    values: Values = collection[2]
    parts: dict[object, Values] = dict(collection[3])
    if type(key) is int and key < 0:
        key += len(parts)
    return parts.get(key, values) if type(key) in {int, str} else values


def few(values: Values) -> Values:
    """Give up on what may stand for too much."""
    return values if len(values) <= MOST else NOTHING


def of_framework(path: str) -> str:
    """Shorten a name of the framework: `shop.cqrs.writing.UnitOfWork` is `cqrs.UnitOfWork`."""
    return _FRAMEWORK.sub("cqrs.", path)


def telling(values: Values) -> Values:
    """Give the values by which it makes a difference with what a function is called."""
    return frozenset(v for v in values if _TELLING[v[0]](v))


_TELLING: dict[str, Callable[[Value], bool]] = {
    "const": lambda value: isinstance(value[1], str),
    "outside": lambda value: not value[1].startswith("?"),
    "holds": lambda value: bool(value[2]),
    **dict.fromkeys(("class", "instance", "function", "module", "super", "element"), bool),
}


def paths(values: Values) -> list[str]:
    """Give the paths among values, in order."""
    return sorted(value[1] for value in values if value[0] == "outside")


def texts(values: Values) -> list[str]:
    """Give the texts among values, in order."""
    return sorted(v[1] for v in values if v[0] == "const" and isinstance(v[1], str))


def projects(values: Values, kind: str) -> list[Value]:
    """Give the values of a kind that belong to the project, in order."""
    return sorted((v for v in values if v[0] == kind), key=lambda v: v[1:3])
