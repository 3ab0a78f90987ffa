"""CQ501 to CQ503: each message has one handler, where discovery finds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.checking.aliases import unaliased
from cqrs_gen.checking.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cqrs_gen.checking.roles import Member
    from cqrs_gen.checking.survey import Survey
    from cqrs_gen.checking.values import Value

PLACES = {
    "Command": "write.commands",
    "Query": "read.queries",
    "Event": "events",
    "RetiredEvent": "events",
    "CommandHandler": "write.handlers",
    "QueryHandler": "read.handlers",
    "Projection": "read.projections",
}
_HANDLERS = {"Command": "CommandHandler", "Query": "QueryHandler"}


def without_handler(survey: Survey) -> Iterator[Finding]:
    """Find commands and queries that nothing handles."""
    for role, handler_role in _HANDLERS.items():
        handled = {each for each, _ in _handled(survey, handler_role)}
        vague = _vague(survey, handler_role)
        for message in survey.roles.of(role):
            key = ("class", message.module.dotted, message.owner.qual)
            stem = message.owner.name.removesuffix(role)
            if key in handled or stem in vague or is_extended(survey, message):
                continue
            if why_not_found(survey, message):
                continue  # CQ505 tells that it stands in the wrong place
            what = f"the {role.lower()} `{message.owner.name}` has no handler"
            yield Finding("CQ501", message.module.path, message.owner.place, what)


def with_two_handlers(survey: Survey) -> Iterator[Finding]:
    """Find commands and queries that more than one handler is for."""
    for handler_role in _HANDLERS.values():
        first: dict[Value, str] = {}
        for message, handler in _handled(survey, handler_role):
            if why_not_found(survey, handler):
                continue
            if message in first:
                what = f"`{message[2]}` has another handler: `{first[message]}`"
                yield Finding("CQ502", handler.module.path, handler.owner.place, what)
            else:
                first[message] = f"{handler.module.dotted}.{handler.owner.qual}"


def not_discovered(survey: Survey) -> Iterator[Finding]:
    """Find handlers and projections that the service will not see."""
    for handler in survey.roles.members:
        if handler.role not in {"CommandHandler", "QueryHandler", "Projection"}:
            continue
        if is_extended(survey, handler):
            continue
        why = _left_out(survey, handler)
        if why:
            what = f"discovery does not find `{handler.owner.name}`: {why}"
            yield Finding("CQ503", handler.module.path, handler.owner.place, what)


def _left_out(survey: Survey, handler: Member) -> str:
    if handler.is_abstract:
        bases = {base[-1] for base in handler.owner.bases if base[0] != "item"}
        handles = "handle" in handler.owner.methods and survey.roles.handled(handler)
        return "it is abstract, by `ABC` among its bases" if "ABC" in bases and handles else ""
    why = why_not_found(survey, handler)
    if why or handler.role == "Projection":
        return why
    if survey.roles.handled(handler) is None and not _may_say(survey, handler):
        return f"it does not say what it handles: `{handler.role}[…]`"
    return ""


def _may_say(survey: Survey, handler: Member) -> bool:
    """Tell whether a base may fill in a message that cannot be read: `Base[T]`, `base_for(T)`."""
    bases = (unaliased(survey.evaluator, handler.module, each) for each in handler.owner.bases)
    return any(form[0] not in {"name", "attr"} for _, form in bases)


def why_not_found(survey: Survey, member: Member) -> str:
    """Say why discovery passes a class by; empty if it does not."""
    folder = f"{survey.package}.{PLACES[member.role]}"
    dotted = member.module.dotted
    shown = f"`{PLACES[member.role].replace('.', '/')}/`"
    if dotted != folder and not dotted.startswith(f"{folder}."):
        return f"it does not stand in {shown}"
    if member.owner.is_local or "." in member.owner.qual:
        return "it does not stand at the top of its module"
    parts = dotted.split(".")
    above = range(len(folder.split(".")) + 1, len(parts) + member.module.is_package)
    for end in above:
        package = survey.index.modules.get(".".join(parts[:end]))
        if package is None or not package.is_package:
            return f"the folder `{parts[end - 1]}` has no `__init__.py`"
    return ""


def is_extended(survey: Survey, member: Member) -> bool:
    """Tell whether other classes of the project are made from this one."""
    return (member.module.dotted, member.owner.qual) in survey.links.extended


def _handled(survey: Survey, role: str) -> Iterator[tuple[Value, Member]]:
    for handler in survey.roles.of(role):
        message = survey.roles.handled(handler)
        if message is not None:
            yield message, handler


def _vague(survey: Survey, role: str) -> set[str]:
    """Name the handlers of which it cannot be told what they handle."""
    return {
        handler.owner.name.removesuffix("Handler")
        for handler in survey.roles.of(role)
        if survey.roles.handled(handler) is None
    }
