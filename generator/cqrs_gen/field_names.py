"""What a field can be called, so that its class compiles, type-checks and reads well."""

from __future__ import annotations

import keyword
import re

from .errors import InvalidField
from .shown import shown
from .types import CONTAINERS, SCALARS
from .words import snake

LONGEST = 60

SHADOWING = frozenset({name for name in SCALARS if name.islower()} | CONTAINERS.keys() | {"field"})
"""Names that the class's own body needs: a field `date` would break every `date` after it."""

RESERVED_FIELDS: frozenset[str] = frozenset({"cls", "self", "upcast"})
"""Names that the framework's classes keep to themselves; its messages have one attribute."""

_SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_NEARLY = re.compile(r"[A-Za-z0-9_ -]+")


def check_field_name(name: str) -> None:
    """Refuse what cannot be a field's name, by InvalidField with what to type instead."""
    reason = _why_not(name)
    if reason:
        raise InvalidField(f"{shown(name)} cannot be a field's name: {reason}", hint=_hint(name))


def _why_not(name: str) -> str:
    if len(name) > LONGEST:
        return f"it has {len(name)} characters, and {LONGEST} is the most"
    if keyword.iskeyword(name):
        return "it is a keyword of Python"
    if not _SNAKE.fullmatch(name):
        return "it is not in snake_case" if _NEARLY.fullmatch(name) else "it is not an identifier"
    if name == "l":
        return "it is easily taken for a one"
    if name in SHADOWING:
        return f"it would hide `{name}` from the fields after it"
    return "the framework keeps it to itself" if name in RESERVED_FIELDS else ""


def _hint(name: str) -> str:
    likely = snake(name) if _NEARLY.fullmatch(name) else ""
    if likely != name and likely and not _why_not(likely):
        return f"did you mean `{likely}`?"
    if likely and not _why_not(f"{likely}_value"):
        return f"say more, as in `user_{likely}`"
    return "type a name in snake_case, as in `user_id`"
