"""All that rules look at: a project's modules, what its classes are, and what calls come to."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from .attributes import attribute, parameters
from .calling import IMPORTERS, enter
from .evaluating import Evaluator
from .frames import Frame
from .index import Index
from .links import Links
from .reaching import NO_CALL, Reach
from .roles import Roles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from .reaching import Fact
    from .roles import Member
    from .summaries import Function, Module
    from .values import Value


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
        self._facts: dict[Value, tuple[Fact, ...]] = {}
        self._frames: dict[tuple[str, str], Frame] = {}

    @property
    def modules(self) -> Iterable[Module]:
        """All modules that are the team's own."""
        return self.index.modules.values()

    def facts(self, member: Member) -> tuple[Fact, ...]:
        """Give what a handler comes to when it is made, and when it handles a message."""
        if member.value not in self._facts:  # several rules ask for it
            self._facts[member.value] = tuple(self._found(member))
        return self._facts[member.value]

    def _found(self, member: Member) -> Iterator[Fact]:
        for name in ("__init__", "handle"):
            for value in attribute(self.evaluator, member.value, name):
                if value[0] == "function":
                    body = self.evaluator.body(member.module)
                    yield from self.reach.of_frame(enter(self.evaluator, value, NO_CALL, body))

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
        names = {path.rpartition(".")[2] for path in IMPORTERS}
        last = tuple(names)
        for module in self.modules:
            for function in (module.body, *module.functions.values()):
                for name, forms in function.locals.items():
                    if any(str(form[-1]).rpartition(".")[2] in last for form in forms):
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
    def links(self) -> Links:
        """What feeds what."""
        return Links(self.evaluator, self.roles, self.package)
