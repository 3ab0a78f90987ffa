"""Which events a module records or hands on, as far as it cannot be ruled out.

An event that is only imported, or made and then looked at by nobody but a log, is not recorded.
Whatever else a module does with it may be the way to the journal.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .values import paths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .evaluating import Evaluator
    from .summaries import Class, Form, Function, Module

_LOOKING = re.compile(
    r"builtins\.(print|repr|str|len|type|hash|id)"
    r"|(logging|structlog|loguru)\..*\.(debug|info|warning|error|exception|critical|log)"
)


def emits(evaluator: Evaluator, module: Module, event: Class, names: frozenset[str]) -> bool:
    """Tell whether a module that imports an event, under one of these names, may record it."""
    return _Module(evaluator, module, event, names).emits()


class _Module:
    """Look through one module for one event."""

    def __init__(
        self, evaluator: Evaluator, module: Module, event: Class, names: frozenset[str]
    ) -> None:
        self._evaluator = evaluator
        self._module = module
        self._body = evaluator.body(module)
        self._fields = {field.name for field in event.fields}
        self._names = names

    def emits(self) -> bool:
        functions = (self._module.body, *self._module.functions.values())
        return (
            any(map(self._mentioned, _of_classes(self._module)))
            or any(map(self._speaks, functions))
            or any(self._makes(each) and self._hands_on(each) for each in functions)
        )

    def _mentioned(self, form: object) -> bool:
        """Tell whether the event's class is named in a form."""
        if not isinstance(form, tuple):
            return False
        if form[:1] in {("name",), ("attr",)} and form[-1] in self._names:
            return True
        return any(map(self._mentioned, form))

    def _speaks(self, function: Function) -> bool:
        """Tell whether it is named other than to make one: in a list, in an annotation."""
        called = (call.form[1] for call in function.calls if not self._is_made(call.form))
        inside = function.locals.items() if function.qual else ()
        return (
            any(map(self._mentioned, (*_around(function), *called)))
            or any(self._is_module(form) for form, _ in function.uses)
            or any(
                form[0] == "import" and self._is_known(form)
                for _, forms in inside
                for form in forms
            )
        )

    def _is_known(self, form: Form) -> bool:
        """Tell whether a function imports the event, or a module that it may be in."""
        return any(
            value[0] in {"class", "module"} for value in self._evaluator.of(form, self._body)
        )

    def _is_module(self, form: Form) -> bool:
        """Tell whether a whole module is handed on: `getattr(events, name)`."""
        return any(value[0] == "module" for value in self._evaluator.of(form, self._body))

    def _is_made(self, form: Form) -> bool:
        return form[1][0] in {"name", "attr"} and form[1][-1] in self._names

    def _makes(self, function: Function) -> bool:
        return any(self._is_made(call.form) for call in function.calls)

    def _hands_on(self, function: Function) -> bool:
        # What stands in a module, or in a function inside another, is anybody's.
        inner = any(each.parent == function.qual for each in self._module.functions.values())
        if not function.qual or function.parent or inner:
            return True
        return any(self._holds(form, function, frozenset()) for form in self._ways_out(function))

    def _ways_out(self, function: Function) -> Iterator[object]:
        yield from (form for form, _ in function.results)
        yield from function.yields
        yield from (form for _, _, form in function.stores)
        yield from (form for form, _ in function.uses)
        for call in function.calls:
            if not self._is_made(call.form) and not self._only_looks(call.form):
                yield call.form

    def _only_looks(self, form: Form) -> bool:
        found = paths(self._evaluator.of(form[1], self._body))
        return bool(found) and all(map(_LOOKING.fullmatch, found))

    def _holds(self, form: object, function: Function, seen: frozenset[str]) -> bool:
        """Tell whether the event itself is in a form, and not only what one of its fields says."""
        match form:
            case ("name", str(name)) if name in function.locals and name not in seen:
                inside = function.locals[name]
                return any(self._holds(each, function, seen | {name}) for each in inside)
            case ("attr", _, name) if name in self._fields:
                return False
            case ("call", func, args, keywords, place):
                call = ("call", func, args, keywords, place)
                if self._is_made(call) or self._only_looks(call):
                    return self._is_made(call)
                return any(self._holds(each, function, seen) for each in (func, args, keywords))
            case tuple():
                return any(self._holds(each, function, seen) for each in form)
        return False


def _around(function: Function) -> Iterator[object]:
    """Give what is written of a function, besides what it calls and assigns."""
    for each in function.parameters:
        yield from (each.annotation, each.default)
    yield from (function.returns, *function.decorators)
    yield from (form for form, _ in function.uses)
    for forms in function.locals.values():
        yield from (form for form in forms if form[0] == "annotated")


def _of_classes(module: Module) -> Iterator[object]:
    for owner in module.classes.values():
        yield from (*owner.bases, *owner.decorators, *(form for _, form in owner.keywords))
        yield from (field.annotation for field in owner.fields)
        for forms in owner.attributes.values():
            yield from forms
