"""Writes expressions down as nested tuples: what names, attributes and calls say, and no more.

    ("name", "uow")                        ("attr", base, "record")
    ("call", func, args, keywords, place)  ("item", base, index)
    ("const", 1)                           ("text", (part, …))      an f-string
    ("op", "Add", left, right)             ("either", (one, other)) `a if b else c`, `a or b`
    ("list" | "tuple" | "set", items)      ("dict", keys, values)
    ("each", kind, item)                   ("function", qual)       a comprehension; a lambda
    ("star", inner)                        ("bool",)                a comparison
    ("other",)                             what no rule asks about

`await x` is written as `x`.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from .summaries import Form, Place

OTHER: Form = ("other",)
BOOL: Form = ("bool",)
NONE: Form = ("const", None)
_COLLECTIONS = {ast.List: "list", ast.Tuple: "tuple", ast.Set: "set"}
_COMPREHENSIONS = {ast.ListComp: "list", ast.SetComp: "set", ast.GeneratorExp: "generator"}


def place_of(node: ast.expr | ast.stmt | ast.alias) -> Place:
    """Say where a node stands."""
    return (
        node.lineno,
        node.col_offset,
        node.end_lineno or node.lineno,
        node.end_col_offset or node.col_offset,
    )


class Forms:
    """Write expressions down; what is met on the way is told to the `noted_…` methods."""

    def of(self, node: ast.expr | None) -> Form:
        """Write an expression down."""
        write = _WRITERS.get(type(node))
        return OTHER if node is None or write is None else write(self, node)

    def noted_call(self, form: Form) -> None:
        """Be told of a call."""

    def noted_use(self, form: Form, node: ast.expr) -> None:
        """Be told of a name or an attribute that is loaded, and not called."""

    def noted_target(self, target: ast.expr, form: Form) -> None:
        """Be told of an assignment inside an expression."""

    def noted_lambda(self, node: ast.Lambda) -> Form:  # noqa: ARG002  whoever keeps functions does
        """Be told of a lambda; give the form that stands for it."""
        return OTHER

    def noted_yield(self, form: Form) -> None:
        """Be told of what a generator yields."""

    def chain(self, node: ast.expr) -> Form:
        """Write down what is called, or what something is taken from: that is no use of it."""
        match node:
            case ast.Name(id=name):
                return ("name", name)
            case ast.Attribute(value=base, attr=name):
                return ("attr", self.chain(base), name)
            case ast.Await(value=inner):
                return self.chain(inner)
        return self.of(node)

    def name(self, node: ast.Name) -> Form:
        form = ("name", node.id)
        self.noted_use(form, node)
        return form

    def attribute(self, node: ast.Attribute) -> Form:
        form = ("attr", self.chain(node.value), node.attr)
        self.noted_use(form, node)
        return form

    def call(self, node: ast.Call) -> Form:
        func = self.chain(node.func)
        args = tuple(map(self.of, node.args))
        keywords = tuple((each.arg, self.of(each.value)) for each in node.keywords)
        form = ("call", func, args, keywords, place_of(node))
        self.noted_call(form)
        return form

    def constant(self, node: ast.Constant) -> Form:
        return ("const", node.value) if node.value is not Ellipsis else OTHER

    def text(self, node: ast.JoinedStr) -> Form:
        return ("text", tuple(map(self.of, node.values)))

    def formatted(self, node: ast.FormattedValue) -> Form:
        return self.of(node.value)

    def operation(self, node: ast.BinOp) -> Form:
        return ("op", type(node.op).__name__, self.of(node.left), self.of(node.right))

    def item(self, node: ast.Subscript) -> Form:
        base = self.chain(node.value)
        self.noted_use(base, node.value)
        return ("item", base, self.of(node.slice))

    def either(self, node: ast.IfExp) -> Form:
        self.of(node.test)
        return ("either", (self.of(node.body), self.of(node.orelse)))

    def any_of(self, node: ast.BoolOp) -> Form:
        return ("either", tuple(map(self.of, node.values)))

    def comparison(self, node: ast.Compare) -> Form:
        for each in (node.left, *node.comparators):
            self.of(each)
        return BOOL

    def unary(self, node: ast.UnaryOp) -> Form:
        inner = self.of(node.operand)
        if isinstance(node.op, ast.USub) and inner[0] == "const" and type(inner[1]) is int:
            return ("const", -inner[1])
        return BOOL if isinstance(node.op, ast.Not) else inner

    def collection(self, node: ast.List | ast.Tuple | ast.Set) -> Form:
        return (_COLLECTIONS[type(node)], tuple(map(self.of, node.elts)))

    def mapping(self, node: ast.Dict) -> Form:
        keys = tuple(None if key is None else self.of(key) for key in node.keys)
        return ("dict", keys, tuple(map(self.of, node.values)))

    def comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Form:
        self._loops(node.generators)
        return ("each", _COMPREHENSIONS[type(node)], self.of(node.elt))

    def dict_comprehension(self, node: ast.DictComp) -> Form:
        self._loops(node.generators)
        self.of(node.key)
        return ("each", "dict", self.of(node.value))

    def inner(self, node: ast.Await) -> Form:
        return self.of(node.value)

    def starred(self, node: ast.Starred) -> Form:
        return ("star", self.of(node.value))

    def named(self, node: ast.NamedExpr) -> Form:
        form = self.of(node.value)
        self.noted_target(node.target, form)
        return form

    def function(self, node: ast.Lambda) -> Form:
        return self.noted_lambda(node)

    def yielded(self, node: ast.Yield | ast.YieldFrom) -> Form:
        form = self.of(node.value)
        self.noted_yield(("iter", form) if isinstance(node, ast.YieldFrom) else form)
        return OTHER

    def slice(self, node: ast.Slice) -> Form:
        for each in (node.lower, node.upper, node.step):
            self.of(each)
        return ("slice",)

    def _loops(self, generators: list[ast.comprehension]) -> None:
        for each in generators:
            self.noted_target(each.target, ("iter", self.of(each.iter)))
            for condition in each.ifs:
                self.of(condition)


_WRITERS: dict[type, Callable[..., Form]] = {
    ast.Name: Forms.name,
    ast.Attribute: Forms.attribute,
    ast.Call: Forms.call,
    ast.Constant: Forms.constant,
    ast.JoinedStr: Forms.text,
    ast.FormattedValue: Forms.formatted,
    ast.BinOp: Forms.operation,
    ast.Subscript: Forms.item,
    ast.IfExp: Forms.either,
    ast.BoolOp: Forms.any_of,
    ast.Compare: Forms.comparison,
    ast.UnaryOp: Forms.unary,
    ast.List: Forms.collection,
    ast.Tuple: Forms.collection,
    ast.Set: Forms.collection,
    ast.Dict: Forms.mapping,
    ast.ListComp: Forms.comprehension,
    ast.SetComp: Forms.comprehension,
    ast.GeneratorExp: Forms.comprehension,
    ast.DictComp: Forms.dict_comprehension,
    ast.Await: Forms.inner,
    ast.Starred: Forms.starred,
    ast.NamedExpr: Forms.named,
    ast.Lambda: Forms.function,
    ast.Yield: Forms.yielded,
    ast.YieldFrom: Forms.yielded,
    ast.Slice: Forms.slice,
}


class Annotations(Forms):
    """Write annotations down, also those in quotes."""

    def of(self, node: ast.expr | None) -> Form:
        """Write an annotation down."""
        match node:
            case ast.Constant(value=str() as quoted):
                return self._quoted(quoted)
            case ast.Subscript(value=base, slice=index):
                outer = self.chain(base)
                # What stands in `Literal["…"]` is text.
                inner = Forms() if outer[-1] == "Literal" else self
                return ("item", outer, inner.of(index))
        return super().of(node)

    def _quoted(self, text: str) -> Form:
        try:
            return self.of(ast.parse(text, mode="eval").body)
        except SyntaxError:
            return OTHER
