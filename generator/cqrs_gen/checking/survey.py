"""All that rules look at: a project's modules, what its classes are, and what calls come to."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from .attributes import parameters
from .evaluating import Evaluator
from .frames import Frame
from .index import Index
from .reaching import Reach
from .roles import Roles, marked_events

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import TypeAlias

    from .reaching import Fact
    from .roles import Member
    from .summaries import Function, Module
    from .values import Value

    Key: TypeAlias = tuple[str, str]


class Survey:
    """A project as it was read.

    `tests` are the names that each test file uses, by its path; `before` is the project at an
    earlier revision, and what that is called.
    """

    def __init__(
        self,
        package: str,
        modules: Iterable[Module],
        tests: Mapping[str, frozenset[str]],
        before: tuple[str, Survey] | None = None,
    ) -> None:
        self.package = package
        self.before = before
        self.tests = tests
        self.index = Index(package, modules)
        self.evaluator = Evaluator(self.index)
        self.reach = Reach(self.evaluator)
        self.roles = Roles(self.evaluator)

    @property
    def modules(self) -> Iterable[Module]:
        """All modules that are the team's own."""
        return self.index.modules.values()

    def facts(self, member: Member) -> Iterator[Fact]:
        """Give what a handler comes to when it is made, and when it handles a message."""
        for name in ("__init__", "handle"):
            found = self.roles.method(member, name)
            if found is not None:
                yield from self.reach.of_method(member.value, *found)

    def frame(self, module: Module, function: Function) -> Frame:
        """Stand in a function of which nothing more is known than its annotations."""
        key = (module.dotted, function.qual)
        if key not in self._frames:
            outer = module.functions.get(function.parent)
            me = ("instance", module.dotted, function.owner) if function.owner else None
            around = None if outer is None else self.frame(module, outer)
            frame = Frame(module, function, {}, me=me, outer=around)
            frame.given = parameters(self.evaluator, frame, {})
            self._frames[key] = frame
        return self._frames[key]

    @cached_property
    def importers(self) -> frozenset[str]:
        """The names by which this project's modules call what imports by a text."""
        names = {"import_module", "__import__"}
        for module in self.modules:
            for function in (module.body, *module.functions.values()):
                for name, forms in function.locals.items():
                    if any(
                        form[-1] in {"importlib.import_module", "import_module"} for form in forms
                    ):
                        names.add(name)
        return frozenset(names)

    @cached_property
    def spoken_in(self) -> dict[str, set[str]]:
        """The test files that use a name, without their folders."""
        found: dict[str, set[str]] = {}
        for path, names in self.tests.items():
            file = path.rpartition("/")[2]
            for name in names:
                found.setdefault(name, set()).add(file)
        return found

    @cached_property
    def handlers(self) -> dict[Value, list[Member]]:
        """The handlers of each message."""
        found: dict[Value, list[Member]] = {}
        for handler in self.roles.of("CommandHandler", "QueryHandler"):
            message = self.roles.handled(handler)
            if message is not None:
                found.setdefault(message, []).append(handler)
        return found

    def handlers_of(self, name: str) -> list[Member]:
        """Give the handlers of the messages that have this name."""
        return [h for message, own in self.handlers.items() if message[2] == name for h in own]

    @cached_property
    def extended(self) -> frozenset[tuple[str, str]]:
        """The classes that others are made from."""
        return frozenset(
            (module.dotted, owner.qual)
            for each in self.roles.members
            for module, owner in self.evaluator.lineage(each.module, each.owner).classes[1:]
        )

    @cached_property
    def listened(self) -> list[tuple[Member, list[tuple[Key, Function]]]]:
        """Each projection with the events that it listens to, and its methods for them."""
        return [
            (
                projection,
                [
                    (event, method)
                    for module, method in self.roles.methods(projection)
                    for event in marked_events(self.evaluator, module, method)
                ],
            )
            for projection in self.roles.of("Projection")
        ]

    @cached_property
    def spoken_of(self) -> frozenset[Key]:
        """The classes that some module names which is neither `read` nor an event's own."""
        return frozenset(
            key
            for module in self.modules
            if self.index.side(module.dotted) not in {"read", "events", "cqrs"}
            for key in self._named_in(module)
        )

    @cached_property
    def looked_at(self) -> frozenset[str]:
        """The modules of projections that query handlers use."""
        folder = f"{self.package}.read.projections"
        found: set[str] = set()
        for module in self.modules:
            if module.dotted.startswith(f"{folder}."):
                continue
            for function in (module.body, *module.functions.values()):
                found |= {self.index.split(each.dotted)[0] for each in function.imports}
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
        frame = self.evaluator.body(handlers[0].module)
        forms = handlers[0].owner.attributes.get("reads", ())
        read = {
            v[1:3]
            for held in self.evaluator.all(forms, frame)
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
        events = {(e.module.dotted, e.owner.qual) for e in self.roles.of("Event")}
        return frozenset(set(self._named_in(handlers[0].module)) & events) or None

    def _named_in(self, module: Module) -> Iterator[Key]:
        """Give the classes that a module imports, and those of the modules that it imports."""
        for function in (module.body, *module.functions.values()):
            for each in function.imports:
                for value in self.evaluator.dotted(each.dotted):
                    if value[0] == "class":
                        yield (value[1], value[2])
                    elif value[0] == "module" and value[1] in self.index.modules:
                        inner = self.index.modules[value[1]]
                        yield from ((inner.dotted, qual) for qual in inner.classes)
                        yield from self._exported(inner)

    def _exported(self, module: Module) -> Iterator[Key]:
        for name, forms in module.body.locals.items():
            if any(form[0] == "import" for form in forms):
                for value in self.evaluator.named(module, name):
                    if value[0] == "class":
                        yield (value[1], value[2])

    @cached_property
    def _frames(self) -> dict[tuple[str, str], Frame]:
        return {}
