"""Merges a piece of Python into a module, as an edit would: what it names takes the old one's place."""

from __future__ import annotations

import ast
from typing import TypeAlias

Import: TypeAlias = ast.Import | ast.ImportFrom


def merged(module: str, piece: str) -> str:
    """Give the module with the piece in it.

    A statement replaces the module's statement of the same name. Imports join the imports, and
    everything else stands ahead of what is replaced, or at the end if nothing is.
    """
    old, new = ast.parse(module).body, ast.parse(piece).body
    places = {name: each for each in old for name in _names(each)}
    imports = [_text(piece, each) for each in new if isinstance(each, Import)]
    edits: list[tuple[int, int, str]] = []
    ahead: list[str] = []
    for statement in new:
        if isinstance(statement, Import) or _is_docstring(statement):
            continue
        place = next((places[name] for name in _names(statement) if name in places), None)
        if place is None:
            ahead.append(_text(piece, statement))
        else:
            edits.append((*_lines(place), _text(piece, statement)))
    first = min((start for start, _, _ in edits), default=len(module.splitlines()) + 1)
    edits += [(first, first - 1, text) for text in ahead]
    edits += [(_after_imports(old), _after_imports(old) - 1, "\n".join(imports))] * bool(imports)
    return _edited(module, edits)


def _edited(module: str, edits: list[tuple[int, int, str]]) -> str:
    lines = module.splitlines()
    # From the end, so that the numbers of what comes before stay true; those of one place in order.
    for start, end, text in sorted(reversed(edits), key=lambda edit: edit[:2], reverse=True):
        lines[start - 1 : end] = [*text.splitlines(), *[""] * (end < start)]
    return "\n".join(lines) + "\n"


def _names(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return [statement.name]
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _lines(statement: ast.stmt) -> tuple[int, int]:
    decorators = getattr(statement, "decorator_list", [])
    start = min(each.lineno for each in (statement, *decorators))
    return start, statement.end_lineno or start


def _text(source: str, statement: ast.stmt) -> str:
    start, end = _lines(statement)
    return "\n".join(source.splitlines()[start - 1 : end])


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _after_imports(body: list[ast.stmt]) -> int:
    ahead = [each for each in body if isinstance(each, Import)] or body[:1]
    return (ahead[-1].end_lineno or 0) + 1 if ahead else 1
