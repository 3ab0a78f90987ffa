"""0.3.0 forbids `read` to import `cqrs.journal`: `Recorded` is offered by `cqrs.reading`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst
from libcst.helpers import get_full_name_for_node

from cqrs_gen.codemods.importing import (
    Uses,
    imported_elsewhere,
    is_from,
    joined,
    leave_out,
    lone_import,
    renamed_last,
    split,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import PurePosixPath

SENTENCE = "`read` takes `Recorded` from `cqrs.reading`, since it may not import `cqrs.journal`"
SOUGHT = "journal"
MOVED = "Recorded"
BEFORE = "cqrs.journal"
AFTER = "cqrs.reading"


def concerns(path: PurePosixPath, package: str) -> bool:
    """Look at the read side alone: what the contract forbids, it forbids there."""
    return path.is_relative_to(f"src/{package}/read")


def rewrite(source: str, package: str) -> str:
    """Import `Recorded` from where it is offered now, and nothing else that the journal has."""
    module = _join(cst.parse_module(source), package)
    code = module.code
    if SOUGHT not in code:  # as in nearly all modules, and three times as quick
        return code
    uses = Uses(MOVED)
    module.visit(uses)
    return module.visit(_Move(package, uses)).code


def _join(module: cst.Module, package: str) -> cst.Module:
    """Move the name into an import from `cqrs.reading` that stands there already."""
    body = list(module.body)
    imports = [(n, found) for n, line in enumerate(body) if (found := lone_import(line))]
    after = next((each for each in imports if _takes_names(each[1], package)), None)
    before = next((each for each in imports if is_from(each[1], package, BEFORE)), None)
    if after is None or before is None or "#" in module.code_for_node(body[before[0]]):
        return module  # a comment stays with what it is about
    moved, kept = split(before[1], MOVED)
    if not moved:
        return module
    names = joined(moved, after[1]).names
    body[after[0]] = body[after[0]].with_deep_changes(after[1], names=names)
    if kept:
        body[before[0]] = body[before[0]].with_deep_changes(before[1], names=kept)
    else:
        leave_out(body, before[0])
    return module.with_changes(body=body)


def _takes_names(statement: cst.ImportFrom, package: str) -> bool:
    return is_from(statement, package, AFTER) and not isinstance(statement.names, cst.ImportStar)


class _Move(cst.CSTTransformer):
    """Change what is left, each import where it stands."""

    def __init__(self, package: str, uses: Uses) -> None:
        self._package = package
        self._uses = uses
        self._journal = f"{package}.{BEFORE}"

    def visit_Import(self, node: cst.Import) -> bool:  # noqa: ARG002, N802  libcst calls it so
        return False

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:  # noqa: ARG002, N802
        return False

    def leave_SimpleStatementLine(  # noqa: N802
        self,
        original_node: cst.SimpleStatementLine,  # noqa: ARG002
        updated_node: cst.SimpleStatementLine,
    ) -> cst.SimpleStatementLine | cst.FlattenSentinel[cst.BaseStatement]:
        found = lone_import(updated_node)
        if found is None or not is_from(found, self._package, BEFORE):
            return updated_node
        moved, kept = split(found, MOVED)
        if not (moved and kept):
            return updated_node
        elsewhere = imported_elsewhere(found, renamed_last(found.module, "reading"), moved)
        return cst.FlattenSentinel([updated_node.with_deep_changes(found, names=kept), elsewhere])

    def leave_ImportFrom(  # noqa: N802
        self,
        original_node: cst.ImportFrom,  # noqa: ARG002
        updated_node: cst.ImportFrom,
    ) -> cst.ImportFrom:
        if is_from(updated_node, self._package, BEFORE):
            moved, kept = split(updated_node, MOVED)
            if moved and not kept:
                return updated_node.with_changes(
                    module=renamed_last(updated_node.module, "reading")
                )
        if is_from(updated_node, self._package, "cqrs"):
            return updated_node.with_changes(names=self._aliases(updated_node.names))
        return updated_node

    def leave_Import(self, original_node: cst.Import, updated_node: cst.Import) -> cst.Import:  # noqa: ARG002, N802
        return updated_node.with_changes(names=self._aliases(updated_node.names))

    def leave_Attribute(  # noqa: N802
        self,
        original_node: cst.Attribute,  # noqa: ARG002
        updated_node: cst.Attribute,
    ) -> cst.Attribute | cst.Name:
        is_journal = get_full_name_for_node(updated_node) == self._journal
        if is_journal and self._uses.only_for_attribute(self._journal):
            return renamed_last(updated_node, "reading")
        return updated_node

    def _aliases(
        self, names: Sequence[cst.ImportAlias] | cst.ImportStar
    ) -> Sequence[cst.ImportAlias] | cst.ImportStar:
        if isinstance(names, cst.ImportStar):
            return names
        return [self._alias(each) for each in names]

    def _alias(self, alias: cst.ImportAlias) -> cst.ImportAlias:
        """Give the journal's place to `reading` where nothing else of the journal is used."""
        bound = alias.evaluated_alias or alias.evaluated_name
        if alias.evaluated_name not in {self._journal, "journal"}:
            return alias
        if not self._uses.only_for_attribute(bound):
            return alias
        changed = alias.with_changes(name=renamed_last(alias.name, "reading"))
        if alias.asname is None and alias.evaluated_name == "journal":
            return changed.with_changes(asname=cst.AsName(name=cst.Name("journal")))
        return changed
