"""Texts put together from parts, with gaps where a part is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .values import GAP, texts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .values import Values

SAME = frozenset(
    {"strip", "lstrip", "rstrip", "upper", "lower", "format", "replace", "encode", "removeprefix"}
)
"""Methods of a text whose result says much the same."""


def joined(parts: Iterable[Values], between: str = "") -> str:
    """Put parts together; of a part that may be one of several, nothing is known."""
    return between.join(map(_one, parts))


def _one(values: Values) -> str:
    if len(values) == 1:
        [value] = values
        if value[0] == "const":
            return str(value[1])
    found = texts(values)
    return found[0] if len(found) == 1 else GAP
