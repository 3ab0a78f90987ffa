"""`add command`: an intent, the handler that decides on it, and the event that it makes true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.commands.add_event import event_slice
from cqrs_gen.commands.adding import Addition, Slice
from cqrs_gen.commands.command_context import command_context
from cqrs_gen.commands.recorded import ack_id_of, event_of_command, require_filled
from cqrs_gen.fields import parse_fields
from cqrs_gen.kinds import COMMAND
from cqrs_gen.names import Name
from cqrs_gen.own_types import require_types
from cqrs_gen.taken import require_free

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cqrs_gen.commands.recorded import AckId, Recorded
    from cqrs_gen.project import Project


def add_command(
    project: Project, name: str, fields: Iterable[str], *, emits: str | None = None
) -> Addition:
    """Decide what `add command NAME FIELD…` wants."""
    command = Name.parse(name, "command")
    require_free(project, command, COMMAND)
    given = parse_fields(fields)
    require_types(project, given)
    event = event_of_command(project, command, given, emits)
    ack_id = ack_id_of(command, given, event)
    require_filled(command, given, event, ack_id)
    own = Slice("command", command_context(command, given, event, ack_id))
    new = () if event.is_there else (event_slice(Name(event.name, "event"), event.fields),)
    return Addition(slices=(own, *new), notes=(_note(command, event, ack_id),))


def _note(command: Name, event: Recorded, ack_id: AckId) -> str:
    there = ", which is there already," if event.is_there else ""
    whose = f"a new `{ack_id.name}`" if ack_id.is_new else f"its `{ack_id.name}`"
    acknowledged = f"with {whose}" if ack_id.name else "without an ID"
    return f"`{command.text}` records `{event.name}`{there} and is acknowledged {acknowledged}"
