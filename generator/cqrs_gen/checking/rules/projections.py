"""CQ301 and CQ302: a projection gives changes, and looks at nothing but its events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.checking.attributes import method_frame
from cqrs_gen.checking.effects import seen as e
from cqrs_gen.checking.findings import Finding
from cqrs_gen.checking.roles import marked_events
from cqrs_gen.checking.rules.messages import changed_collection, root
from cqrs_gen.checking.rules.returns import written
from cqrs_gen.checking.rules.rule import found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cqrs_gen.checking.roles import Member
    from cqrs_gen.checking.rules.rule import Check
    from cqrs_gen.checking.summaries import Form, Function, Module
    from cqrs_gen.checking.survey import Survey

KINDS = {
    "CQ301": (e.SQL, e.STORE_WRITE, e.COMMIT, e.ENGINE, e.FILE_WRITE, e.NET_WRITE, e.PROCESS,
              e.SEND_COMMAND, e.SEND_QUERY, e.RECORD, e.UNIT_OF_WORK),
    "CQ302": (e.CLOCK, e.CHANCE, e.ENVIRONMENT, e.FILE_READ, e.NET_READ, e.STORE_READ),
}  # fmt: skip


def comes_to(code: str) -> Check:
    """Make the check that no projection comes to effects of these kinds."""
    kinds = KINDS[code]

    def check(survey: Survey) -> Iterator[Finding]:
        for projection in survey.roles.of("Projection"):
            for module, method in survey.roles.methods(projection):
                if not listens(survey, module, method):
                    continue
                for fact in survey.reach.of_method(projection.value, module, method):
                    if fact.effect.kind in kinds:
                        yield found(code, fact, f"the projection `{projection.owner.name}`")
                if code == "CQ301":
                    yield from _remembers(survey, projection, module, method)

    return check


def listens(survey: Survey, module: Module, method: Function) -> bool:
    """Tell whether a method is marked with `@on(…)`."""
    return any(True for _ in marked_events(survey.evaluator, module, method))


def _remembers(
    survey: Survey, projection: Member, module: Module, method: Function
) -> Iterator[Finding]:
    """Find what a method keeps for the next event, which a rebuild would not have."""
    frame = method_frame(survey.evaluator, projection.value, module, method)
    what = f"the projection `{projection.owner.name}` keeps something from one event to the next"
    for base, name, _ in method.stores:
        if _outlives(base, module, method):
            shown = f"{written(base)}[…]" if name == "[]" else f"{written(base)}.{name}"
            yield Finding("CQ301", module.path, method.place, f"{what}: `{shown}`")
    for call in method.calls:
        changed = changed_collection(survey, call, frame)
        if changed is not None and _outlives(changed, module, method):
            yield Finding("CQ301", module.path, call.form[4], f"{what}: `{written(call.form[1])}`")


def _outlives(base: Form, module: Module, method: Function) -> bool:
    """Tell what belongs to the projection or its module from what a call of the method makes."""
    name = root(base)
    if method.parameters and name == method.parameters[0].name:
        return True
    known = method.locals.keys() | {each.name for each in method.parameters}
    return name in module.body.locals and name not in known
