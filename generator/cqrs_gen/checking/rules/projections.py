"""CQ301 and CQ302: a projection gives changes, and looks at nothing but its events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.checking.effects import seen as e
from cqrs_gen.checking.findings import Finding
from cqrs_gen.checking.roles import marked_events
from cqrs_gen.checking.rules.rule import found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cqrs_gen.checking.roles import Member
    from cqrs_gen.checking.rules.rule import Check
    from cqrs_gen.checking.summaries import Function, Module
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
                    yield from _remembers(projection, module, method)

    return check


def listens(survey: Survey, module: Module, method: Function) -> bool:
    """Tell whether a method is marked with `@on(…)`."""
    return any(True for _ in marked_events(survey.evaluator, module, method))


def _remembers(projection: Member, module: Module, method: Function) -> Iterator[Finding]:
    """Find what a method keeps for the next event, which a rebuild would not have."""
    me = method.parameters[0].name if method.parameters else ""
    for base, name, _ in method.stores:
        root = base
        while root[0] in {"attr", "item"}:
            root = root[1]
        is_kept = root == ("name", me) or (
            root[0] == "name" and root[1] not in method.locals and root[1] in module.body.locals
        )
        if is_kept:
            what = "keeps something from one event to the next"
            shown = f"`{root[1]}.{name}`" if name != "[]" else f"`{root[1]}[…]`"
            told = f"the projection `{projection.owner.name}` {what}: {shown}"
            yield Finding("CQ301", module.path, method.place, told)
