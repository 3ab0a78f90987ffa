"""What a command leaves behind: the event that it records, and the ID in its ack."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cqrs_gen.errors import Conflict, InvalidField
from cqrs_gen.fields import Field
from cqrs_gen.kinds import EVENT
from cqrs_gen.names import Name
from cqrs_gen.phrases import event_of, id_in_command
from cqrs_gen.scan import event_named, require_not_retired
from cqrs_gen.taken import require_free
from cqrs_gen.types import Type

if TYPE_CHECKING:
    from cqrs_gen.project import Project

IDS = frozenset({"UUID", "int", "str"})
"""What the ID in an ack can be."""


class AckId(NamedTuple):
    """The ID that a command gives back: one of its fields, a new one, or (no name) none."""

    name: str
    type: Type
    is_new: bool


class Recorded(NamedTuple):
    """The event that a command records, in this module; `is_there` if the project has it."""

    name: str
    module: str
    fields: tuple[Field, ...]
    is_there: bool


def event_of_command(
    project: Project, command: Name, given: tuple[Field, ...], emits: str | None
) -> Recorded:
    """Find the event that a command records, or shape a new one after its fields."""
    name = Name.parse(emits or event_of(command.text), "event")
    found = event_named(project, name.text)
    if found is None:
        require_free(project, name, EVENT)
        require_not_retired(project, name.text)
        module = f"{project.package}.events.{name.module}"
        return Recorded(name.text, module, (*_new_id(command, given), *given), is_there=False)
    if found.others:
        raise Conflict(
            f"`{found.name}` has `{found.others[0]}`, which a command line cannot fill",
            hint="let the command make an event of its own: `--emits …`",
        )
    return Recorded(found.class_name, found.module, found.fields, is_there=True)


def ack_id_of(command: Name, given: tuple[Field, ...], event: Recorded) -> AckId:
    """Take the ID of what the command acts on: given, or else new if the event carries it."""
    name = id_name_of(command, given)
    own = next((field for field in given if field.name == name), None)
    if own is None:
        is_new = any(f.name == name and f.type == Type("UUID") for f in event.fields)
        return AckId(name if is_new else "", Type("UUID"), is_new=is_new)
    if own.type.name not in IDS:
        raise InvalidField(
            f"`{name}` is the ID in the ack, and cannot be a `{own.type.spec}`",
            hint=f"an ID is a UUID, an int or a str: `{name}:UUID`",
        )
    return AckId(name, own.type, is_new=False)


def id_name_of(command: Name, given: tuple[Field, ...]) -> str:
    """Name the field that identifies what the command acts on."""
    return id_in_command(command.text, [field.name for field in given])


def require_filled(command: Name, given: tuple[Field, ...], event: Recorded, ack_id: AckId) -> None:
    """Check that the command has what the event carries; raises Conflict with a way out."""
    own = {field.name: field.type for field in given}
    if ack_id.is_new:
        own[ack_id.name] = ack_id.type
    for field in event.fields:
        _require_fit(command, event, field, own.get(field.name))


def _new_id(command: Name, given: tuple[Field, ...]) -> tuple[Field, ...]:
    name = id_name_of(command, given)
    return () if any(f.name == name for f in given) else (Field(name, Type("UUID")),)


def _require_fit(command: Name, event: Recorded, field: Field, own: Type | None) -> None:
    if own is None and field.fallback is not None:
        return
    if own is not None and own in (field.type, field.type.required()):
        return
    has = "has none" if own is None else f"has `{own.spec}`"
    raise Conflict(
        f"`{event.name}` carries `{field.name}:{field.type.spec}`, and `{command.text}` {has}",
        hint=f"give it `{field.name}:{field.type.spec}`\n"
        "or let it make an event of its own: `--emits …`",
    )
