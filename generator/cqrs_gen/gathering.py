"""The columns of a read model that nobody named: what its events carry, made to agree."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from .fields import Field
from .lifecycle import ends_rows
from .samples import zero

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .keys import KeyPart
    from .scan import FoundMessage
    from .types import Type


class Gathered(NamedTuple):
    """The fields that several events have, and the names of those on whose type they differ."""

    fields: tuple[Field, ...]
    disputed: tuple[str, ...]


def gather(events: Sequence[FoundMessage], key: Sequence[KeyPart]) -> Gathered:
    """Gather what the events carry that make rows, in the order in which it first comes up.

    What some call optional is optional; so is what cannot start from a zero and is not in all.
    """
    names = [part.field.name for part in key]
    makers = [event for event in events if not ends_rows(event, names)]
    types: dict[str, list[Type]] = {}
    for field in (field for event in makers for field in event.fields):
        types.setdefault(field.name, []).append(field.type)
    agreed = {name: each for name, each in types.items() if len({t.required() for t in each}) == 1}
    return Gathered(
        tuple(Field(name, _joined(each, len(makers))) for name, each in agreed.items()),
        tuple(name for name in types if name not in agreed),
    )


def _joined(types: Sequence[Type], count: int) -> Type:
    is_nowhere = len(types) < count and zero(types[0].required()) is None
    return replace(types[0], optional=is_nowhere or any(each.optional for each in types))
