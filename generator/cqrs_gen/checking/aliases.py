"""What was written where a name was given: `Shipping = CommandHandler[ShipOrderCommand]`."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .evaluating import Evaluator
    from .summaries import Form, Module

LONGEST = 10
"""So many names of names are followed: a circle has no end."""


def unaliased(evaluator: Evaluator, module: Module, form: Form) -> tuple[Module, Form]:
    """Follow a name to what it was given for, and the module that says so, through imports."""
    for _ in range(LONGEST):
        found = _given(evaluator, module, form)
        if found is None:
            break
        module, form = found
    return module, form


def _given(evaluator: Evaluator, module: Module, form: Form) -> tuple[Module, Form] | None:
    if form[0] == "attr":
        for value in evaluator.of(form[1], evaluator.body(module)):
            if value[0] == "module" and value[1] in evaluator.index.modules:
                return evaluator.index.modules[value[1]], ("name", form[2])
        return None
    forms = module.body.locals.get(form[1], ()) if form[0] == "name" else ()
    told = [each for each in forms if each[0] != "annotated"]  # `Shipping: TypeAlias = …`
    if len(told) != 1 or told[0][0] in {"class", "function"}:
        return None
    return _imported(evaluator, told[0][1]) if told[0][0] == "import" else (module, told[0])


def _imported(evaluator: Evaluator, dotted: str) -> tuple[Module, Form] | None:
    name, rest = evaluator.index.split(dotted)
    module = evaluator.index.modules.get(name)
    return (module, ("name", rest[0])) if module is not None and len(rest) == 1 else None


def other_names(evaluator: Evaluator) -> dict[tuple[str, str], frozenset[str]]:
    """Give the names under which classes are imported: `import UserCreated as Created`."""
    found: dict[tuple[str, str], frozenset[str]] = defaultdict(frozenset)
    for module in evaluator.index.modules.values():
        for name, dotted in _renamed(module):
            for value in evaluator.dotted(dotted):
                if value[0] == "class":
                    found[value[1], value[2]] |= {name}
    return found


def _renamed(module: Module) -> Iterator[tuple[str, str]]:
    for function in (module.body, *module.functions.values()):
        for name, forms in function.locals.items():
            for form in forms:
                if form[0] == "import" and not form[1].endswith(f".{name}"):
                    yield name, form[1]
