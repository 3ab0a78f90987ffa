"""What feeds what: messages and their handlers, events and projections, read models and queries."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from .aliases import other_names
from .emitting import emits
from .roles import marked_events

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .evaluating import Evaluator
    from .roles import Member, Roles
    from .summaries import Function, Module
    from .values import Value

Key: TypeAlias = tuple[str, str]
"""A class, by the name of its module and its own."""


class Links:
    """The links between the members of a project, as far as they are written down."""

    def __init__(self, evaluator: Evaluator, roles: Roles, package: str) -> None:
        self._evaluator = evaluator
        self._index = evaluator.index
        self._roles = roles
        self._package = package

    @cached_property
    def handlers(self) -> dict[Value, list[Member]]:
        """The handlers of each message."""
        found: dict[Value, list[Member]] = {}
        for handler in self._roles.of("CommandHandler", "QueryHandler"):
            message = self._roles.handled(handler)
            if message is not None:
                found.setdefault(message, []).append(handler)
        return found

    def handlers_of(self, name: str) -> list[Member]:
        """Give the handlers of the messages that have this name."""
        return [h for message, own in self.handlers.items() if message[2] == name for h in own]

    @cached_property
    def extended(self) -> frozenset[Key]:
        """The classes that others are made from."""
        return frozenset(
            (module.dotted, owner.qual)
            for each in self._roles.members
            for module, owner in self._evaluator.lineage(each.module, each.owner).classes[1:]
        )

    @cached_property
    def listened(self) -> list[tuple[Member, list[tuple[Key, Function]]]]:
        """Each projection with the events that it listens to, and its methods for them."""
        return [
            (
                projection,
                [
                    (event, method)
                    for module, method in self._roles.methods(projection)
                    for event in marked_events(self._evaluator, module, method)
                ],
            )
            for projection in self._roles.of("Projection")
        ]

    @cached_property
    def recorded(self) -> frozenset[Key]:
        """The events that some module may record which is neither `read` nor an event's own."""
        events = {(e.module.dotted, e.owner.qual): e.owner for e in self._roles.of("Event")}
        others = other_names(self._evaluator)
        found: set[Key] = set()
        for module in self._index.modules.values():
            if self._index.side(module.dotted) not in {"read", "events", "cqrs"}:
                for key in (set(self._named_in(module)) & events.keys()) - found:
                    names = others.get(key, frozenset()) | {events[key].name}
                    if emits(self._evaluator, module, events[key], names):
                        found.add(key)
        return frozenset(found)

    @cached_property
    def looked_at(self) -> frozenset[str]:
        """The modules of projections that query handlers use."""
        folder = f"{self._package}.read.projections"
        found: set[str] = set()
        for module in self._index.modules.values():
            if module.dotted.startswith(f"{folder}."):
                continue
            for function in (module.body, *module.functions.values()):
                found |= {self._index.split(each.dotted)[0] for each in function.imports}
                found |= {name for name, _ in self._named_in(module)}
        return frozenset(found)

    def may_see(self, query: str, command: str) -> bool:
        """Tell whether a query's read models hear of what a command records, as far as is known."""
        seen = self._events_seen(query)
        recorded = self._events_recorded(command)
        return seen is None or recorded is None or bool(seen & recorded)

    def _events_seen(self, query: str) -> frozenset[Key] | None:
        handlers = self.handlers_of(query)
        if len(handlers) != 1:
            return None
        frame = self._evaluator.body(handlers[0].module)
        forms = handlers[0].owner.attributes.get("reads", ())
        read = {
            v[1:3]
            for held in self._evaluator.all(forms, frame)
            if held[0] == "holds"
            for v in held[2]
        }
        heard = [
            {event for event, _ in events}
            for projection, events in self.listened
            if (projection.module.dotted, projection.owner.qual) in read
        ]
        return frozenset().union(*heard) if heard and len(heard) == len(read) else None

    def _events_recorded(self, command: str) -> frozenset[Key] | None:
        handlers = self.handlers_of(command)
        if len(handlers) != 1:
            return None
        events = {(e.module.dotted, e.owner.qual) for e in self._roles.of("Event")}
        return frozenset(set(self._named_in(handlers[0].module)) & events) or None

    def _named_in(self, module: Module) -> Iterator[Key]:
        """Give the classes that a module imports, and those of the modules that it imports."""
        for function in (module.body, *module.functions.values()):
            for each in function.imports:
                for value in self._evaluator.dotted(each.dotted):
                    if value[0] == "class":
                        yield (value[1], value[2])
                    elif value[0] == "module" and value[1] in self._index.modules:
                        inner = self._index.modules[value[1]]
                        yield from ((inner.dotted, qual) for qual in inner.classes)
                        yield from self._exported(inner)

    def _exported(self, module: Module) -> Iterator[Key]:
        for name, forms in module.body.locals.items():
            if any(form[0] == "import" for form in forms):
                for value in self._evaluator.named(module, name):
                    if value[0] == "class":
                        yield (value[1], value[2])
