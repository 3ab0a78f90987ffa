"""`add KIND` for a kind that the team made: a folder of its own below `.cqrs-gen`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.commands.adding import Addition, Slice
from cqrs_gen.contexts import fielded, named, sample_imports, sampled
from cqrs_gen.fields import parse_fields
from cqrs_gen.names import Name
from cqrs_gen.own_types import require_types

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cqrs_gen.project import Project


def add_slice(project: Project, kind: str, name: str, fields: Iterable[str]) -> Addition:
    """Decide what `add KIND NAME FIELD…` wants; the kind's templates do with it what they like."""
    parsed = Name.parse(name, kind)
    given = parse_fields(fields)
    require_types(project, given)
    samples = {"sample_arguments": sampled(given), "sample_imports": sample_imports(given)}
    return Addition(slices=(Slice(kind, named(parsed) | fielded(given) | samples),))
