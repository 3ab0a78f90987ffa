"""The messages, handlers and projections of a project: by what their classes are made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .aliases import unaliased
from .values import projects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .evaluating import Evaluator
    from .summaries import Class, Form, Function, Module
    from .values import Value

ROLES = (
    "Command",
    "Query",
    "Event",
    "RetiredEvent",
    "CommandHandler",
    "QueryHandler",
    "Projection",
)


class Member(NamedTuple):
    """A class of a project, and the part that it plays."""

    role: str
    module: Module
    owner: Class
    is_abstract: bool

    @property
    def value(self) -> Value:
        """An object of this class."""
        return ("instance", self.module.dotted, self.owner.qual)


class Roles:
    """All members of a project, by role."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.members = tuple(self._members())

    def of(self, *roles: str) -> Iterator[Member]:
        """Give the members that play one of these parts and are not abstract."""
        return (each for each in self.members if each.role in roles and not each.is_abstract)

    def method(self, member: Member, name: str) -> tuple[Module, Function] | None:
        """Find a member's method, its own or one that it has from a class of the project."""
        for module, owner in self.evaluator.lineage(member.module, member.owner).classes:
            if name in owner.methods:
                return module, module.functions[owner.methods[name]]
        return None

    def methods(self, member: Member) -> Iterator[tuple[Module, Function]]:
        """Give all of a member's methods that none of its own hides."""
        seen: set[str] = set()
        for module, owner in self.evaluator.lineage(member.module, member.owner).classes:
            for name, qual in owner.methods.items():
                if name not in seen:
                    seen.add(name)
                    yield module, module.functions[qual]

    def handled(self, member: Member) -> Value | None:
        """Give the message that a handler says it handles, as a class."""
        filled = self._filled(member.module, member.owner, f"cqrs.{member.role}", {})
        found = projects(filled[0], "class") if filled else []
        return found[0] if len(found) == 1 else None

    def _filled(
        self, module: Module, owner: Class, generic: str, given: dict[str, frozenset[Value]]
    ) -> list[frozenset[Value]] | None:
        """Give what a class fills in for the parameters of a generic base, base by base."""
        for written in owner.bases:
            place, base = unaliased(self.evaluator, module, written)
            outer = base[1] if base[0] == "item" else base
            forms = _parts(base[2]) if base[0] == "item" else []
            filled = [self._one(form, place, given) for form in forms]
            for value in self.evaluator.of(outer, self.evaluator.body(place)):
                if value == ("outside", generic):
                    return filled
                found = self.evaluator.index.class_of(value) if value[0] == "class" else None
                if found is not None:
                    names = type_parameters(found[1])
                    deeper = self._filled(*found, generic, dict(zip(names, filled, strict=False)))
                    if deeper is not None:
                        return deeper
        return None

    def _one(
        self, form: Form, module: Module, given: dict[str, frozenset[Value]]
    ) -> frozenset[Value]:
        if form[0] == "name" and form[1] in given:
            return given[form[1]]
        return self.evaluator.of(form, self.evaluator.body(module))

    def _members(self) -> Iterator[Member]:
        wanted = {f"cqrs.{role}": role for role in ROLES}
        for module in self.evaluator.index.modules.values():
            for owner in module.classes.values():
                if not owner.bases:
                    continue
                beyond = self.evaluator.lineage(module, owner).beyond
                for name in beyond & wanted.keys():
                    yield Member(
                        wanted[name], module, owner, self._is_abstract(wanted[name], module, owner)
                    )

    def _is_abstract(self, role: str, module: Module, owner: Class) -> bool:
        if any(base[-1] in {"ABC", "Protocol"} for base in owner.bases if base[0] != "item"):
            return True
        missing = {"handle"} if role.endswith("Handler") else set()
        for place, each in reversed(self.evaluator.lineage(module, owner).classes):
            for name, qual in each.methods.items():
                marks = {form[-1] for form in place.functions[qual].decorators}
                missing = missing | {name} if "abstractmethod" in marks else missing - {name}
            missing -= each.attributes.keys()
        return bool(missing)


def _parts(index: Form) -> list[Form]:
    return list(index[1]) if index[0] == "tuple" else [index]


def type_parameters(owner: Class) -> list[str]:
    """Name a class's type parameters, in the order in which they are filled in."""
    generic = [b for b in owner.bases if b[0] == "item" and b[1][-1] in {"Generic", "Protocol"}]
    others = [b for b in owner.bases if b[0] == "item" and b not in generic]
    names: dict[str, None] = {}
    for base in (*generic, *others):
        for form in _parts(base[2]):
            names |= dict.fromkeys(_names(form))
    return list(names)


def _names(form: Form) -> Iterator[str]:
    if form[0] == "name":
        yield form[1]
    elif form[0] == "item":
        for part in _parts(form[2]):
            yield from _names(part)
    elif form[0] == "op":
        yield from _names(form[2])
        yield from _names(form[3])


def marked_events(
    evaluator: Evaluator, module: Module, method: Function
) -> Iterator[tuple[str, str]]:
    """Give the module and the class of each event that a method is marked for, by `@on(…)`."""
    frame = evaluator.body(module)
    for form in method.decorators:
        if form[0] == "call" and ("outside", "cqrs.on") in evaluator.of(form[1], frame):
            for value in evaluator.all(form[2], frame):
                yield (value[1], value[2]) if value[0] == "class" else ("", str(value[1]))
