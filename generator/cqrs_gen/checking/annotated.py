"""What an annotation says of a value: an object of its type, of each type of a union."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .values import NOTHING, const, few, holding, outside

if TYPE_CHECKING:
    from .evaluating import Evaluator
    from .frames import Frame
    from .summaries import Form
    from .values import Value, Values

WRAPPERS = frozenset(
    {"Optional", "Union", "Annotated", "Final", "ClassVar", "Required", "NotRequired"}
)
_HOLDING = frozenset(
    {
        "list", "set", "frozenset", "tuple", "dict", "List", "Set", "Tuple", "Dict", "Sequence",
        "Iterable", "Iterator", "Collection", "Mapping", "AsyncIterator", "AsyncIterable",
        "Generator",
    }
)  # fmt: skip
_UNKNOWN = frozenset(
    {"typing.Any", "builtins.object", "typing.Self", "typing.Callable", "typing.TypeAlias"}
)


def instances(evaluator: Evaluator, form: Form | None, frame: Frame) -> Values:
    """Give the objects that an annotation allows."""
    if form is None:
        return NOTHING
    match form:
        case ("const", None):
            return const(None)
        case ("op", "BitOr", one, other):
            return instances(evaluator, one, frame) | instances(evaluator, other, frame)
        case ("item", base, index):
            return _generic(evaluator, base, index, frame)
        case ("name" | "attr", *_):
            return _named(evaluator, form, frame)
    return NOTHING


def _generic(evaluator: Evaluator, base: Form, index: Form, frame: Frame) -> Values:
    name = base[-1]
    inner = index[1] if index[0] == "tuple" else (index,)
    if name in WRAPPERS:
        kept = inner[:1] if name == "Annotated" else inner
        return few(frozenset().union(*(instances(evaluator, each, frame) for each in kept)))
    if name in _HOLDING:
        each_of = [instances(evaluator, each, frame) for each in inner]
        held = frozenset().union(*each_of)
        # `tuple[UUID, dict[str, object]]` says what stands where, `tuple[UUID, ...]` does not.
        is_told = name in {"tuple", "Tuple"} and ("other",) not in inner
        kind = "dict" if name in {"dict", "Dict", "Mapping"} else str(name).lower()
        return holding(kind, held, enumerate(each_of) if is_told else ())
    if name in {"type", "Type"}:
        return evaluator.of(inner[0], frame)
    return _named(evaluator, base, frame)


def _named(evaluator: Evaluator, form: Form, frame: Frame) -> Values:
    found: set[Value] = set()
    for value in evaluator.of(form, frame):
        match value:
            case ("class", module, qual):
                found.add(("instance", module, qual))
            case ("outside", path) if path not in _UNKNOWN:
                found |= outside(path if path.endswith("()") else f"{path}()")
            case ("const", None):
                found.add(value)
    return few(frozenset(found))
