"""Reads one scope: the body of a module, of a class or of a function, statement by statement."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from .forms import Annotations, Forms, place_of
from .summaries import Branch, Call, Import

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .summaries import Form, Place

_LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)


class Definition(NamedTuple):
    """A function, a class or a lambda that a scope defines, to be read after it."""

    name: str
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda


class Scope(Forms):
    """Gather what one scope does; definitions inside it are kept for later."""

    def __init__(self, prefix: str, absolute: Callable[[str, int], str]) -> None:
        self.prefix = prefix
        self.absolute = absolute
        self.locals: dict[str, list[Form]] = {}
        self.calls: list[Call] = []
        self.results: list[tuple[Form, Place]] = []
        self.yields: list[Form] = []
        self.uses: dict[Form, Place] = {}
        self.stores: list[tuple[Form, str, Form]] = []
        self.imports: list[Import] = []
        self.stars: list[str] = []
        self.annotated: list[ast.AnnAssign] = []
        self.definitions: list[Definition] = []
        self.decides = 0
        self._branch: Branch = ()
        self._leaves = False
        self._forks = 0

    def noted_call(self, form: Form) -> None:
        """Keep a call."""
        self.calls.append(Call(form, self._branch, self._leaves))

    def noted_use(self, form: Form, node: ast.expr) -> None:
        """Keep a use, once."""
        self.uses.setdefault(form, place_of(node))

    def noted_yield(self, form: Form) -> None:
        """Keep what is yielded."""
        self.yields.append(form)

    def noted_lambda(self, node: ast.Lambda) -> Form:
        """Keep a lambda for later."""
        name = f"<lambda {node.lineno}:{node.col_offset}>"
        self.definitions.append(Definition(name, node))
        return ("function", self.prefix + name)

    def noted_target(self, target: ast.expr, form: Form) -> None:
        """Keep what is assigned to a name, to several, or to an attribute."""
        match target:
            case ast.Name(id=name):
                self.locals.setdefault(name, []).append(form)
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                self._unpack(targets, form)
            case ast.Attribute(value=base, attr=name):
                self.stores.append((self.chain(base), name, form))
            case ast.Subscript(value=base, slice=index):
                self.of(index)
                self.stores.append((self.chain(base), "[]", form))
            case ast.Starred(value=inner):
                self.noted_target(inner, form)

    def _unpack(self, targets: Sequence[ast.expr], form: Form) -> None:
        paired = form[0] in {"tuple", "list"} and len(form[1]) == len(targets)
        stars = [n for n, each in enumerate(targets) if isinstance(each, ast.Starred)]
        for number, target in enumerate(targets):
            if number in stars:
                self.noted_target(target, ("each", "list", ("iter", form)))
                continue
            # Behind a star, one counts from the end.
            place = number - len(targets) if stars and number > stars[0] else number
            is_known = paired and not stars
            part = form[1][number] if is_known else ("item", form, ("const", place))
            self.noted_target(target, part)

    def run(self, body: Sequence[ast.stmt]) -> None:
        """Read statements."""
        for statement in body:
            read = _READERS.get(type(statement))
            if read is not None:
                read(self, statement)

    def expression(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):
            self.of(node.value)

    def assign(self, node: ast.Assign) -> None:
        form = self.of(node.value)
        for target in node.targets:
            self.noted_target(target, form)

    def annotated_assign(self, node: ast.AnnAssign) -> None:
        self.annotated.append(node)
        if node.value is not None:
            self.noted_target(node.target, self.of(node.value))
        self.noted_target(node.target, ("annotated", Annotations().of(node.annotation)))

    def augmented(self, node: ast.AugAssign) -> None:
        before = self.chain(node.target)
        form = ("op", type(node.op).__name__, before, self.of(node.value))
        self.noted_target(node.target, form)

    def alias(self, node: ast.stmt) -> None:
        """Read `type X = …`, which only newer versions of Python have."""
        name, value = getattr(node, "name", None), getattr(node, "value", None)
        if isinstance(name, ast.Name) and isinstance(value, ast.expr):
            self.locals.setdefault(name.id, []).append(Annotations().of(value))

    def result(self, node: ast.Return) -> None:
        if node.value is None:
            return
        self._leaves = True
        self.results.append((self.of(node.value), place_of(node.value)))
        self._leaves = False

    def branches(self, node: ast.If) -> None:
        self.decides += 1
        self.of(node.test)
        if _is_for_types_only(node.test):
            self.run(node.body)
            return
        self._fork([node.body, node.orelse])

    def cases(self, node: ast.Match) -> None:
        self.decides += 1
        self.of(node.subject)
        for case in node.cases:
            self.of(case.guard)
        self._fork([case.body for case in node.cases])

    def _fork(self, arms: Sequence[Sequence[ast.stmt]]) -> None:
        self._forks += 1
        fork, before = self._forks, self._branch
        for number, arm in enumerate(arms):
            leaves = bool(arm) and isinstance(arm[-1], _LEAVING)
            self._branch = (*before, (fork, number, leaves))
            self.run(arm)
        self._branch = before

    def loop(self, node: ast.For | ast.AsyncFor) -> None:
        self.noted_target(node.target, ("iter", self.of(node.iter)))
        self.run(node.body)
        self.run(node.orelse)

    def while_loop(self, node: ast.While) -> None:
        self.decides += 1
        self.of(node.test)
        self.run(node.body)
        self.run(node.orelse)

    def with_block(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            form = self.of(item.context_expr)
            self.noted_use(("enter", form), item.context_expr)
            if item.optional_vars is not None:
                self.noted_target(item.optional_vars, ("enter", form))
        self.run(node.body)

    def attempt(self, node: ast.Try) -> None:
        self.decides += 1
        self.run(node.body)
        for handler in node.handlers:
            self.run(handler.body)
        self.run(node.orelse)
        self.run(node.finalbody)

    def failure(self, node: ast.Raise) -> None:
        self.decides += 1
        self.of(node.exc)

    def requirement(self, node: ast.Assert) -> None:
        self.decides += 1
        self.of(node.test)

    def removal(self, node: ast.Delete) -> None:
        for target in node.targets:
            self.chain(target)

    def imported(self, node: ast.Import) -> None:
        for alias in node.names:
            self.imports.append(Import(alias.name, place_of(node)))
            top = alias.name.partition(".")[0]
            bound = (alias.asname, alias.name) if alias.asname else (top, top)
            self.locals.setdefault(bound[0], []).append(("import", bound[1]))

    def imported_from(self, node: ast.ImportFrom) -> None:
        origin = self.absolute(node.module or "", node.level)
        for alias in node.names:
            if alias.name == "*":
                self.stars.append(origin)
                self.imports.append(Import(origin, place_of(node)))
                continue
            dotted = f"{origin}.{alias.name}"
            self.imports.append(Import(dotted, place_of(node)))
            bound = alias.asname or alias.name
            self.locals.setdefault(bound, []).append(("import", dotted))

    def definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        kind = "class" if isinstance(node, ast.ClassDef) else "function"
        self.locals.setdefault(node.name, []).append((kind, self.prefix + node.name))
        self.definitions.append(Definition(node.name, node))


_READERS: dict[type, Callable[..., None]] = {
    ast.Expr: Scope.expression,
    ast.Assign: Scope.assign,
    ast.AnnAssign: Scope.annotated_assign,
    ast.AugAssign: Scope.augmented,
    ast.Return: Scope.result,
    ast.If: Scope.branches,
    ast.Match: Scope.cases,
    ast.For: Scope.loop,
    ast.AsyncFor: Scope.loop,
    ast.While: Scope.while_loop,
    ast.With: Scope.with_block,
    ast.AsyncWith: Scope.with_block,
    ast.Try: Scope.attempt,
    ast.TryStar: Scope.attempt,
    ast.Raise: Scope.failure,
    ast.Assert: Scope.requirement,
    ast.Delete: Scope.removal,
    ast.Import: Scope.imported,
    ast.ImportFrom: Scope.imported_from,
    ast.FunctionDef: Scope.definition,
    ast.AsyncFunctionDef: Scope.definition,
    ast.ClassDef: Scope.definition,
}
if hasattr(ast, "TypeAlias"):
    _READERS[getattr(ast, "TypeAlias")] = Scope.alias  # noqa: B009  mypy reads for Python 3.11


def _is_for_types_only(test: ast.expr) -> bool:
    match test:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name == "TYPE_CHECKING"
    return False
