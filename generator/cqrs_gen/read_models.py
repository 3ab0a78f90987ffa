"""Read models as their source declares them: key, columns, and the events that feed them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from .annotations import type_from_annotation
from .fields import Field
from .sources import Source, bases_of, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


class FoundReadModel(NamedTuple):
    """A read model that a project has, in the module of this dotted name."""

    name: str
    module: str
    path: Path
    line: int
    constant: str
    projection: str
    key: tuple[Field, ...]
    columns: tuple[Field, ...]
    events: tuple[str, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        """All of its columns, the key's first."""
        return (*self.key, *self.columns)


def read_models_in(source: Source) -> Iterator[FoundReadModel]:
    """Find the read models that a module declares together with their projections."""
    declared = dict(_declarations(source))
    for node in source.classes:
        if any(name == "Projection" for name, _ in bases_of(node, source.names)):
            constant = _read_model_of(node)
            if constant in declared:
                yield _read_model(source, node, constant, declared[constant])


def _read_model(
    source: Source, node: ast.ClassDef, constant: str, call: ast.Call
) -> FoundReadModel:
    names = [*call.args[:1], *_given(call, "name")]
    return FoundReadModel(
        name=_text(names[0]) if names else "",
        module=source.module,
        path=source.path,
        line=node.lineno,
        constant=constant,
        projection=node.name,
        key=_fields(call, "key", source.names),
        columns=_fields(call, "columns", source.names),
        events=tuple(_events(node, source.names)),
    )


def _declarations(source: Source) -> Iterator[tuple[str, ast.Call]]:
    for node in source.tree.body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=constant)], value=ast.Call() as call)
                | ast.AnnAssign(target=ast.Name(id=constant), value=ast.Call() as call)
            ):
                if last_name(call.func, source.names) == "ReadModel":
                    yield constant, call


def _read_model_of(node: ast.ClassDef) -> str:
    for statement in node.body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id="read_model")], value=ast.Name(id=constant))
                | ast.AnnAssign(target=ast.Name(id="read_model"), value=ast.Name(id=constant))
            ):
                return constant
    return ""


def _events(node: ast.ClassDef, names: Mapping[str, str]) -> Iterator[str]:
    for method in node.body:
        for decorator in getattr(method, "decorator_list", ()):
            match decorator:
                case ast.Call(func=func, args=[event]) if last_name(func, names) == "on":
                    yield last_name(event, names)


def _fields(call: ast.Call, argument: str, names: Mapping[str, str]) -> tuple[Field, ...]:
    given = _given(call, argument)
    return tuple(field for value in given for field in _entries(value, names))


def _given(call: ast.Call, argument: str) -> list[ast.expr]:
    return [keyword.value for keyword in call.keywords if keyword.arg == argument]


def _entries(value: ast.expr, names: Mapping[str, str]) -> Iterator[Field]:
    if not isinstance(value, ast.Dict):
        return
    for name, annotation in zip(value.keys, value.values, strict=True):
        held = type_from_annotation(annotation, names)
        if name is not None and held is not None:
            yield Field(_text(name), held)


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
