"""CQ303 to CQ305: what is recorded is projected, and what is projected is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.checking.findings import Finding
from cqrs_gen.checking.rules.wiring import is_extended

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cqrs_gen.checking.survey import Survey


def projected_by_nobody(survey: Survey) -> Iterator[Finding]:
    """Find events that no projection listens to."""
    heard = {event for _, events in survey.links.listened for event, _ in events}
    for event in survey.roles.of("Event"):
        key = (event.module.dotted, event.owner.qual)
        if key not in heard and not is_extended(survey, event):
            what = f"no projection listens to `{event.owner.name}`"
            yield Finding("CQ303", event.module.path, event.owner.place, what)


def emitted_by_nobody(survey: Survey) -> Iterator[Finding]:
    """Find projections that listen to events which nothing records."""
    for projection, events in survey.links.listened:
        for (dotted, qual), method in events:
            if dotted and (dotted, qual) not in survey.links.recorded:
                what = f"`{projection.owner.name}` listens to `{qual}`, which no command records"
                yield Finding("CQ304", projection.module.path, method.place, what)


def read_by_nobody(survey: Survey) -> Iterator[Finding]:
    """Find projections whose read model no query looks at."""
    for projection in survey.roles.of("Projection"):
        if projection.module.dotted in survey.links.looked_at or is_extended(survey, projection):
            continue
        what = f"no query reads what `{projection.owner.name}` keeps"
        yield Finding("CQ305", projection.module.path, projection.owner.place, what)
