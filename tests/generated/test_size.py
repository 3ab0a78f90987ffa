"""The framework stays as small as its promises allow: who adds to it takes something away."""

from __future__ import annotations

import ast
import io
import tokenize
from typing import TYPE_CHECKING

from conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

CQRS = ROOT / "template/src/{{package_name}}/cqrs"
MOST_IN_ALL = 2_350
MOST_IN_A_FILE = 180
NO_CODE = {
    tokenize.COMMENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
    tokenize.INDENT,
    tokenize.NEWLINE,
    tokenize.NL,
}


def lines_of_code(file: Path) -> int:
    """Count the lines that are no blank, comment, docstring or import."""
    source = file.read_text(encoding="utf-8")
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    lines = {
        line
        for token in tokens
        if token.type not in NO_CODE
        for line in range(token.start[0], token.end[0] + 1)
    }
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.stmt) and _is_no_code(node):
            lines -= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return len(lines)


def _is_no_code(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return isinstance(statement.value.value, str)  # a docstring
    return isinstance(statement, ast.Import | ast.ImportFrom)


def test_the_framework_does_not_grow_beyond_what_a_team_can_own() -> None:
    files = list(CQRS.rglob("*.py"))

    assert len(files) > 40
    assert sum(map(lines_of_code, files)) <= MOST_IN_ALL
    assert (
        max(len(file.read_text(encoding="utf-8").splitlines()) for file in files) < MOST_IN_A_FILE
    )


def test_what_is_counted_is_code(tmp_path: Path) -> None:
    source = '"""A module."""\n\nimport os\n\n# why\nA = (\n    1,\n)\n"""Said of it."""\n'
    (tmp_path / "x.py").write_text(source)

    assert lines_of_code(tmp_path / "x.py") == 3
