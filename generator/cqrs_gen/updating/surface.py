"""The names that a module offers to those who import it, by its source."""

from __future__ import annotations

import ast
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import PurePosixPath

ANY = "*"
"""What a module offers that takes over all names of another."""


def module_name(path: PurePosixPath) -> str:
    """Return the dotted name of a module, by its path from the folder that Python looks in."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def bound_names(source: str) -> frozenset[str]:
    """Return every name that can be imported; raises SyntaxError for what is not Python."""
    return frozenset(chain.from_iterable(map(_bound, _statements(ast.parse(source).body))))


def public_names(source: str, *, is_package: bool) -> frozenset[str]:
    """Return the names that a module defines for others, and what a package collects from inside.

    What a module imports for its own use is nobody else's business.
    """
    statements = list(_statements(ast.parse(source).body))
    own = (each for each in statements if not isinstance(each, ast.Import | ast.ImportFrom))
    collected = (each for each in statements if isinstance(each, ast.ImportFrom) and each.level)
    names = chain.from_iterable(map(_bound, (*own, *(collected if is_package else ()))))
    return frozenset(name for name in names if not name.startswith("_"))


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that run on import, those in `if` and `try` among them."""
    for statement in body:
        yield statement
        for block in ("body", "orelse", "finalbody"):
            if not isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                yield from _statements(getattr(statement, block, ()))
        for handler in getattr(statement, "handlers", ()):
            yield from _statements(handler.body)


def _bound(statement: ast.stmt) -> Iterator[str]:
    match statement:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in aliases)
        case ast.Assign(targets=targets):
            yield from chain.from_iterable(map(_targets, targets))
        case ast.AnnAssign(target=target, value=value) if value is not None:
            yield from _targets(target)
        case _ if type(statement).__name__ == "TypeAlias":  # from Python 3.12 on
            yield from _targets(statement.name)  # type: ignore[attr-defined]  # 3.11 has none


def _targets(target: ast.expr) -> Iterator[str]:
    return (node.id for node in ast.walk(target) if isinstance(node, ast.Name))
