"""What must be known of a message before anything is made of it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.errors import NotFound

if TYPE_CHECKING:
    from cqrs_gen.scan import FoundHandler, FoundMessage


def require_known(found: FoundMessage) -> None:
    """Raise NotFound for a field whose type no command line could have given."""
    if found.others:
        raise NotFound(f"`{found.others[0]}` is no field that `add` knows")


def handled(found: FoundMessage, handler: FoundHandler | None) -> FoundHandler:
    """Give the message's handler; raises NotFound where there is none."""
    if handler is None:
        raise NotFound(f"`{found.class_name}` has no handler")
    return handler
