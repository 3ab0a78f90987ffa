"""Source files as far as they tell of messages: names, classes and their fields, by ast."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from .annotations import type_from_annotation
from .errors import Failed
from .fields import Field

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from .project import Project


@dataclass(frozen=True)
class Source:
    """One module of a project, parsed but never imported; `module` is its full dotted name."""

    path: Path
    module: str
    tree: ast.Module

    @classmethod
    def parse(cls, project: Project, path: Path, content: bytes) -> Source:
        """Understand a file; raises Failed where it is not Python."""
        try:
            tree = ast.parse(content, filename=str(path))
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            shown = path.relative_to(project.root).as_posix()
            line = f", line {error.lineno}," if isinstance(error, SyntaxError) else ""
            told = error.msg if isinstance(error, SyntaxError) else error
            raise Failed(
                f"`{shown}`{line} is not Python: {told}", hint="mend it, and run the same again"
            ) from None
        return cls(path, module_of(project, path), tree)

    @property
    def classes(self) -> Iterator[ast.ClassDef]:
        """The classes that stand at the top of the module."""
        return (node for node in self.tree.body if isinstance(node, ast.ClassDef))

    @cached_property
    def names(self) -> dict[str, str]:
        """What each name of the module stands for: `{"Money": "shop.events.money.Money"}`."""
        names: dict[str, str] = {}
        for node in self.tree.body:
            names |= self._names_of(node)
        return names

    def _names_of(self, node: ast.stmt) -> dict[str, str]:
        match node:
            case ast.ImportFrom(module=module, names=aliases, level=level):
                origin = self._absolute(module or "", level)
                return {a.asname or a.name: f"{origin}.{a.name}" for a in aliases}
            case ast.Import(names=aliases):
                return dict(_imported(alias) for alias in aliases)
            case ast.ClassDef(name=name) | ast.Assign(targets=[ast.Name(id=name)]):
                return {name: f"{self.module}.{name}"}
        return {}

    def _absolute(self, module: str, level: int) -> str:
        if not level:
            return module
        parts = self.module.split(".")
        above = level - (self.path.stem == "__init__")
        return ".".join((*parts[: len(parts) - above], *filter(None, [module])))


def module_of(project: Project, path: Path) -> str:
    """Give a file's dotted name, from the package on."""
    parts = path.relative_to(project.source.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def bases_of(node: ast.ClassDef, names: Mapping[str, str]) -> Iterator[tuple[str, ast.expr | None]]:
    """Give each base of a class by the last part of its name, with what stands in its brackets."""
    for base in node.bases:
        inner = base.slice if isinstance(base, ast.Subscript) else None
        outer = base.value if isinstance(base, ast.Subscript) else base
        yield last_name(outer, names), inner


def last_name(node: ast.expr, names: Mapping[str, str]) -> str:
    """Give the last part of what a dotted name stands for; empty for anything else."""
    match node:
        case ast.Name(id=name):
            return names.get(name, name).rpartition(".")[2]
        case ast.Attribute(attr=name):
            return name
    return ""


def fields_of(node: ast.ClassDef, names: Mapping[str, str]) -> tuple[Field, ...]:
    """Give a dataclass's fields, as far as their types are those that a field can have."""
    return tuple(field for field, _ in _fields(node, names) if field is not None)


def other_fields_of(node: ast.ClassDef, names: Mapping[str, str]) -> tuple[str, ...]:
    """Give the lines of the fields whose types are none that can be typed: `size: tuple[int]`."""
    return tuple(ast.unparse(line) for field, line in _fields(node, names) if field is None)


def _fields(
    node: ast.ClassDef, names: Mapping[str, str]
) -> Iterator[tuple[Field | None, ast.AnnAssign]]:
    for statement in node.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
                held = type_from_annotation(annotation, names)
                if held is not None:
                    yield (
                        Field(name, held, None if value is None else ast.unparse(value)),
                        statement,
                    )
                elif "ClassVar" not in ast.unparse(annotation):
                    yield None, statement


def _imported(alias: ast.alias) -> tuple[str, str]:
    top = alias.name.partition(".")[0]
    return (alias.asname, alias.name) if alias.asname else (top, top)
