"""`add projection`: a read model, the projection that fills it, and the test that it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.commands.adding import Addition, Slice
from cqrs_gen.commands.projection_context import grain, projection_context
from cqrs_gen.feeding import events_to_feed
from cqrs_gen.fields import parse_fields
from cqrs_gen.gathering import gather
from cqrs_gen.keys import key_of_rows, with_key
from cqrs_gen.kinds import PROJECTION
from cqrs_gen.names import Name
from cqrs_gen.own_types import require_types
from cqrs_gen.scan import read_model_named
from cqrs_gen.shaping import shape
from cqrs_gen.taken import require_free

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cqrs_gen.gathering import Gathered
    from cqrs_gen.project import Project
    from cqrs_gen.scan import FoundMessage
    from cqrs_gen.shaping import Shape


def add_projection(
    project: Project, name: str, fields: Iterable[str], *, on: Sequence[str] | None = None
) -> Addition:
    """Decide what `add projection NAME FIELD…` wants."""
    projection = Name.parse(name, "projection")
    require_free(project, projection, PROJECTION)
    columns = parse_fields(fields)
    require_types(project, columns)
    before = read_model_named(project, projection.module)  # the same `add` twice is as one
    heard = events_to_feed(project, projection.text, on or (before.events if before else ()))
    key = key_of_rows(heard)
    events = with_key(heard, key, were_named=bool(on))
    gathered = gather(events, key)
    made = shape(events, key, columns or gathered.fields)
    disputed = () if columns else tuple(disputed_notes(gathered))
    return Addition(
        slices=(projection_slice(project, projection, made),),
        notes=(shape_note(projection, made), *unheard_notes(heard, events), *disputed),
    )


def projection_slice(project: Project, name: Name, made: Shape) -> Slice:
    """Give the slice of a projection with this shape."""
    return Slice("projection", projection_context(project, name, made))


def shape_note(name: Name, made: Shape) -> str:
    """Say what a read model is made of, since much of it was inferred."""
    columns = ", ".join(f"{field.name}:{field.type.spec}" for field in made.columns)
    filled = ", ".join(f"`{effect.event.name}`" for effect in made.effects if not effect.removes)
    ended = ", ".join(f"`{effect.event.name}`" for effect in made.effects if effect.removes)
    shown = f" with `{columns}`" if columns else ""
    until = f", until {ended}" if ended else ""
    return f"`{name.module}` keeps {grain(made)}{shown}, from {filled}{until}"


def unheard_notes(heard: Iterable[FoundMessage], kept: Sequence[FoundMessage]) -> Iterator[str]:
    """Say which events were left out, for they do not carry the key."""
    for event in heard:
        if event not in kept:
            yield f"`{event.name}` does not feed it: it does not say which row is meant"


def disputed_notes(gathered: Gathered) -> Iterator[str]:
    """Say which fields were left out, for the events differ on their type."""
    for name in gathered.disputed:
        yield f"`{name}` is left out: its events do not agree on its type"
