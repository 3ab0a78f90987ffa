"""Which events feed a read model: those that were named, or those that its name speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import NotFound
from .lifecycle import begins
from .names import Name
from .phrases import entity_id, event_entity, noun_phrase
from .scan import FoundMessage, event_named, event_names, events_of, require_not_retired
from .words import singular, split_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .project import Project


def events_to_feed(
    project: Project, subject: str, on: Sequence[str] | None
) -> tuple[FoundMessage, ...]:
    """Find the events of `--on`, or without it those of the entity that the subject names.

    Raises NotFound with what to type where there are none.
    """
    if on:
        return tuple(dict.fromkeys(_named(project, name) for name in on))
    for entity in entities_in(subject):
        found = events_of(project, entity)
        if found:
            return tuple(sorted(found, key=lambda event: not begins(event)))
    raise NotFound(
        f"no event in the project tells of `{subject}`", hint=_what_to_name(project, subject)
    )


def entities_in(subject: str) -> list[str]:
    """Name what a subject may be about, the likeliest first: `OpenOrder`, `Open`, then `Order`.

    What it begins with comes before what it holds, the longer before the shorter.
    """
    words = split_words(subject)
    asked_for = noun_phrase(words)  # and no more: `OrdersByUser` asks for no user
    held = (asked_for[start:] for start in range(1, len(asked_for)))
    return [each for part in (words, *held) for each in _beginnings(part)]


def _beginnings(words: tuple[str, ...]) -> list[str]:
    return [singular("".join(words[:count])) for count in range(len(words), 0, -1)]


def _what_to_name(project: Project, subject: str) -> str:
    from difflib import SequenceMatcher  # noqa: PLC0415  only a refusal needs it

    def likeness(name: str) -> float:
        return SequenceMatcher(None, subject, name).ratio()

    names = sorted(event_names(project), key=likeness, reverse=True)
    if not names:
        return "make one first: `cqrs-gen add event UserCreated user_id:UUID`"
    some = ", ".join(f"`{name}`" for name in names[:5])
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""  # noqa: PLR2004
    return f"say which events feed it: `--on {names[0]}`\nthere are {some}{more}"


def _named(project: Project, name: str) -> FoundMessage:
    parsed = Name.parse(name, "event")
    found = event_named(project, parsed.text)
    if found is None:
        require_not_retired(project, parsed.text)
        raise NotFound(f"the project has no event `{parsed.text}`", hint=_way_out(project, parsed))
    return found


def _way_out(project: Project, name: Name) -> str:
    from difflib import get_close_matches  # noqa: PLC0415  only a refusal needs it

    id_field = f"{entity_id(event_entity(name.text))}:UUID"
    make = f"make it: `cqrs-gen add event {name.text} {id_field}`"
    close = get_close_matches(name.text, event_names(project), n=1)
    return f"did you mean `{close[0]}`?\nor {make}" if close else make
