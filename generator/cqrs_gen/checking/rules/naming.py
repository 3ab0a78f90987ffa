"""CQ504 and CQ505: a class's name and place say what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.checking.findings import Finding
from cqrs_gen.checking.rules.wiring import PLACES, is_extended, why_not_found
from cqrs_gen.verbs import ONLY_WRITING
from cqrs_gen.words import split_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cqrs_gen.checking.roles import Member
    from cqrs_gen.checking.survey import Survey

_SUFFIXES = {
    "Command": "Command",
    "Query": "Query",
    "CommandHandler": "Handler",
    "QueryHandler": "Handler",
    "Projection": "Projection",
    "Event": "",
}
_FOREIGN = ("Command", "Query", "Handler", "Projection")


def misnamed(survey: Survey) -> Iterator[Finding]:
    """Find classes whose names speak of another kind."""
    for member in survey.roles.of(*_SUFFIXES):
        why = "" if is_extended(survey, member) else _misnamed(member)
        if why:
            what = f"`{member.owner.name}` is {_an(member.role)}, {why}"
            yield Finding("CQ504", member.module.path, member.owner.place, what)


def misplaced(survey: Survey) -> Iterator[Finding]:
    """Find messages that do not stand where messages of their kind are looked for."""
    for member in survey.roles.of("Command", "Query", "Event", "RetiredEvent"):
        if not is_extended(survey, member) and (why := why_not_found(survey, member)):
            folder = PLACES[member.role].replace(".", "/")
            name = member.owner.name
            what = f"{_an(member.role)} belongs to `{folder}/`, and `{name}` is not found: {why}"
            yield Finding("CQ505", member.module.path, member.owner.place, what)


def _misnamed(member: Member) -> str:
    name, suffix = member.owner.name, _SUFFIXES[member.role]
    if suffix and name.endswith(suffix) and name != suffix:
        return ""
    for foreign in _FOREIGN:
        if name.endswith(foreign) and name != foreign:
            return f"and is called a {foreign.lower()}"
    if suffix:
        return f"and its name does not end in `{suffix}`"
    words = split_words(name)
    return "and its name is an order, not a fact" if _is_order(words) else ""


def _is_order(words: tuple[str, ...]) -> bool:
    from cqrs_gen.phrases import reads_as_event  # noqa: PLC0415

    return words[0] in ONLY_WRITING and len(words) > 1 and not reads_as_event("".join(words))


def _an(role: str) -> str:
    words = {
        "CommandHandler": "command handler",
        "QueryHandler": "query handler",
        "RetiredEvent": "retired event",
    }
    word = words.get(role, role.lower())
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"
