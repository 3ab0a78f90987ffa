"""Follows the calls of a function through the project, and gathers what they come to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .attributes import attribute, parameters
from .calling import enter
from .contexts import Contexts
from .effects.files import of_files
from .effects.messages import of_messages, roles_of
from .effects.network import of_network
from .effects.seen import (
    CALL_READ,
    CALL_WRITE,
    SEND_COMMAND,
    SEND_QUERY,
    UNIT_OF_WORK,
    Effect,
    Seen,
)
from .effects.sources import of_sources
from .effects.statements import of_statements
from .effects.stores import of_stores
from .frames import Frame
from .own import goes_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .evaluating import Evaluator
    from .summaries import Form, Function, Module, Place
    from .values import Value

DEEPEST = 30
MOST = 60
_EFFECTS = (of_statements, of_stores, of_files, of_network, of_messages)
_HANDLERS = {"cqrs.CommandHandler": SEND_COMMAND, "cqrs.QueryHandler": SEND_QUERY}
_WRITERS = frozenset({"cqrs.UnitOfWork()", "cqrs.WriteStore()"})
_BOUNDARIES = {"write": CALL_WRITE, "read": CALL_READ}


class Step(NamedTuple):
    """A call on the way: where it stands, and what it calls."""

    path: str
    place: Place
    calls: str


class Fact(NamedTuple):
    """Something that a function does, itself or by what it calls: `chain` leads there."""

    effect: Effect
    path: str
    place: Place
    chain: tuple[Step, ...]


class Reach:
    """Follow calls; what a function comes to with the same arguments is found out once."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self._contexts = Contexts(evaluator.plain)
        self._known: dict[tuple[object, ...], tuple[Fact, ...]] = {}
        self._depth = 0

    def of_method(self, me: Value, module: Module, method: Function) -> tuple[Fact, ...]:
        """Give what a method of an object comes to."""
        frame = Frame(module, method, {}, me=me)
        frame.given = parameters(self.evaluator, frame, {})
        return self.of_frame(frame)

    def of_body(self, module: Module) -> tuple[Fact, ...]:
        """Give what a module does when it is imported."""
        return self.of_frame(self.evaluator.body(module))

    def of_frame(self, frame: Frame) -> tuple[Fact, ...]:
        """Give what a function comes to, its parameters bound as in this frame."""
        inside = self._contexts.enter(frame)
        if inside is None:
            return ()  # it calls itself
        if inside.key not in self._known and self._depth < DEEPEST:
            self._depth += 1
            self._known[inside.key] = tuple(dict.fromkeys(self._facts(inside)))[:MOST]
            self._depth -= 1
        self._contexts.leave(inside)
        return self._known.get(inside.key, ())

    def _facts(self, frame: Frame) -> Iterator[Fact]:
        yield from self._taken(frame)
        for call in frame.function.calls:
            yield from self._of_call(call.form, frame)
        for form, place in frame.function.uses:
            yield from self._of_use(form, place, frame)
        for form in frame.function.decorators:
            yield from self._of_decorator(form, frame)

    def _taken(self, frame: Frame) -> Iterator[Fact]:
        for name, values in frame.given.items():
            for value in values:
                if value[0] == "outside" and value[1] in _WRITERS:
                    what = f"takes a `{value[1][5:-2]}`: `{name}`"
                    yield Fact(
                        Effect(UNIT_OF_WORK, what), frame.module.path, frame.function.place, ()
                    )

    def _of_call(self, form: Form, frame: Frame) -> Iterator[Fact]:
        place: Place = form[4]
        for callee in self.evaluator.of(form[1], frame):
            match callee[0]:
                case "outside" if not goes_on(self.evaluator, form, frame):
                    seen = Seen(callee[1], form, frame, self.evaluator)
                    yield from self._here(seen, place, frame)
                    yield from self._handed_on(form, frame, place)
                case "function":
                    yield from self._followed(callee, form, frame, place)
                    yield from self._named_alike(callee, form, frame, place)
                case "class":
                    yield from self._made(callee, form, frame, place)
                    yield from self._handed_on(form, frame, place)
                case "instance":
                    yield from self._called(callee, form, frame, place)

    def _called(self, callee: Value, form: Form, frame: Frame, place: Place) -> Iterator[Fact]:
        for method in attribute(self.evaluator, callee, "__call__"):
            if method[0] == "function":
                yield from self._followed(method, form, frame, place)

    def _here(self, seen: Seen, place: Place, frame: Frame) -> Iterator[Fact]:
        for effects in _EFFECTS:
            for effect in effects(seen):
                yield Fact(effect, frame.module.path, place, ())
        for effect in of_sources(seen.path):
            yield Fact(effect, frame.module.path, place, ())

    def _named_alike(self, callee: Value, form: Form, frame: Frame, place: Place) -> Iterator[Fact]:
        """See a message that is handed to a bus or a recorder of the project's own."""
        if goes_on(self.evaluator, form, frame):
            return
        seen = Seen(f"?{callee[2].rpartition('.')[2]}.{form[1][-1]}", form, frame, self.evaluator)
        for effect in of_messages(seen):
            yield Fact(effect, frame.module.path, place, ())

    def _followed(self, callee: Value, form: Form, frame: Frame, place: Place) -> Iterator[Fact]:
        handles = self._handles(callee)
        if handles is not None and not goes_on(self.evaluator, form, frame):
            what = "sends a command" if handles == SEND_COMMAND else "sends a query"
            effect = Effect(handles, f"{what}, by calling `{callee[2]}`")
            yield Fact(effect, frame.module.path, place, ())
            return
        yield from self._crossed(callee, frame, place)
        inside = enter(self.evaluator, callee, form, frame)
        yield from self._beyond(self.of_frame(inside), Step(frame.module.path, place, callee[2]))

    def _handles(self, callee: Value) -> str | None:
        if callee[3] is None or not callee[2].endswith(".handle") or callee[3][0] != "instance":
            return None
        roles = roles_of(self.evaluator, callee[3])
        return next((_HANDLERS[role] for role in roles if role in _HANDLERS), None)

    def _crossed(self, callee: Value, frame: Frame, place: Place) -> Iterator[Fact]:
        """Tell of a call into the write side or the read side, from elsewhere."""
        index = self.evaluator.index
        there, here = index.side(callee[1]), index.side(frame.module.dotted)
        if there in _BOUNDARIES and there != here:
            effect = Effect(_BOUNDARIES[there], f"calls `{callee[2]}` of `{callee[1]}`")
            yield Fact(effect, frame.module.path, place, ())

    def _made(self, callee: Value, form: Form, frame: Frame, place: Place) -> Iterator[Fact]:
        yield from self._crossed(callee, frame, place)
        yield from self._built(callee, frame, place)
        for name in ("__init__", "__post_init__", "__new__"):
            for method in attribute(self.evaluator, ("instance", *callee[1:3]), name):
                if method[0] == "function":
                    inside = enter(self.evaluator, method, form, frame)
                    step = Step(frame.module.path, place, callee[2])
                    yield from self._beyond(self.of_frame(inside), step)

    def _built(self, callee: Value, frame: Frame, place: Place) -> Iterator[Fact]:
        for role in roles_of(self.evaluator, callee):
            seen = Seen(role, (), frame, self.evaluator)
            for effect in of_messages(seen):
                yield Fact(effect, frame.module.path, place, ())

    def _handed_on(self, form: Form, frame: Frame, place: Place) -> Iterator[Fact]:
        """Follow functions that are given to somebody else, who will call them."""
        for argument in (*form[2], *(value for _, value in form[3])):
            for value in self.evaluator.of(argument, frame):
                if value[0] == "function":
                    yield from self._crossed(value, frame, place)
                    inside = enter(self.evaluator, value, NO_CALL, frame)
                    step = Step(frame.module.path, place, value[2])
                    yield from self._beyond(self.of_frame(inside), step)

    def _of_use(self, form: Form, place: Place, frame: Frame) -> Iterator[Fact]:
        if form[0] == "enter":
            yield from self._of_block(form, place, frame)
            return
        values = self.evaluator.of(form, frame)
        for value in values:
            if value[0] == "outside" and not value[1].startswith("?"):
                yield from self._of_name(value[1], place, frame)
        if form[0] == "attr" and form[2] in self.evaluator.index.properties:
            yield from self._of_property(form, place, frame)

    def _of_block(self, form: Form, place: Place, frame: Frame) -> Iterator[Fact]:
        """Follow what `with` does at its beginning and at its end."""
        for value in self.evaluator.of(form[1], frame):
            if value[0] == "instance":
                for name in ("__enter__", "__aenter__", "__exit__", "__aexit__"):
                    for method in attribute(self.evaluator, value, name):
                        if method[0] == "function":
                            inside = enter(self.evaluator, method, NO_CALL, frame)
                            step = Step(frame.module.path, place, method[2])
                            yield from self._beyond(self.of_frame(inside), step)

    def _of_name(self, path: str, place: Place, frame: Frame) -> Iterator[Fact]:
        for effect in of_sources(path.removesuffix("()")):
            yield Fact(effect, frame.module.path, place, ())
        if not path.endswith(")"):
            seen = Seen(path, (), frame, self.evaluator)
            for effects in _EFFECTS:
                for effect in effects(seen):
                    yield Fact(effect, frame.module.path, place, ())

    def _of_property(self, form: Form, place: Place, frame: Frame) -> Iterator[Fact]:
        index = self.evaluator.index
        for base in self.evaluator.of(form[1], frame):
            found = index.class_of(base) if base[0] == "instance" else None
            for module, owner in self.evaluator.lineage(*found).classes if found else ():
                if form[2] in owner.methods:
                    getter = module.functions[owner.methods[form[2]]]
                    step = Step(frame.module.path, place, getter.qual)
                    yield from self._beyond(self.of_method(base, module, getter), step)
                    break

    def _of_decorator(self, form: Form, frame: Frame) -> Iterator[Fact]:
        """Follow a decorator of the project's own: what it makes is run with the function."""
        body = self.evaluator.body(frame.module)
        for value in self.evaluator.of(form, body):
            if value[0] == "function":
                yield from self._of_made(value, body, frame)
            elif value[0] in {"class", "instance"}:
                me = ("instance", *value[1:3])
                for method in attribute(self.evaluator, me, "__call__"):
                    if method[0] == "function":
                        inside = enter(self.evaluator, method, NO_CALL, body)
                        step = Step(frame.module.path, frame.function.place, method[2])
                        yield from self._beyond(self.of_frame(inside), step)
                        yield from self._of_made(method, body, frame)

    def _of_made(self, decorator: Value, body: Frame, frame: Frame) -> Iterator[Fact]:
        inside = enter(self.evaluator, decorator, NO_CALL, body)
        step = Step(frame.module.path, frame.function.place, decorator[2])
        own = (frame.module.dotted, frame.function.qual)
        for made in self.evaluator.all((f for f, _ in inside.function.results), inside):
            if made[0] == "function" and made[1:3] != own:
                deeper = enter(self.evaluator, made, NO_CALL, inside)
                yield from self._beyond(self.of_frame(deeper), step)

    def _beyond(self, facts: tuple[Fact, ...], step: Step) -> Iterator[Fact]:
        for fact in facts:
            yield fact._replace(chain=(step, *fact.chain))


NO_CALL: Form = ("call", ("other",), (), (), (0, 0, 0, 0))
