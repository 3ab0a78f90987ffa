"""What an attribute of a value may stand for: methods, fields, properties, things assigned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .annotated import instances
from .frames import Frame
from .values import NOTHING, few, of_framework, outside

if TYPE_CHECKING:
    from .evaluating import Evaluator
    from .summaries import Class, Function, Module
    from .values import Value, Values

ELEMENTS = frozenset({"values", "items", "get", "pop", "setdefault", "popleft", "copy"})


def attribute(evaluator: Evaluator, value: Value, name: str) -> Values:
    """Give what an attribute of a value may stand for."""
    match value[0]:
        case "outside":
            return outside(of_framework(f"{value[1]}.{name}"))
        case "module":
            return _of_module(evaluator, value[1], name)
        case "class" | "instance":
            return _of_class(evaluator, value, name)
        case "super":
            return _of_super(evaluator, value, name)
        case "holds":
            return (
                frozenset({("element", *value[1:])}) if name in ELEMENTS else outside(f"[].{name}")
            )
    is_text = value[0] == "const" and isinstance(value[1], str)
    return outside(f"builtins.str().{name}") if is_text else NOTHING


def _of_module(evaluator: Evaluator, dotted: str, name: str) -> Values:
    if evaluator.index.is_framework(f"{dotted}.{name}"):
        return evaluator.dotted(f"{dotted}.{name}")
    module = evaluator.index.modules.get(dotted)
    if module is None:
        inner = f"{dotted}.{name}"
        return frozenset({("module", inner)}) if evaluator.index.is_module(inner) else NOTHING
    return evaluator.named(module, name)


def _of_class(evaluator: Evaluator, value: Value, name: str) -> Values:
    found = evaluator.index.class_of(value)
    if found is None:
        return NOTHING
    lineage = evaluator.lineage(*found)
    for module, owner in lineage.classes:
        if values := _in_class(evaluator, value, module, owner, name):
            return values
    if name == "__class__":
        return frozenset({("class", *value[1:3])})
    made = "()" if value[0] == "instance" else ""
    paths = (f"{base}{made}.{name}" for base in lineage.beyond if base not in _SILENT)
    return few(frozenset().union(*map(outside, paths)))


# Bases that bring nothing along; an attribute of theirs is one that nobody knows.
_SILENT = frozenset(
    {
        "abc.ABC",
        "typing.Generic",
        "typing.Protocol",
        "typing_extensions.Protocol",
        "builtins.object",
    }
)


def _of_super(evaluator: Evaluator, value: Value, name: str) -> Values:
    """Look behind the class whose method says `super()`, in the line of the object's own class."""
    _, module, qual, after = value
    me = ("instance", module, qual)
    found = evaluator.index.class_of(me)
    if found is None:
        return NOTHING
    lineage = evaluator.lineage(*found)
    quals = [owner.qual for _, owner in lineage.classes]
    rest = lineage.classes[quals.index(after) + 1 :] if after in quals else ()
    for place, owner in rest:
        if values := _in_class(evaluator, me, place, owner, name):
            return values
    return few(
        frozenset().union(*(outside(f"{base}().{name}") for base in lineage.beyond - _SILENT))
    )


def _in_class(
    evaluator: Evaluator, value: Value, module: Module, owner: Class, name: str
) -> Values:
    if name in owner.methods:
        return _method(evaluator, value, module, module.functions[owner.methods[name]])
    found: set[Value] = set()
    frame = evaluator.body(module)
    if name in owner.attributes:
        held = evaluator.all(_assigned(owner, name), _class_frame(frame, owner, name))
        found |= {_bound(each, value) for each in held}
    if value[0] == "instance":
        for form, method in evaluator.index.stored(module, owner).get(name, ()):
            found |= evaluator.of(form, method_frame(evaluator, value, module, method))
    for field in owner.fields:
        if field.name == name and not found:
            found |= instances(evaluator, field.annotation, frame)
    return few(frozenset(found))


def _assigned(owner: Class, name: str) -> list[tuple[object, ...]]:
    return [form for form in owner.attributes[name] if form[0] != "annotated"]


def _class_frame(frame: Frame, owner: Class, name: str) -> Frame:
    """See a class's own names before those of its module: `note = note` takes the module's."""
    locals_ = frame.module.body.locals | owner.attributes
    if name in frame.module.body.locals:
        locals_[name] = frame.module.body.locals[name]
    return Frame(frame.module, frame.function._replace(qual=owner.qual, locals=locals_))


def _bound(value: Value, me: Value) -> Value:
    """Bind a function that a class holds, as Python does when it is taken from an object."""
    if value[0] != "function" or me[0] != "instance" or value[3] is not None:
        return value
    return (*value[:5], (((frozenset({me}),), ()), *value[5]))


def _method(evaluator: Evaluator, value: Value, module: Module, method: Function) -> Values:
    marks = {form[-1] for form in method.decorators if form[0] in {"name", "attr"}}
    if "staticmethod" in marks:
        return frozenset({("function", module.dotted, method.qual, None, None, ())})
    me = ("class", *value[1:3]) if "classmethod" in marks else value
    if marks & {"property", "cached_property"} and value[0] == "instance":
        return evaluator.of_property(module, method, value)
    bound = me if me[0] == "instance" or "classmethod" in marks else None
    return frozenset({("function", module.dotted, method.qual, bound, None, ())})


def method_frame(evaluator: Evaluator, me: Value, module: Module, method: Function) -> Frame:
    """Stand in a method, of which nothing more is known than its annotations."""
    key = (me, method.qual, module.dotted)
    if key not in evaluator.method_frames:
        frame = Frame(module, method, {}, me=me)
        evaluator.method_frames[key] = frame
        frame.given = parameters(evaluator, frame, {})
    return evaluator.method_frames[key]


def parameters(evaluator: Evaluator, frame: Frame, given: dict[str, Values]) -> dict[str, Values]:
    """Bind a function's parameters: to what was given, or what their annotations say."""
    bound: dict[str, Values] = {}
    me = frame.me
    for number, each in enumerate(frame.function.parameters):
        if number == 0 and me is not None and frame.function.owner:
            bound[each.name] = frozenset({me})
            continue
        values = given.get(each.name, NOTHING)
        if each.annotation is not None and not each.kind:
            values |= instances(evaluator, each.annotation, evaluator.body(frame.module))
        elif each.default is not None and not values:
            values = evaluator.of(each.default, evaluator.body(frame.module))
        bound[each.name] = few(values) or outside(f"?{each.name}")
    return bound
