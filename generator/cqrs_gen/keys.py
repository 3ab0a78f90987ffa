"""By what the rows of a read model are told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .errors import Conflict
from .feeding import entities_in
from .fields import Field
from .lifecycle import entity_id_of
from .phrases import event_entity
from .types import Type

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .scan import FoundMessage


class KeyPart(NamedTuple):
    """A column of the key, and the expression that gives it for an event."""

    field: Field
    expression: str

    @property
    def is_carried(self) -> bool:
        """Whether each event has to carry it."""
        return self.expression.startswith("event.")


EVENT_ID = KeyPart(Field("event_id", Type("UUID")), "recorded.id")
"""Where an event tells of no entity, each makes a row of its own."""

SCOPE = KeyPart(Field("scope", Type("str")), '"all"')
"""Where a query asks by nothing, one row answers it."""


def key_of_rows(events: Sequence[FoundMessage]) -> tuple[KeyPart, ...]:
    """Tell rows apart by the entity that the events tell of, or else by the event itself."""
    field = _entity_id_in(events)
    return (EVENT_ID,) if field is None else (_carried(field),)


def key_of_question(events: Sequence[FoundMessage], asked: Iterable[Field]) -> tuple[KeyPart, ...]:
    """Tell rows apart by what a query asks by, as far as an event carries it."""
    fields = [Field(field.name, field.type.required()) for field in asked]
    scalar = [field for field in fields if field.type.is_scalar]
    best = max(([f for f in scalar if _carries(event, f)] for event in events), key=len)
    return tuple(_carried(field) for field in best) or (SCOPE,)


def inferred_question(subject: str, events: Sequence[FoundMessage]) -> tuple[Field, ...]:
    """Ask by the entity's ID where the subject names the entity; else by nothing."""
    entities = entities_in(subject)
    field = _entity_id_in([event for event in events if event_entity(event.name) in entities])
    return () if field is None else (field,)


def with_key(
    events: Iterable[FoundMessage], key: Sequence[KeyPart], *, were_named: bool
) -> tuple[FoundMessage, ...]:
    """Keep the events that carry the key; raises Conflict if one that was named does not."""
    fields = [part.field for part in key if part.is_carried]
    kept = []
    for event in events:
        missing = next((field for field in fields if not _carries(event, field)), None)
        if missing is None:
            kept.append(event)
        elif were_named:
            raise Conflict(
                f"`{event.name}` does not carry `{missing.name}:{missing.type.spec}`, "
                "by which the rows are told apart",
                hint=f"leave `{event.name}` out, or add the field to it",
            )
    return tuple(kept)


def _carried(field: Field) -> KeyPart:
    return KeyPart(field, f"event.{field.name}")


def _carries(event: FoundMessage, field: Field) -> bool:
    return any(own.name == field.name and own.type == field.type for own in event.fields)


def _entity_id_in(events: Iterable[FoundMessage]) -> Field | None:
    for event in events:
        for field in event.fields:
            if field.name == entity_id_of(event) and field.type.is_scalar:
                return Field(field.name, field.type)
    return None
