"""Finds out what an expression may stand for: names, attributes and calls, through all modules."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from .annotated import WRAPPERS, instances
from .attributes import attribute, parameters
from .calling import results, returned
from .contexts import Contexts
from .frames import Frame
from .lineages import lineage
from .texts import joined
from .values import GAP, NOTHING, const, few, holding, of_framework, outside, part_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .index import Index, Lineage
    from .summaries import Class, Form, Function, Module
    from .values import Value, Values

_BUILTINS = frozenset(dir(builtins))
_NO_CALL = ("call", ("other",), (), (), (0, 0, 0, 0))


class Evaluator:
    """Evaluate forms of an index; what was found out once is remembered."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.depth = 0
        self.lineages: dict[tuple[str, str], Lineage] = {}
        self.method_frames: dict[tuple[Value, str, str], Frame] = {}
        self.contexts = Contexts(self.plain)
        self.returned: dict[tuple[object, ...], Values] = {}
        self._frames: dict[str, Frame] = {}
        self._names: dict[tuple[str, str], Values] = {}

    def of(self, form: Form | None, frame: Frame) -> Values:
        """Give what a form may stand for in a frame."""
        if form is None:
            return NOTHING
        find = _FINDERS.get(form[0])
        if find is None:
            return NOTHING
        known = frame.begin(form)
        return frame.end(form, few(find(self, form, frame))) if known is None else known

    def all(self, forms: Iterable[Form], frame: Frame) -> Values:
        """Give what any of several forms may stand for."""
        return few(frozenset().union(*(self.of(form, frame) for form in forms)))

    def body(self, module: Module) -> Frame:
        """Give the frame of a module's own code."""
        if module.dotted not in self._frames:
            self._frames[module.dotted] = Frame(module, module.body)
        return self._frames[module.dotted]

    def plain(self, frame: Frame) -> Frame:
        """Give a function's frame with nothing known but what its annotations say."""
        bare = Frame(frame.module, frame.function, {}, me=frame.me, outer=frame.outer)
        bare.given = parameters(self, bare, {})
        return bare

    def lineage(self, module: Module, owner: Class) -> Lineage:
        """Give what a class is made from."""
        return lineage(self, module, owner)

    def of_property(self, module: Module, method: Function, me: Value) -> Values:
        """Give what a property of an object gives back."""
        getter = ("function", module.dotted, method.qual, me, None, ())
        return returned(self, getter, _NO_CALL, self.body(module))

    def dotted(self, dotted: str) -> Values:
        """Give what a dotted name leads to, which an import may have brought."""
        if self.index.is_framework(dotted):
            return outside(of_framework(dotted))
        module, rest = self.index.split(dotted)
        if not module:
            return outside(dotted)
        values: Values = frozenset({("module", module)})
        for name in rest:
            values = frozenset().union(*(attribute(self, value, name) for value in values))
        return values

    def named(self, module: Module, name: str) -> Values:
        """Give what a name at the top of a module stands for."""
        key = (module.dotted, name)
        if key not in self._names:
            self._names[key] = NOTHING  # whatever is imported in a circle
            self._names[key] = self._named(module, name)
        return self._names[key]

    def lookup(self, name: str, frame: Frame) -> Values:
        """Give what a name stands for where it is used."""
        here: Frame | None = frame
        while here is not None:
            forms = here.function.locals.get(name, ()) if here.function.qual else ()
            if name in here.given or forms:
                return here.given.get(name, NOTHING) | self.all(forms, here)
            here = here.outer
        found = self.named(frame.module, name)
        if found or name in frame.module.body.locals:
            return found
        return outside(f"builtins.{name}" if name in _BUILTINS else f"?{name}")

    def _named(self, module: Module, name: str) -> Values:
        forms = module.body.locals.get(name)
        if forms is not None:
            return self.all(forms, self.body(module))
        if self.index.is_module(f"{module.dotted}.{name}"):
            return frozenset({("module", f"{module.dotted}.{name}")})
        return few(frozenset().union(*(self.dotted(f"{s}.{name}") for s in module.stars)))

    def _name(self, form: Form, frame: Frame) -> Values:
        return self.lookup(form[1], frame)

    def _attribute(self, form: Form, frame: Frame) -> Values:
        found: set[Value] = set()
        bases = self.of(form[1], frame)
        for value in bases:
            found |= attribute(self, value, form[2])
        if not found:
            root = form[1][1] if form[1][0] == "name" else form[1][-1]
            return (
                outside(f"?{root}.{form[2]}") if isinstance(root, str) else outside(f"?.{form[2]}")
            )
        return frozenset(found)

    def _call(self, form: Form, frame: Frame) -> Values:
        return results(self, form, frame)

    def _const(self, form: Form, _frame: Frame) -> Values:
        return const(form[1])

    def _text(self, form: Form, frame: Frame) -> Values:
        return const(joined(self.of(part, frame) for part in form[1]))

    def _operation(self, form: Form, frame: Frame) -> Values:
        _, operator, left, right = form
        one, other = self.of(left, frame), self.of(right, frame)
        if operator == "Add" and (_is_text(one) or _is_text(other)):
            return const(joined((one, other)))
        if operator == "Mod" and _is_text(one):
            return const(joined((one,)) + GAP)
        if operator in {"BitOr", "BitAnd"}:
            return one | other
        return one if operator == "Div" else NOTHING

    def _either(self, form: Form, frame: Frame) -> Values:
        return self.all(form[1], frame)

    def _collection(self, form: Form, frame: Frame) -> Values:
        inside = [self.of(each, frame) for each in form[1]]
        parts = () if any(each[0] == "star" for each in form[1]) else enumerate(inside)
        return holding(form[0], few(NOTHING.union(*inside)), parts)

    def _mapping(self, form: Form, frame: Frame) -> Values:
        inside = [self.of(each, frame) for each in form[2]]
        keys = [key[1] if key and key[0] == "const" else None for key in form[1]]
        parts = () if None in keys else zip(keys, inside, strict=True)
        return holding("dict", few(NOTHING.union(*inside)), parts)

    def _each(self, form: Form, frame: Frame) -> Values:
        return holding(form[1], self.of(form[2], frame))

    def _item(self, form: Form, frame: Frame) -> Values:
        if form[1][-1] in WRAPPERS:
            inner = form[2][1] if form[2][0] == "tuple" else (form[2],)
            absent = const(None) if form[1][-1] == "Optional" else NOTHING
            return absent | self.all(inner[:1] if form[1][-1] == "Annotated" else inner, frame)
        return self._inside(self.of(form[1], frame), self._key(form[2], frame))

    def _key(self, form: Form, frame: Frame) -> object:
        keys = [value[1] for value in self.of(form, frame) if value[0] == "const"]
        return keys[0] if len(keys) == 1 else None

    def _iterated(self, form: Form, frame: Frame) -> Values:
        return self._inside(self.of(form[1], frame))

    def _inside(self, values: Values, key: object = None) -> Values:
        found: set[Value] = set()
        for value in values:
            if value[0] == "holds":
                found |= part_of(value, key)
            elif value[0] == "outside":
                found |= outside(value[1] if _is_type(value[1]) else f"{value[1]}[]")
            elif value[0] == "class":  # `Handler[Message]`
                found.add(value)
        return frozenset(found)

    def _entered(self, form: Form, frame: Frame) -> Values:
        found: set[Value] = set()
        for value in self.of(form[1], frame):
            if value[0] == "holds" and value[1] == "generator":
                found |= value[2]
            else:
                found.add(value)
        return frozenset(found)

    def _starred(self, form: Form, frame: Frame) -> Values:
        return self._inside(self.of(form[1], frame))

    def _imported(self, form: Form, _frame: Frame) -> Values:
        return self.dotted(form[1])

    def _class(self, form: Form, frame: Frame) -> Values:
        return frozenset({("class", frame.module.dotted, form[1])})

    def _function(self, form: Form, frame: Frame) -> Values:
        outer = frame if frame.function.qual else None
        return frozenset({("function", frame.module.dotted, form[1], frame.me, outer, ())})

    def _annotated(self, form: Form, frame: Frame) -> Values:
        return instances(self, form[1], frame)


