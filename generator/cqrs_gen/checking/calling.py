"""What a call gives back, and with what it calls a function of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .annotated import instances
from .attributes import attribute, parameters
from .frames import Frame
from .sql import changes_something
from .texts import SAME, joined
from .values import GAP, NOTHING, const, few, holding, outside, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .evaluating import Evaluator
    from .summaries import Form, Function, Module, Parameter
    from .values import Value, Values

DEEPEST = 6
WRITING_TEXT = "!text()"
"""The path of a `text(…)` whose SQL changes something."""

_DECORATING = frozenset(
    {"functools.partialmethod", "functools.wraps()", "functools.cache", "functools.lru_cache",
     "functools.lru_cache()", "contextlib.contextmanager", "contextlib.asynccontextmanager",
     "builtins.staticmethod", "builtins.classmethod"}
)  # fmt: skip
_THROUGH = frozenset(
    {"builtins.iter", "builtins.reversed", "copy.copy", "copy.deepcopy", "asyncio.create_task",
     "asyncio.ensure_future", "asyncio.wait_for", "asyncio.shield", "textwrap.dedent",
     "inspect.cleandoc"}
)  # fmt: skip
_HELD = frozenset(
    {"builtins.list", "builtins.tuple", "builtins.set", "builtins.sorted", "asyncio.gather"}
)


def results(evaluator: Evaluator, form: Form, frame: Frame) -> Values:
    """Give what a call may give back."""
    found: set[Value] = set()
    for callee in evaluator.of(form[1], frame):
        match callee[0]:
            case "outside":
                found |= _of_outside(evaluator, callee[1], form, frame)
            case "class":
                found.add(("instance", *callee[1:3]))
            case "function":
                found |= returned(evaluator, callee, form, frame)
            case "instance":
                for method in attribute(evaluator, callee, "__call__"):
                    if method[0] == "function":
                        found |= returned(evaluator, method, form, frame)
            case "element":
                found |= callee[2]
    return few(frozenset(found))


def _of_outside(evaluator: Evaluator, path: str, form: Form, frame: Frame) -> Values:
    special = _SPECIAL.get(path)
    if special is not None:
        return few(special(evaluator, form, frame))
    if path.startswith("builtins.str()."):
        return _of_text(evaluator, form, path.rpartition(".")[2], frame)
    if path.startswith("sqlalchemy") and path.rpartition(".")[2] in {"text", "DDL"}:
        writes = any(map(changes_something, texts(_first(evaluator, form, frame))))
        return outside(WRITING_TEXT if writes else f"{path}()")
    return outside(f"{path}()")


def _first(evaluator: Evaluator, form: Form, frame: Frame) -> Values:
    return evaluator.of(form[2][0], frame) if form[2] else NOTHING


def _held(evaluator: Evaluator, form: Form, frame: Frame) -> Values:
    first = _first(evaluator, form, frame)
    inner = {inner for value in first if value[0] == "holds" for inner in value[2]}
    return holding("list", inner or first)


def _next(evaluator: Evaluator, form: Form, frame: Frame) -> Values:
    held = (v for v in _first(evaluator, form, frame) if v[0] == "holds")
    return frozenset(inner for value in held for inner in value[2])


def _getattr(evaluator: Evaluator, form: Form, frame: Frame) -> Values:
    names = texts(evaluator.of(form[2][1], frame)) if len(form[2]) > 1 else []
    bases = _first(evaluator, form, frame)
    return frozenset().union(*(attribute(evaluator, base, n) for base in bases for n in names))


def _module(evaluator: Evaluator, form: Form, frame: Frame) -> Values:
    names = texts(_first(evaluator, form, frame))
    return frozenset().union(*(evaluator.dotted(name) for name in names if GAP not in name))


def _second(evaluator: Evaluator, form: Form, frame: Frame) -> Values:
    """Take a new type for the one that it is made from."""
    return evaluator.of(form[2][1], frame) if len(form[2]) > 1 else NOTHING


def _type(evaluator: Evaluator, form: Form, frame: Frame) -> Values:
    first = _first(evaluator, form, frame)
    return frozenset(("class", *value[1:3]) for value in first if value[0] == "instance")


def _cast(evaluator: Evaluator, form: Form, frame: Frame) -> Values:
    wanted = instances(evaluator, form[2][0], frame) if form[2] else NOTHING
    return wanted | _second(evaluator, form, frame)


def _partial(evaluator: Evaluator, form: Form, frame: Frame) -> Values:
    rest = tuple(evaluator.of(arg, frame) for arg in form[2][1:])
    named = tuple((name, evaluator.of(value, frame)) for name, value in form[3] if name)
    return frozenset(
        (*value[:5], (*value[5], (rest, named))) if value[0] == "function" else value
        for value in _first(evaluator, form, frame)
    )


def _super(_evaluator: Evaluator, _form: Form, frame: Frame) -> Values:
    here: Frame | None = frame
    while here is not None and not here.function.owner:
        here = here.outer
    if here is None or here.me is None:
        return NOTHING
    return frozenset({("super", *here.me[1:3], here.function.owner)})


def _of_text(evaluator: Evaluator, form: Form, method: str, frame: Frame) -> Values:
    base = form[1][1]
    if method == "join" and form[2]:
        between = joined([evaluator.of(base, frame)])
        items = form[2][0]
        if items[0] in {"list", "tuple"}:
            return const(joined((evaluator.of(i, frame) for i in items[1]), between))
        return const(GAP)
    return const(joined([evaluator.of(base, frame)])) if method in SAME else NOTHING


def returned(evaluator: Evaluator, callee: Value, form: Form, frame: Frame) -> Values:
    """Give what a function of the project gives back to a call."""
    module = evaluator.index.modules[callee[1]]
    function = module.functions[callee[2]]
    if evaluator.depth >= DEEPEST:
        return NOTHING
    inside = enter(evaluator, callee, form, frame)
    key = (*callee[1:5], *inside.given.items())
    if key not in evaluator.returned:
        evaluator.returned[key] = NOTHING  # for a function that calls itself
        evaluator.depth += 1
        evaluator.returned[key] = _returned(evaluator, module, function, inside)
        evaluator.depth -= 1
    return evaluator.returned[key]


def _returned(evaluator: Evaluator, module: Module, function: Function, inside: Frame) -> Values:
    if function.yields:
        return holding("generator", evaluator.all(function.yields, inside))
    found = evaluator.all((form for form, _ in function.results), inside)
    return few(found | instances(evaluator, function.returns, evaluator.body(module)))


def enter(evaluator: Evaluator, callee: Value, form: Form, frame: Frame) -> Frame:
    """Stand in a function of the project, its parameters bound to what a call gives it."""
    module = evaluator.index.modules[callee[1]]
    function = module.functions[callee[2]]
    inside = Frame(module, function, {}, me=callee[3], outer=callee[4])
    skipped = 1 if callee[3] is not None and function.owner else 0
    given = dict(_given(evaluator, callee, form, frame, function.parameters[skipped:]))
    inside.given = parameters(evaluator, inside, given)
    return inside


def _given(
    evaluator: Evaluator, callee: Value, form: Form, frame: Frame, wanted: tuple[Parameter, ...]
) -> Iterator[tuple[str, Values]]:
    positional = [values for rest, _ in callee[5] for values in rest]
    keywords = {name: values for _, named in callee[5] for name, values in named}
    for arg in form[2]:
        if arg[0] == "star":
            break
        positional.append(evaluator.of(arg, frame))
    keywords |= {name: evaluator.of(value, frame) for name, value in form[3] if name}
    for each, values in zip(wanted, positional, strict=False):
        if each.kind:
            yield each.name, holding("tuple", frozenset().union(*positional))
            break
        yield each.name, values
    yield from keywords.items()


_SPECIAL: dict[str, Callable[[Evaluator, Form, Frame], Values]] = {
    **dict.fromkeys(_DECORATING | _THROUGH, _first),
    **dict.fromkeys(_HELD, _held),
    **dict.fromkeys(("importlib.import_module", "builtins.__import__"), _module),
    **dict.fromkeys(("typing.NewType", "typing_extensions.NewType"), _second),
    **dict.fromkeys(("typing.cast", "typing_extensions.cast"), _cast),
    "builtins.next": _next,
    "builtins.getattr": _getattr,
    "builtins.super": _super,
    "builtins.type": _type,
    "functools.partial": _partial,
}
