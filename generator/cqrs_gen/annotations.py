"""Types read back from source: what an annotation says, as far as it is a field's type."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from .errors import InvalidField
from .type_grammar import parse_type
from .types import Type

if TYPE_CHECKING:
    from collections.abc import Mapping

_BUILT_IN = frozenset({"str", "int", "float", "bool", "bytes", "list", "dict"})


def type_from_annotation(node: ast.expr, imported: Mapping[str, str]) -> Type | None:
    """Read a type from an annotation, or None where it is not one that a field can have.

    `imported` maps a module's names to what they stand for: `{"Money": "shop.money.Money"}`.
    """
    match node:
        case ast.Constant(value=str(text)):
            return _quoted(text, imported)
        case ast.Name() | ast.Attribute():
            return _named(_path(node, imported))
        case ast.Subscript(value=outer, slice=inner):
            return _subscripted(_path(outer, imported), inner, imported)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _union((left, right), imported)
    return None


def _quoted(text: str, imported: Mapping[str, str]) -> Type | None:
    try:
        node = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return type_from_annotation(node, imported)


def _path(node: ast.expr, imported: Mapping[str, str]) -> str:
    """Spell out what a name stands for; empty where it cannot be known."""
    match node:
        case ast.Name(id=name):
            return imported.get(name, name if name in _BUILT_IN else "")
        case ast.Attribute(value=owner, attr=name):
            before = _path(owner, imported)
            return f"{before}.{name}" if before else ""
    return ""


def _named(path: str) -> Type | None:
    try:
        return parse_type(path)
    except InvalidField:
        return None


def _subscripted(path: str, inner: ast.expr, imported: Mapping[str, str]) -> Type | None:
    parts = tuple(inner.elts) if isinstance(inner, ast.Tuple) else (inner,)
    match path.removeprefix("typing.").removeprefix("typing_extensions."), parts:
        case (("list" | "List"), (item,)):
            return _holding("list", type_from_annotation(item, imported))
        case (("dict" | "Dict"), (key, item)) if _is_text(key, imported):
            return _holding("dict", type_from_annotation(item, imported))
        case "Annotated", (first, _, *_):
            return type_from_annotation(first, imported)
        case "Optional", (only,):
            return _optional(type_from_annotation(only, imported))
        case "Union", _:
            return _union(parts, imported)
    return None


def _is_text(node: ast.expr, imported: Mapping[str, str]) -> bool:
    return type_from_annotation(node, imported) == Type("str")


def _holding(name: str, item: Type | None) -> Type | None:
    return None if item is None else Type(name, item)


def _union(members: tuple[ast.expr, ...], imported: Mapping[str, str]) -> Type | None:
    kept = [member for member in members if not _is_none(member)]
    if len(kept) != 1:
        return None
    only = type_from_annotation(kept[0], imported)
    return only if len(kept) == len(members) else _optional(only)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _optional(kept: Type | None) -> Type | None:
    return None if kept is None else replace(kept, optional=True)