_FINDERS: dict[str, Callable[[Evaluator, Form, Frame], Values]] = {
    "name": Evaluator._name,  # noqa: SLF001  the table belongs to the class
    "attr": Evaluator._attribute,  # noqa: SLF001
    "call": Evaluator._call,  # noqa: SLF001
    "const": Evaluator._const,  # noqa: SLF001
    "text": Evaluator._text,  # noqa: SLF001
    "op": Evaluator._operation,  # noqa: SLF001
    "either": Evaluator._either,  # noqa: SLF001
    "list": Evaluator._collection,  # noqa: SLF001
    "tuple": Evaluator._collection,  # noqa: SLF001
    "set": Evaluator._collection,  # noqa: SLF001
    "dict": Evaluator._mapping,  # noqa: SLF001
    "each": Evaluator._each,  # noqa: SLF001
    "item": Evaluator._item,  # noqa: SLF001
    "iter": Evaluator._iterated,  # noqa: SLF001
    "enter": Evaluator._entered,  # noqa: SLF001
    "star": Evaluator._starred,  # noqa: SLF001
    "import": Evaluator._imported,  # noqa: SLF001
    "class": Evaluator._class,  # noqa: SLF001
    "function": Evaluator._function,  # noqa: SLF001
    "annotated": Evaluator._annotated,  # noqa: SLF001
}


_GENERIC = frozenset(f"builtins.{name}" for name in ("list", "dict", "set", "tuple", "frozenset"))


def _is_text(values: Values) -> bool:
    return any(value[0] == "const" and isinstance(value[1], str) for value in values)


def _is_type(path: str) -> bool:
    """Tell a generic type from an object: `Repository[User]` is still that class."""
    last = path.rpartition(".")[2]
    return "(" not in path and (last[:1].isupper() or path in _GENERIC)
