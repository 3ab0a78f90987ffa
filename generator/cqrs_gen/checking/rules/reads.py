"""CQ101 to CQ106 and CQ108: what a query comes to, by whatever it calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.checking.effects import seen as e
from cqrs_gen.checking.rules.rule import found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cqrs_gen.checking.findings import Finding
    from cqrs_gen.checking.rules.rule import Check
    from cqrs_gen.checking.survey import Survey

KINDS = {
    "CQ101": (e.SQL, e.STORE_WRITE, e.MODEL_CHANGE, e.COMMIT),
    "CQ102": (e.UNIT_OF_WORK, e.CALL_WRITE),
    "CQ103": (e.RECORD,),
    "CQ104": (e.SEND_COMMAND,),
    "CQ105": (e.FILE_WRITE,),
    "CQ106": (e.NET_WRITE,),
    "CQ108": (e.ENGINE,),
}
ON_IMPORT = frozenset({"CQ105", "CQ106", "CQ108"})
"""What is done at once when a module of `read` is imported, and not by any query."""


def comes_to(code: str) -> Check:
    """Make the check that no query comes to effects of these kinds."""
    kinds = KINDS[code]

    def check(survey: Survey) -> Iterator[Finding]:
        for handler in survey.roles.of("QueryHandler"):
            for fact in survey.facts(handler):
                if fact.effect.kind in kinds:
                    yield found(code, fact, f"the query handler `{handler.owner.name}`")
                elif fact.effect.kind == e.MAYBE and code == "CQ101":
                    yield found(code, fact, f"`{handler.owner.name}`", maybe=True)
        if code in ON_IMPORT:
            yield from _on_import(survey, code)

    return check


def _on_import(survey: Survey, code: str) -> Iterator[Finding]:
    for module in survey.index.under("read"):
        bodies = [survey.evaluator.body(module)]
        if code == "CQ108":  # nothing on the read side opens a database, whoever calls it
            bodies += [survey.frame(module, function) for function in module.functions.values()]
        for frame in bodies:
            for fact in survey.reach.of_frame(frame):
                if fact.effect.kind in KINDS[code] and not fact.chain:
                    yield found(code, fact, f"`{module.dotted}`")
