"""`add event`: a fact, and the test that it is read back as it was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.commands.adding import Addition, Slice
from cqrs_gen.contexts import fielded, named, sample_imports, sampled
from cqrs_gen.fields import parse_fields
from cqrs_gen.kinds import EVENT
from cqrs_gen.names import Name
from cqrs_gen.own_types import require_types
from cqrs_gen.scan import require_not_retired
from cqrs_gen.taken import require_free

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cqrs_gen.fields import Field
    from cqrs_gen.project import Project


def add_event(project: Project, name: str, fields: Iterable[str]) -> Addition:
    """Decide what `add event NAME FIELD…` wants."""
    parsed = Name.parse(name, "event")
    require_free(project, parsed, EVENT)
    require_not_retired(project, parsed.text)
    given = parse_fields(fields)
    require_types(project, given)
    return Addition(slices=(event_slice(parsed, given),))


def event_slice(name: Name, fields: tuple[Field, ...]) -> Slice:
    """Give the slice of an event with these fields."""
    samples = {"sample_arguments": sampled(fields), "sample_imports": sample_imports(fields)}
    return Slice("event", named(name) | fielded(fields) | samples)
