"""What a projection is."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, ClassVar, TypeAlias, TypeVar

from ..journal import Recorded
from ..messages import Event
from .changes import Change
from .read_model import ReadModel

E = TypeVar("E", bound=Event)
P = TypeVar("P", bound="Projection")
Method: TypeAlias = Callable[[P, Recorded[E]], Iterable[Change]]

EVENT_TYPES = "__on_events__"


def on(event_type: type[E]) -> Callable[[Method[P, E]], Method[P, E]]:
    """Mark the method that turns an event of this type into changes."""

    def mark(method: Method[P, E]) -> Method[P, E]:
        setattr(method, EVENT_TYPES, (*getattr(method, EVENT_TYPES, ()), event_type))
        return method

    return mark


class Projection(ABC):
    """Turns events into rows of its read model.

    It gives changes as data and has no other effect, so that it can be run again from the
    journal's beginning. What its changes need, the event says: no clock, no chance, no mail.
    """

    read_model: ClassVar[ReadModel]

    @classmethod
    def methods(cls) -> list[tuple[type[Event], str]]:
        """Give each type of event that it listens to, with the name of the method for it."""
        return list(_methods(cls))

    @classmethod
    def name(cls) -> str:
        """Give the name that its checkpoint goes by: the table that it fills."""
        return cls.read_model.table.name

    def changes(self) -> Callable[[Recorded[Any]], Iterable[Change]]:
        """Give what turns any event into changes; an event it does not listen to makes none."""
        methods = {event_type: getattr(self, name) for event_type, name in self.methods()}

        def of(recorded: Recorded[Any]) -> Iterable[Change]:
            method = methods.get(type(recorded.event))
            return () if method is None else method(recorded)

        return of


@cache
def _methods(projection: type[Projection]) -> tuple[tuple[type[Event], str], ...]:
    names = dir(projection)
    marked = ((name, getattr(getattr(projection, name), EVENT_TYPES, ())) for name in names)
    return tuple((event_type, name) for name, event_types in marked for event_type in event_types)
