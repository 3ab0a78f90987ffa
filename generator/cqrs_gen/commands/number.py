"""Says where a query's verb speaks of one, and its name of many, or the other way round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.phrases import event_entity, noun_phrase, query_subject
from cqrs_gen.words import plural, split_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cqrs_gen.commands.question import Question
    from cqrs_gen.scan import FoundMessage


def number_notes(question: Question, events: Sequence[FoundMessage]) -> Iterator[str]:
    """Say that `GetUsers` answers one view, and `FindUser` a page, where `User` is an entity."""
    name = question.name.text
    subject = query_subject(name)
    asked_for = "".join(noun_phrase(split_words(subject)))
    entity = event_entity(events[0].name)
    if question.is_for_many:
        if question.name.verb == "Find" and asked_for.endswith(entity):
            yield f"`{name}` answers a page: `Get{subject}` would answer one view"
    elif not question.counts and asked_for.endswith(plural(entity)) and plural(entity) != entity:
        yield f"`{name}` answers one view: `List{subject}` would answer a page"
