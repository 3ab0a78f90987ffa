"""Merges a piece of Python into a module: what it names takes the place of what had the name."""

from __future__ import annotations

import ast
from typing import NamedTuple, TypeAlias

Import: TypeAlias = ast.Import | ast.ImportFrom


class Edit(NamedTuple):
    """The lines from `start` to before `end`, counted from 0, become others."""

    start: int
    end: int
    lines: list[str]


def merged(module: str, piece: str) -> str:
    """Give the module with the piece in it.

    A statement replaces the module's statement of the same name. Imports join the imports, and
    everything else stands ahead of what is replaced, or at the end if nothing is.
    """
    old = ast.parse(module).body
    places = {name: each for each in old for name in _names(each)}
    edits, imports, ahead = [], [], []
    for statement in ast.parse(piece).body:
        lines = _text(piece, statement)
        place = next((places[name] for name in _names(statement) if name in places), None)
        if isinstance(statement, Import):
            imports += lines
        elif place is not None:
            edits.append(Edit(*_span(place), lines))
        elif not _is_docstring(statement):
            ahead += [*lines, ""]
    first = min((edit.start for edit in edits), default=len(module.splitlines()))
    after = _after_imports(old)
    return _edited(module, [*edits, Edit(first, first, ahead), Edit(after, after, imports)])


def _edited(module: str, edits: list[Edit]) -> str:
    lines = module.splitlines()
    # From the end, so that the numbers of what comes before stay true.
    for start, end, text in sorted(edits, key=lambda edit: edit[:2], reverse=True):
        lines[start:end] = text
    return "\n".join(lines).rstrip("\n") + "\n"


def _names(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return [statement.name]
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _span(statement: ast.stmt) -> tuple[int, int]:
    decorators = getattr(statement, "decorator_list", [])
    start = min(each.lineno for each in (statement, *decorators)) - 1
    return start, statement.end_lineno or start


def _text(source: str, statement: ast.stmt) -> list[str]:
    start, end = _span(statement)
    return source.splitlines()[start:end]


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _after_imports(body: list[ast.stmt]) -> int:
    ahead = [each for each in body if isinstance(each, Import)] or body[:1]
    return (ahead[-1].end_lineno or 0) if ahead else 0
