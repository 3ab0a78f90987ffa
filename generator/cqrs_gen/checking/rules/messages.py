"""CQ207: what a message says, nobody changes on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.checking.findings import Edit, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cqrs_gen.checking.roles import Member
    from cqrs_gen.checking.summaries import Form, Function, Module
    from cqrs_gen.checking.survey import Survey

_DATACLASS = frozenset({"dataclasses.dataclass", "pydantic.dataclasses.dataclass"})
_CHANGERS = frozenset(
    {"append", "extend", "insert", "remove", "pop", "popitem", "clear", "sort", "reverse", "update",
     "add", "discard", "setdefault", "appendleft"}
)  # fmt: skip
_HANDLED = {"CommandHandler": "command", "QueryHandler": "query"}


def can_be_changed(survey: Survey) -> Iterator[Finding]:
    """Find messages that are not frozen, and handlers that change one."""
    for message in survey.roles.of("Command", "Query", "Event"):
        yield from _unfrozen(survey, message)
    for handler in survey.roles.of("CommandHandler", "QueryHandler"):
        found = survey.roles.method(handler, "handle")
        if found is not None:
            yield from _changing(handler, *found)


def _unfrozen(survey: Survey, message: Member) -> Iterator[Finding]:
    owner, module = message.owner, message.module
    frame = survey.evaluator.body(module)
    for form in owner.decorators:
        called = form[1] if form[0] == "call" else form
        values = {value[1] for value in survey.evaluator.of(called, frame) if value[0] == "outside"}
        if not values & _DATACLASS:
            return  # a decorator of the team's own may well make a frozen dataclass
        if not _is_plain(called, module) or _is_frozen(form):
            return
        what = f"the {message.role.lower()} `{owner.name}` is not frozen: its fields can be changed"
        yield Finding("CQ207", module.path, owner.place, what, edits=_freeze(module, owner.place))
        return
    above = survey.evaluator.lineage(module, owner).classes[1:]
    if owner.fields and not any(each.decorators for _, each in above):
        what = (
            f"the {message.role.lower()} `{owner.name}` is no dataclass: its fields can be changed"
        )
        yield Finding("CQ207", module.path, owner.place, what)


def _is_plain(called: Form, module: Module) -> bool:
    """Tell `dataclass` itself from what a team has made of it, with settings of its own."""
    if called[0] == "attr":
        return True
    forms = module.body.locals.get(called[1], ()) if called[0] == "name" else ()
    return any(form[0] == "import" and form[1].endswith("dataclasses.dataclass") for form in forms)


def _is_frozen(form: Form) -> bool:
    if form[0] != "call":
        return False
    given = dict(form[3])
    return None in given or given.get("frozen", ("const", False)) != ("const", False)


def _freeze(module: Module, place: tuple[int, int, int, int]) -> tuple[Edit, ...]:
    return (Edit(module.path, place, "frozen=True"),)


def _changing(handler: Member, module: Module, method: Function) -> Iterator[Finding]:
    if len(method.parameters) < 2:  # noqa: PLR2004  itself and the message
        return
    name = method.parameters[1].name
    what = f"`{handler.owner.name}` changes its {_HANDLED[handler.role]}"
    for call in method.calls:
        match call.form[1]:
            case ("attr", ("attr" | "item", *_) as base, changer) if changer in _CHANGERS:
                if _root(base) == name and name not in method.locals:
                    told = f"{what}: `{name}.….{changer}`"
                    yield Finding("CQ207", module.path, call.form[4], told)
            case ("attr", ("name", "object"), "__setattr__"):
                if call.form[2] and _root(call.form[2][0]) == name:
                    yield Finding("CQ207", module.path, call.form[4], f"{what} past its freezing")
    for base, attribute, _ in method.stores:
        if _root(base) == name and name not in method.locals:
            yield Finding("CQ207", module.path, method.place, f"{what}: `{name}.{attribute}`")


def _root(form: Form) -> str:
    while form[0] in {"attr", "item"}:
        form = form[1]
    return str(form[1]) if form[0] == "name" else ""
