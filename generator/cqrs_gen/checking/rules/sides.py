"""CQ107 and CQ204: the two sides import nothing of each other, openly or by a back door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.checking.findings import Finding
from cqrs_gen.checking.reaching import Step
from cqrs_gen.checking.values import GAP, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cqrs_gen.checking.summaries import Function, Module, Place
    from cqrs_gen.checking.survey import Survey

_IMPORTERS = frozenset({"importlib.import_module", "builtins.__import__"})


def read_imports_write(survey: Survey) -> Iterator[Finding]:
    """Find imports of the write side in `read`."""
    yield from _imports(survey, "CQ107", "read", ("write", "cqrs.writing"))


def write_imports_read(survey: Survey) -> Iterator[Finding]:
    """Find imports of the read side in `write`."""
    yield from _imports(survey, "CQ204", "write", ("read", "cqrs.reading"))


def _imports(survey: Survey, code: str, side: str, forbidden: tuple[str, ...]) -> Iterator[Finding]:
    roots = tuple(f"{survey.package}.{each}" for each in forbidden)
    for module in survey.index.under(side):
        for dotted, place in _imported(survey, module):
            if _is_below(dotted, roots):
                what = f"`{module.dotted}` imports `{dotted}`"
                yield Finding(code, module.path, place, what)
            elif way := _way(survey, survey.index.split(dotted)[0], roots, {module.dotted}):
                yield _by_a_back_door(code, module, place, way)


def _by_a_back_door(
    code: str, module: Module, place: Place, way: list[tuple[Module, Place, str]]
) -> Finding:
    start = way[0][0].dotted
    steps = tuple(Step(m.path, at, name) for m, at, name in way)
    what = f"`{module.dotted}` imports `{start}`, which leads to `{way[-1][2]}`"
    chain = (Step(module.path, place, start), *steps)
    return Finding(code, module.path, place, what, chain=chain)


def _way(
    survey: Survey, dotted: str, roots: tuple[str, ...], seen: set[str]
) -> list[tuple[Module, Place, str]]:
    module = survey.index.modules.get(dotted)
    # What is on neither side may be imported by both, so it must not lead from one to the other.
    neutral = survey.index.side(dotted) not in {"read", "write", "app", "cqrs", ""}
    if module is None or dotted in seen or not neutral:
        return []
    seen.add(dotted)
    for name, place in _imported(survey, module):
        if _is_below(name, roots):
            return [(module, place, name)]
        deeper = _way(survey, survey.index.split(name)[0], roots, seen)
        if deeper:
            return [(module, place, name), *deeper]
    return []


def _imported(survey: Survey, module: Module) -> Iterator[tuple[str, Place]]:
    for function in (module.body, *module.functions.values()):
        for each in function.imports:
            yield each.dotted, each.place
        yield from _by_name(survey, module, function)


def _by_name(survey: Survey, module: Module, function: Function) -> Iterator[tuple[str, Place]]:
    """Find `importlib.import_module("shop.write…")`, under whatever name."""
    for call in function.calls:
        if call.form[2] and call.form[1][-1] in survey.importers:
            frame = (
                survey.frame(module, function) if function.qual else survey.evaluator.body(module)
            )
            callees = {value[1] for value in survey.evaluator.of(call.form[1], frame)}
            if callees & _IMPORTERS:
                for name in texts(survey.evaluator.of(call.form[2][0], frame)):
                    if GAP not in name:
                        yield _absolute(module, name), call.form[4]


def _absolute(module: Module, name: str) -> str:
    """Resolve `..write` as `import_module` does, from the module that says it."""
    dots = len(name) - len(name.lstrip("."))
    if not dots:
        return name
    parts = module.dotted.split(".")
    above = dots - module.is_package
    return ".".join((*parts[: len(parts) - above], name.lstrip(".")))


def _is_below(dotted: str, roots: tuple[str, ...]) -> bool:
    return any(dotted == root or dotted.startswith(f"{root}.") for root in roots)
