"""The shape of a new read model: its key, its columns, and what each event does to a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .errors import Conflict, InvalidField
from .fields import Field
from .lifecycle import ends_rows
from .samples import zero
from .types import Type

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .keys import KeyPart
    from .scan import FoundMessage


class Effect(NamedTuple):
    """What one event does to a row: set what it carries, start the rest, or remove the row."""

    event: FoundMessage
    set: tuple[Field, ...]
    start: tuple[Field, ...]
    removes: bool


class Shape(NamedTuple):
    """A read model that is to be made."""

    key: tuple[KeyPart, ...]
    columns: tuple[Field, ...]
    effects: tuple[Effect, ...]

    @property
    def example(self) -> FoundMessage:
        """The first event that makes a row."""
        return next(effect.event for effect in self.effects if not effect.removes)

    @property
    def fields(self) -> tuple[Field, ...]:
        """All of its columns, the key's first."""
        return (*(part.field for part in self.key), *self.columns)


def shape(
    events: Sequence[FoundMessage], key: tuple[KeyPart, ...], wanted: Iterable[Field]
) -> Shape:
    """Decide what each event does to the rows of a read model with this key.

    Raises Conflict where a column cannot be filled from what the events carry, InvalidField
    where it has a default.
    """
    key_names = {part.field.name for part in key}
    columns = tuple(_column(field) for field in wanted if field.name not in key_names)
    effects = tuple(_effect(event, key, columns) for event in events)
    if all(effect.removes for effect in effects):
        raise Conflict(
            f"`{events[0].name}` only ends rows, and no event makes any",
            hint="say which event makes them too: `--on UserCreated`",
        )
    return Shape(key, columns, effects)


def _column(field: Field) -> Field:
    if field.default is not None:
        raise InvalidField(
            f"`{field.name}` cannot have a default: its rows are filled from events",
            hint="leave it out; what no event carries starts from zero, in the projection",
        )
    return Field(field.name, field.type)


def _effect(event: FoundMessage, key: tuple[KeyPart, ...], columns: tuple[Field, ...]) -> Effect:
    if ends_rows(event, [part.field.name for part in key]):
        return Effect(event, (), (), removes=True)
    own = {field.name: field.type for field in event.fields}
    set_ = tuple(column for column in columns if column.name in own)
    start = tuple(column for column in columns if column.name not in own)
    for column in set_:
        _require_fit(event, column, own[column.name])
    for column in start:
        _require_zero(event, column)
    return Effect(event, set_, start, removes=False)


def _require_fit(event: FoundMessage, column: Field, carried: Type) -> None:
    if column.type not in (carried, Type(carried.name, carried.item, optional=True)):
        raise Conflict(
            f"`{column.name}` is `{carried.spec}` in `{event.name}` and `{column.type.spec}` here",
            hint=f"write `{column.name}:{carried.spec}`, or give the field another name",
        )


def _require_zero(event: FoundMessage, column: Field) -> None:
    if zero(column.type) is None:
        raise Conflict(
            f"`{column.name}` has nothing to start from: `{event.name}` does not carry it",
            hint=f"let it be empty at first: `{column.name}:{column.type.spec}?`",
        )
