"""The advisor: what speaks for CQRS in a project as it is, counted out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .rules.crud import entities
from .running import survey_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cqrs_gen.project import Project

    from .summaries import Function
    from .survey import Survey

ENOUGH, LITTLE = 60, 30


class Evidence(NamedTuple):
    """One thing that speaks for CQRS: how many of how many, and what they weigh together."""

    what: str
    found: int
    of: int
    weight: int

    @property
    def points(self) -> int:
        """What it adds to the score."""
        return round(self.weight * self.found / self.of) if self.of else 0


def advise(project: Project) -> str:
    """Say how much of the project needs CQRS, from 0 to 100, and why."""
    survey = survey_of(project)
    gathered = tuple(evidence(survey))
    score = sum(each.points for each in gathered)
    rows = map(_row, gathered)
    return "\n".join(
        (f"complexity  {score} of 100", *rows, *_crud(survey), _verdict(survey, score))
    )


def _row(each: Evidence) -> str:
    return f"  {each.points:>3} of {each.weight:<3} {each.what}: {each.found} of {each.of}"


def evidence(survey: Survey) -> Iterator[Evidence]:
    """Count what speaks for CQRS."""
    handlers = [survey.roles.method(h, "handle") for h in survey.roles.of("CommandHandler")]
    deciding = sum(1 for found in handlers if found and _decides(found[1]))
    yield Evidence("commands that decide something", deciding, len(handlers), 35)
    models = survey.listened
    shaped = sum(1 for projection, _ in models if _computes(survey, projection.module.dotted))
    yield Evidence("read models that keep more than copies", shaped, len(models), 25)
    joined = sum(1 for _, events in models if len({event for event, _ in events}) > 1)
    yield Evidence("read models that several events feed", joined, len(models), 20)
    events = list(survey.roles.of("Event"))
    heard = [event for _, own in models for event in {event for event, _ in own}]
    shared = sum(1 for event in set(heard) if heard.count(event) > 1)
    yield Evidence("events that several read models hear", shared, len(events), 20)


def _decides(method: Function) -> bool:
    return bool(method.decides) or any(c.form[1][-1] == "fetch" for c in method.calls)


def _computes(survey: Survey, dotted: str) -> bool:
    """Tell whether a projection adds up, or starts from what no event says."""
    module = survey.index.modules[dotted]
    given = {
        name
        for function in module.functions.values()
        for call in function.calls
        if call.form[1][-1] == "upsert"
        for name, _ in call.form[3]
    }
    return bool(given & {"add", "start"})


def _crud(survey: Survey) -> Iterator[str]:
    for crud in entities(survey):
        kept = f"kept, because {crud.kept}" if crud.kept else "plain CRUD would serve it better"
        yield f"  `{crud.entity}`: {len(crud.commands)} commands that decide nothing; {kept}"


def _verdict(survey: Survey, score: int) -> str:
    if not any(survey.roles.of("Command", "Query")):
        return "no messages yet: there is nothing to judge"
    if score >= ENOUGH:
        return "CQRS earns its keep here"
    if score >= LITTLE:
        return "some of this needs CQRS; the rest may be a table beside it"
    return "little here needs CQRS: a table, an ORM and one model for both would serve you better"
