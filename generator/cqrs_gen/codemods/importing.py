"""Import statements, as codemods read and change them; what need not change keeps its form."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import libcst as cst
from libcst.helpers import get_full_name_for_node

if TYPE_CHECKING:
    from collections.abc import Sequence

SPACED = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


class Split(NamedTuple):
    """The names of a from-import that go elsewhere, and those that stay."""

    moved: list[cst.ImportAlias]
    kept: list[cst.ImportAlias]


def lone_import(line: cst.CSTNode) -> cst.ImportFrom | None:
    """Give the from-import that is all of a line."""
    if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1:
        statement = line.body[0]
        return statement if isinstance(statement, cst.ImportFrom) else None
    return None


def is_from(statement: cst.ImportFrom, package: str, module: str) -> bool:
    """Tell whether it imports from a module of the package, by its full name or a relative one."""
    name = get_full_name_for_node(statement.module) if statement.module else ""
    return name == (module if statement.relative else f"{package}.{module}")


def split(statement: cst.ImportFrom, name: str) -> Split:
    """Part a name from the others; `import *` has neither."""
    if isinstance(statement.names, cst.ImportStar):
        return Split([], [])
    aliases = list(statement.names)
    moved = [alias for alias in aliases if alias.name.value == name]
    kept = [alias for alias in aliases if alias.name.value != name]
    if kept:
        kept[-1] = kept[-1].with_changes(comma=aliases[-1].comma)
    return Split(_spaced(moved), kept)


def joined(moved: Sequence[cst.ImportAlias], statement: cst.ImportFrom) -> cst.ImportFrom:
    """Put names before those of an import, unless it has them."""
    if isinstance(statement.names, cst.ImportStar):
        return statement
    there = {_spelt(alias) for alias in statement.names}
    new = [alias.with_changes(comma=SPACED) for alias in moved if _spelt(alias) not in there]
    return statement.with_changes(names=[*new, *statement.names])


def imported_elsewhere(
    statement: cst.ImportFrom, module: cst.BaseExpression, names: Sequence[cst.ImportAlias]
) -> cst.SimpleStatementLine:
    """Make a line of its own that imports names from another module."""
    moved = statement.with_changes(module=module, names=names, lpar=None, rpar=None)
    return cst.SimpleStatementLine([moved])


def leave_out(body: list[cst.SimpleStatementLine | cst.BaseCompoundStatement], gone: int) -> None:
    """Take a line out; the empty lines above it stay above what follows."""
    above = body.pop(gone).leading_lines
    if gone < len(body):
        own = body[gone].leading_lines
        body[gone] = body[gone].with_changes(leading_lines=(*above, *own))


def renamed_last(name: cst.BaseExpression | None, last: str) -> cst.Attribute | cst.Name:
    """Give a dotted name another end."""
    if isinstance(name, cst.Attribute):
        return name.with_changes(attr=cst.Name(last))
    return cst.Name(last)


class Uses(cst.CSTVisitor):
    """Counts how often each dotted name is used, and how often for one attribute of it."""

    def __init__(self, attribute: str) -> None:
        self._attribute = attribute
        self._all: Counter[str] = Counter()
        self._for_attribute: Counter[str] = Counter()

    def only_for_attribute(self, name: str) -> bool:
        """Tell whether a module of this name is used for that attribute, and for nothing else."""
        return 0 < self._all[name] == self._for_attribute[name]

    def visit_Import(self, node: cst.Import) -> bool:  # noqa: ARG002, N802  libcst calls it so
        """Look at uses alone."""
        return False

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:  # noqa: ARG002, N802
        """Look at uses alone."""
        return False

    def visit_Name(self, node: cst.Name) -> None:  # noqa: N802
        """Count a name."""
        self._all[node.value] += 1

    def visit_Attribute(self, node: cst.Attribute) -> bool:  # noqa: N802
        """Count a dotted name, and all that it begins with."""
        self._all[get_full_name_for_node(node) or ""] += 1
        if node.attr.value == self._attribute:
            self._for_attribute[get_full_name_for_node(node.value) or ""] += 1
        node.value.visit(self)
        return False


def _spaced(aliases: list[cst.ImportAlias]) -> list[cst.ImportAlias]:
    last = len(aliases) - 1
    return [
        alias.with_changes(comma=cst.MaybeSentinel.DEFAULT if n == last else SPACED)
        for n, alias in enumerate(aliases)
    ]


def _spelt(alias: cst.ImportAlias) -> tuple[str | None, str | None]:
    return get_full_name_for_node(alias.name), alias.evaluated_alias
