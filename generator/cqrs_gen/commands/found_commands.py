"""A command that the project has, as `add command` was told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.commands.command_context import command_context
from cqrs_gen.commands.known import handled, require_known
from cqrs_gen.commands.recorded import Recorded, ack_id_of
from cqrs_gen.errors import NotFound
from cqrs_gen.names import Name
from cqrs_gen.phrases import event_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cqrs_gen.contexts import Context
    from cqrs_gen.scan import FoundHandler, FoundMessage


def context_of_command(
    found: FoundMessage, handler: FoundHandler | None, events: Iterable[FoundMessage]
) -> Context:
    """Work out what its templates may name; raises NotFound where the source does not tell."""
    require_known(found)
    name = Name.parse(found.class_name, "command")
    event = _recorded(name, handled(found, handler), events)
    require_known(event)
    recorded = Recorded(event.class_name, event.module, event.fields, is_there=True)
    return command_context(name, found.fields, recorded, ack_id_of(name, found.fields, recorded))


def _recorded(name: Name, handler: FoundHandler, events: Iterable[FoundMessage]) -> FoundMessage:
    """Find the event that the handler records: the only one, or the one of the command's name."""
    named = [each for each in events if each.class_name in handler.names]
    own = [each for each in named if each.name == event_of(name.text)] or named
    if len(own) != 1:
        raise NotFound(f"`{handler.name}` does not show which event it was made for")
    return own[0]
