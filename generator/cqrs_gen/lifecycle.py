"""What an event says about the life of its entity: that it begins, or that it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .phrases import id_in_event
from .words import listed, split_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .scan import FoundMessage

BEGINNING = listed(
    "Added Begun Created Drafted Imported Initiated Invited Made Opened Placed Received Registered "
    "Requested Started Submitted Uploaded"
)
ENDING = listed("Deleted Erased Purged Removed")


def entity_id_of(event: FoundMessage) -> str:
    """Name the field by which the event's entity is known."""
    return id_in_event(event.name, [field.name for field in event.fields])


def begins(event: FoundMessage) -> bool:
    """Tell whether an event tells of the first that is heard of its entity, as `UserCreated`."""
    return bool(BEGINNING & set(split_words(event.name)))


def ends_rows(event: FoundMessage, key: Sequence[str]) -> bool:
    """Tell whether an event ends the rows of this key: its entity, and nothing else, is the key.

    `UserRemovedFromTeam` does not: the user goes on.
    """
    return split_words(event.name)[-1] in ENDING and list(key) == [entity_id_of(event)]
