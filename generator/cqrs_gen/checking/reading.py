"""Reads a module into its summary: one walk over its syntax tree, which is then thrown away."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from typing import TYPE_CHECKING

from .forms import Annotations, Forms, place_of
from .scopes import Scope
from .summaries import Attribute, Class, Function, Module, Parameter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .scopes import Definition
    from .summaries import Call, Place

_REMARK = re.compile(r"#\s*(?:(noqa)\s*:\s*(?P<codes>[A-Z0-9, ]+)|cqrs:\s*(keep)\b\s*(?P<why>.*))")
_MARKS = (b"noqa", b"cqrs:")


def read_module(dotted: str, path: str, content: bytes) -> Module:
    """Read a module; raises SyntaxError or ValueError where it is not Python."""
    tree = ast.parse(content, filename=path)
    return _Reader(dotted, path, is_package=path.endswith("__init__.py")).read(tree, content)


class _Reader:
    """Read scope after scope of one module."""

    def __init__(self, dotted: str, path: str, *, is_package: bool) -> None:
        self.dotted = dotted
        self.path = path
        self.is_package = is_package
        self.functions: dict[str, Function] = {}
        self.classes: dict[str, Class] = {}
        self.class_calls: list[Call] = []

    def read(self, tree: ast.Module, content: bytes) -> Module:
        scope = self._scope("", tree.body)
        self._define(scope, owner="", parent="")
        # What a class body calls is called when its module is imported.
        scope.calls += self.class_calls
        body = _body(scope)
        return Module(
            self.dotted,
            self.path,
            self.is_package,
            body,
            self.functions,
            self.classes,
            tuple(scope.stars),
            tuple(_remarks(content)) if any(mark in content for mark in _MARKS) else (),
        )

    def _scope(self, prefix: str, body: list[ast.stmt]) -> Scope:
        scope = Scope(prefix, self._absolute)
        scope.run(body)
        return scope

    def _absolute(self, module: str, level: int) -> str:
        if not level:
            return module
        parts = self.dotted.split(".")
        above = level - self.is_package
        return ".".join((*parts[: len(parts) - above], *filter(None, [module])))

    def _define(self, scope: Scope, *, owner: str, parent: str) -> None:
        for each in scope.definitions:
            qual = scope.prefix + each.name
            if isinstance(each.node, ast.ClassDef):
                self._class(each.node, qual, is_local=bool(parent))
            else:
                self._function(each, qual, owner, parent)

    def _class(self, node: ast.ClassDef, qual: str, *, is_local: bool) -> None:
        scope = self._scope(f"{qual}.", node.body)
        self.class_calls += scope.calls
        methods = {
            each.name: f"{qual}.{each.name}"
            for each in scope.definitions
            if isinstance(each.node, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        self.classes[qual] = Class(
            qual,
            node.name,
            _name_place(node),
            tuple(map(Annotations().of, node.bases)),
            tuple((each.arg, Forms().of(each.value)) for each in node.keywords),
            tuple(map(Forms().of, node.decorator_list)),
            tuple(_attributes(scope.annotated)),
            {name: tuple(forms) for name, forms in scope.locals.items() if name not in methods},
            methods,
            is_local,
        )
        self._define(scope, owner=qual, parent="")

    def _function(self, each: Definition, qual: str, owner: str, parent: str) -> None:
        node = each.node
        if isinstance(node, ast.ClassDef):
            return
        if isinstance(node, ast.Lambda):
            scope = Scope(f"{qual}.", self._absolute)
            scope.results.append((scope.of(node.body), place_of(node.body)))
        else:
            scope = self._scope(f"{qual}.", node.body)
        self.functions[qual] = _function(scope, each, qual)._replace(owner=owner, parent=parent)
        self._define(scope, owner="", parent=qual)


def _body(scope: Scope) -> Function:
    """Write down what a scope does, of which nothing else is known yet."""
    return Function(
        qual="",
        name="<module>",
        owner="",
        parent="",
        place=(1, 0, 1, 0),
        is_async=False,
        parameters=(),
        returns=None,
        decorators=(),
        locals={name: tuple(forms) for name, forms in scope.locals.items()},
        calls=tuple(scope.calls),
        results=tuple(scope.results),
        yields=tuple(scope.yields),
        uses=tuple(scope.uses.items()),
        stores=tuple(scope.stores),
        imports=tuple(scope.imports),
        decides=scope.decides,
    )


def _function(scope: Scope, each: Definition, qual: str) -> Function:
    node = each.node
    body = _body(scope)._replace(qual=qual, name=each.name)
    if isinstance(node, ast.ClassDef):
        return body
    parameters = tuple(_parameters(node.args))
    known = {each.name for each in parameters} | scope.locals.keys()
    uses = tuple(use for use in body.uses if use[0][0] != "name" or use[0][1] not in known)
    body = body._replace(parameters=parameters, uses=uses)
    if isinstance(node, ast.Lambda):
        return body._replace(place=place_of(node))
    return body._replace(
        place=_name_place(node),
        is_async=isinstance(node, ast.AsyncFunctionDef),
        returns=None if node.returns is None else Annotations().of(node.returns),
        decorators=tuple(map(Forms().of, node.decorator_list)),
    )


def _parameters(arguments: ast.arguments) -> Iterator[Parameter]:
    plain = (*arguments.posonlyargs, *arguments.args)
    missing = [None] * (len(plain) - len(arguments.defaults))
    defaults = (*missing, *arguments.defaults)
    for each, default in zip(plain, defaults, strict=True):
        yield _parameter(each, default, "")
    if arguments.vararg:
        yield _parameter(arguments.vararg, None, "*")
    for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield _parameter(each, default, "")
    if arguments.kwarg:
        yield _parameter(arguments.kwarg, None, "**")


def _parameter(node: ast.arg, default: ast.expr | None, kind: str) -> Parameter:
    annotation = None if node.annotation is None else Annotations().of(node.annotation)
    return Parameter(node.arg, annotation, None if default is None else Forms().of(default), kind)


def _attributes(nodes: Iterable[ast.AnnAssign]) -> Iterator[Attribute]:
    for node in nodes:
        if isinstance(node.target, ast.Name):
            yield Attribute(
                node.target.id,
                Annotations().of(node.annotation),
                ast.unparse(node.annotation),
                None if node.value is None else ast.unparse(node.value),
                place_of(node),
            )


def _name_place(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> Place:
    words = {ast.ClassDef: "class ", ast.FunctionDef: "def "}
    start = node.col_offset + len(words.get(type(node), "async def "))
    return (node.lineno, start, node.lineno, start + len(node.name.encode()))


def _remarks(content: bytes) -> Iterator[tuple[int, str, str]]:
    """Find the comments that speak to `check`: a line, `noqa` or `keep`, and codes or a reason."""
    for token in tokenize.tokenize(io.BytesIO(content).readline):
        if token.type != tokenize.COMMENT:
            continue
        for found in _REMARK.finditer(token.string):
            if found["codes"] is not None:
                yield token.start[0], "noqa", found["codes"].strip()
            else:
                yield token.start[0], "keep", found["why"].strip()
