"""CQ201 and CQ202: a command gives back an ID or nothing, and says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.checking.annotated import WRAPPERS
from cqrs_gen.checking.attributes import method_frame
from cqrs_gen.checking.findings import Edit, Finding
from cqrs_gen.checking.identities import DATA, UNKNOWN, of_type, of_value
from cqrs_gen.checking.values import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cqrs_gen.checking.frames import Frame
    from cqrs_gen.checking.roles import Member
    from cqrs_gen.checking.summaries import Form, Function, Module
    from cqrs_gen.checking.survey import Survey
    from cqrs_gen.checking.values import Value

_DATA_FORMS = {
    "dict": "a dict",
    "list": "a list",
    "set": "a set",
    "tuple": "a tuple",
    "bool": "a bool",
}


def says_more_than_an_id(survey: Survey) -> Iterator[Finding]:
    """Find command handlers whose annotation allows data, or says nothing."""
    for handler, module, method in _handles(survey):
        who = handler.owner.qual
        if method.returns is None:
            what = f"`{who}` does not say what it gives back"
            edits = () if method.results or method.yields else (_say_none(module, method),)
            yield Finding("CQ201", module.path, method.place, what, edits=edits)
            continue
        judged = dict(_judged(survey, method.returns, survey.evaluator.body(module)))
        for name, verdict in judged.items():
            if verdict != "id":
                maybe = verdict == UNKNOWN
                what = f"`{who}` says that it gives back `{name}`"
                told = f"{what}, which may be no ID" if maybe else what
                yield Finding("CQ201", module.path, method.place, told, maybe=maybe)


def gives_back_data(survey: Survey) -> Iterator[Finding]:
    """Find command handlers that give back data, whatever their annotation says."""
    for handler, module, method in _handles(survey):
        who = handler.owner.qual
        frame = method_frame(survey.evaluator, handler.value, module, method)
        for form, place in method.results:
            told = _told(survey, form, frame)
            if told:
                yield Finding("CQ202", module.path, place, f"`{who}` gives back {told}")
        if method.yields:
            yield Finding("CQ202", module.path, method.place, f"`{who}` yields what it should keep")


def _handles(survey: Survey) -> Iterator[tuple[Member, Module, Function]]:
    seen: set[tuple[str, str]] = set()
    for handler in survey.roles.of("CommandHandler"):
        found = survey.roles.method(handler, "handle")
        if found is not None and (found[0].dotted, found[1].qual) not in seen:
            seen.add((found[0].dotted, found[1].qual))
            yield handler, *found


def _judged(survey: Survey, form: Form, frame: Frame) -> Iterator[tuple[str, str]]:
    """Judge each type of an annotation, by how it is written."""
    if form[0] == "op" and form[1] == "BitOr":
        yield from _judged(survey, form[2], frame)
        yield from _judged(survey, form[3], frame)
    elif form[0] == "item" and form[1][-1] in WRAPPERS:
        inner = form[2][1] if form[2][0] == "tuple" else (form[2],)
        for each in inner[:1] if form[1][-1] == "Annotated" else inner:
            yield from _judged(survey, each, frame)
    elif form[0] == "item" and form[1][-1] == "Literal":
        return
    elif form != ("const", None):
        outer = form[1] if form[0] == "item" else form
        values = survey.evaluator.of(outer, frame)
        for value in sorted(values, key=str):
            yield written(form), of_type(survey.evaluator, value)
        if not values:
            yield written(form), UNKNOWN


def _told(survey: Survey, form: Form, frame: Frame) -> str:
    """Say what a result is, if it is data for sure."""
    if form[0] in _DATA_FORMS:
        return _DATA_FORMS[form[0]]
    if form[0] == "each":
        return f"a {form[1]}"
    values = survey.evaluator.of(form, frame) or NOTHING
    for value in sorted(values, key=str):
        if of_value(survey.evaluator, value) == DATA:
            return _named(value)
    return ""


def _named(value: Value) -> str:
    match value[0]:
        case "instance":
            return f"a `{value[2]}`"
        case "holds":
            return f"a {value[1]}"
        case "const":
            return f"`{value[1]!r}`"
        case "outside":
            return f"what `{value[1].replace('()', '').replace('[]', '').lstrip('?')}` makes"
    return f"`{value[-1]}`"


def written(form: Form) -> str:
    """Write an annotation as it stands in the source, more or less."""
    match form:
        case ("name", name):
            told = str(name)
        case ("attr", base, name):
            told = f"{written(base)}.{name}"
        case ("item", base, index):
            told = f"{written(base)}[{written(index)}]"
        case ("tuple" | "list", items):
            told = ", ".join(map(written, items))
        case ("op", _, left, right):
            told = f"{written(left)} | {written(right)}"
        case _:
            told = repr(form[1]) if form[0] == "const" else "…"
    return told


def _say_none(module: Module, method: Function) -> Edit:
    """Put `-> None` behind the parameters: at the colon, which `fixing` finds."""
    return Edit(module.path, method.place, " -> None")
