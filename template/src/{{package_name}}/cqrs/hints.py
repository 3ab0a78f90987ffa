"""Reads type hints: what stands behind a name, and what a class filled in for its base."""

from __future__ import annotations

import sys
import types
from collections.abc import Mapping
from typing import (
    Annotated,
    Any,
    Literal,
    NewType,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)


def plain(hint: Any) -> Any:
    """Give the type behind a NewType, an Annotated or an alias made with `type`."""
    if isinstance(hint, NewType):
        return plain(hint.__supertype__)
    if get_origin(hint) is Annotated:
        return plain(get_args(hint)[0])
    return plain(hint.__value__) if type(hint).__name__ == "TypeAliasType" else hint


def members(hint: Any) -> tuple[Any, ...]:
    """Give the types that a union is made of, as they are written; of another type, itself."""
    return get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)


def without_none(hint: Any) -> tuple[Any, bool]:
    """Give a type without its None, and whether it had one."""
    kept = tuple(member for member in members(hint) if member is not types.NoneType)
    return (Union[kept], True) if len(kept) < len(members(hint)) else (hint, False)  # noqa: UP007  made from a tuple


def spelled(hint: Any) -> str:
    """Spell a type in the same way wherever its classes stand and whatever they are called."""
    hint = plain(hint)
    if len(parts := members(hint)) > 1:
        return " | ".join(sorted(map(spelled, parts)))
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal or not isinstance(origin or hint, type):
        return repr(hint)
    name = (origin or hint).__name__ if _is_pythons_own(origin or hint) else "object"
    return f"{name}[{', '.join(map(spelled, arguments))}]" if arguments else name


def _is_pythons_own(kind: type) -> bool:
    return kind.__module__.partition(".")[0] in sys.stdlib_module_names


def resolved(hint: Any, namespace: Mapping[str, Any]) -> Any:
    """Look up the names in a hint that is written as text; raises NameError."""
    holder = types.SimpleNamespace(__annotations__={"hint": hint})
    return get_type_hints(holder, dict(namespace))["hint"]


def type_parameter(kind: Any, generic: type, number: int = 0) -> Any:
    """Give what a class filled in for a parameter of its generic base, None where it did not."""
    origin = get_origin(kind) or kind
    if origin is generic:
        given = get_args(kind)[number:]
        return given[0] if given and not isinstance(given[0], TypeVar) else None
    filled = dict(zip(getattr(origin, "__parameters__", ()), get_args(kind), strict=False))
    for base in vars(origin).get("__orig_bases__", origin.__bases__):
        # Not issubclass: an ABC asks each of its subclasses in turn.
        if generic in getattr(get_origin(base) or base, "__mro__", ()):
            return type_parameter(_fill(base, filled), generic, number)
    return None


def _fill(base: Any, filled: Mapping[Any, Any]) -> Any:
    parameters = getattr(base, "__parameters__", ()) if get_origin(base) else ()
    return base[tuple(filled.get(each, each) for each in parameters)] if parameters else base
