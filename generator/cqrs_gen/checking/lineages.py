"""What classes are made from: through imports and aliases, up to what is not the project's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .frames import Frame
from .index import Lineage

if TYPE_CHECKING:
    from .evaluating import Evaluator
    from .summaries import Class, Form, Module

PORTS = frozenset({"typing.Protocol", "typing_extensions.Protocol", "abc.ABC"})


def lineage(evaluator: Evaluator, module: Module, owner: Class) -> Lineage:
    """Give the classes that a class is made from, nearest first, and the names beyond them."""
    key = (module.dotted, owner.qual)
    if key not in evaluator.lineages:
        evaluator.lineages[key] = Lineage(((module, owner),), frozenset())  # for a circle
        evaluator.lineages[key] = _lineage(evaluator, module, owner)
    return evaluator.lineages[key]


def _lineage(evaluator: Evaluator, module: Module, owner: Class) -> Lineage:
    classes = {(module.dotted, owner.qual): (module, owner)}
    beyond: set[str] = set()
    frame = _scope(evaluator, module, owner)
    for base in owner.bases:
        for value in evaluator.of(_generic(base), frame):
            found = evaluator.index.class_of(value) if value[0] == "class" else None
            if found is not None:
                above = lineage(evaluator, *found)
                classes |= {(m.dotted, c.qual): (m, c) for m, c in above.classes}
                beyond |= above.beyond
            elif value[0] == "outside":
                beyond.add(value[1])
    return Lineage(tuple(classes.values()), frozenset(beyond))


def _scope(evaluator: Evaluator, module: Module, owner: Class) -> Frame:
    around = module.functions.get(owner.qual.rpartition(".")[0])
    return evaluator.body(module) if around is None else Frame(module, around)


def _generic(base: Form) -> Form:
    return base[1] if base[0] == "item" else base
