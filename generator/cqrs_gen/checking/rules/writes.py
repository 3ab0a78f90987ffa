"""CQ203, CQ205 and CQ206: what a command does by itself, where it should only decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.checking.effects import seen as e
from cqrs_gen.checking.rules.rule import found
from cqrs_gen.checking.rules.sides import write_imports_read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cqrs_gen.checking.findings import Finding
    from cqrs_gen.checking.rules.rule import Check
    from cqrs_gen.checking.survey import Survey

KINDS = {
    "CQ203": (e.SEND_QUERY,),
    "CQ204": (e.CALL_READ,),
    "CQ205": (e.ENGINE, e.COMMIT, e.STORE_WRITE),
    "CQ206": (e.NET_WRITE, e.FILE_WRITE, e.PROCESS, e.SEND_COMMAND),
}


def comes_to(code: str) -> Check:
    """Make the check that no command comes to effects of these kinds."""
    kinds = KINDS[code]

    def check(survey: Survey) -> Iterator[Finding]:
        for handler in survey.roles.of("CommandHandler"):
            for fact in survey.facts(handler):
                if fact.effect.kind in kinds:
                    yield found(code, fact, f"the command handler `{handler.owner.name}`")
                elif fact.effect.kind == e.MAYBE and code == "CQ206":
                    yield found(code, fact, f"`{handler.owner.name}`", maybe=True)
        if code == "CQ204":
            yield from write_imports_read(survey)

    return check
