"""How a message's name reads: what it acts on, and the event that a command makes true."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .tenses import base_of, is_past, past_tense
from .verbs import (
    ALTERING,
    MANNERS,
    MANY,
    ONLY_WRITING,
    PARTICLES,
    PHRASAL,
    PREPOSITIONS,
    READING,
    in_two_words,
)
from .words import begun_with_letter, snake, split_words

if TYPE_CHECKING:
    from collections.abc import Collection

_PREFIXES = frozenset({"De", "Pre", "Re", "Un"})


class _Phrase(NamedTuple):
    """A name taken apart: `AddItemToCart` is Add, nothing, Item, To Cart."""

    verb: str
    particle: tuple[str, ...]
    thing: tuple[str, ...]
    rest: tuple[str, ...]


def command_entity(name: str) -> str:
    """Name what a command acts on: `PlaceOrder` gives `Order`, `AddItemToCart` `Item`."""
    return _entity(_command(name))


def event_of(command: str) -> str:
    """Name the event that a command makes true: `AddItemToCart` gives `ItemAddedToCart`."""
    verb, particle, thing, rest = _command(command)
    return begun_with_letter("".join((*thing, past_tense(verb), *particle, *rest)))


def event_entity(event: str) -> str:
    """Name what an event tells about: `ItemAddedToCart` gives `Item`, as its command does."""
    return _entity(_event(event))


def id_in_command(name: str, fields: Collection[str]) -> str:
    """Name the field that identifies what a command acts on: a new one, or one that it has.

    `ChangeUserEmail` with a `user_id` acts on the user, `AddUserEmail` on a new email.
    """
    return _id_among(_command(name), fields)


def id_in_event(name: str, fields: Collection[str]) -> str:
    """Name the field that identifies what an event tells about, as its command would."""
    return _id_among(_event(name), fields)


def query_subject(name: str) -> str:
    """Name what a query asks for: `GetUserStats` gives `UserStats`."""
    verb, *subject = split_words(name)
    return begun_with_letter("".join(subject)) if subject and verb in READING else name


def asks_for_many(name: str) -> bool:
    """Tell whether a query's verb asks for any number of rows, as `ListUsers` does."""
    return split_words(name)[0] in MANY


def entity_id(entity: str) -> str:
    """Name the field that identifies an entity: `User` gives `user_id`."""
    return f"{snake(entity)}_id"


def reads_as_event(name: str) -> bool:
    """Tell whether a name says that something happened, as `UserLoggedIn` does."""
    words = split_words(name)
    return is_past(words[_place_of_verb(words)])


def noun_phrase(words: tuple[str, ...]) -> tuple[str, ...]:
    """Take the words up to the first preposition that does not belong to the noun itself."""
    for place, word in enumerate(words):
        if word in PREPOSITIONS and not _binds(words, place):
            return words[:place]
    return words


def does_in_a_manner(words: tuple[str, ...]) -> bool:
    """Tell whether words begin with how something is done, and then the verb that says what."""
    return words[0] in MANNERS and words[1:2] != () and words[1] in ONLY_WRITING


def _entity(phrase: _Phrase) -> str:
    verb, particle, thing, rest = phrase
    return begun_with_letter("".join(thing or noun_phrase(rest[1:]) or (verb, *particle)))


def _id_among(phrase: _Phrase, fields: Collection[str]) -> str:
    whole = entity_id(_entity(phrase))
    if phrase.verb not in ALTERING:
        return whole
    thing = phrase.thing
    leading = (begun_with_letter("".join(thing[:end])) for end in range(len(thing), 0, -1))
    return next((name for name in map(entity_id, leading) if name in fields), whole)


def _command(name: str) -> _Phrase:
    words, manner = _without_manner(_with_whole_verb(split_words(name)))
    words = (*in_two_words(words[0]), *words[1:])
    after = 2 if words[:2] in PHRASAL else 1
    thing = noun_phrase(words[after:])
    return _Phrase(words[0], words[1:after], thing, (*words[after + len(thing) :], *manner))


def _without_manner(words: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Tell `BulkDeleteUsers`, which deletes, from `BatchOrders`, which batches."""
    if len(words) > len(("Bulk", "Delete")) and does_in_a_manner(words):
        return words[1:], MANNERS[words[0]]
    return words, ()


def _with_whole_verb(words: tuple[str, ...]) -> tuple[str, ...]:
    """Put a verb together that was written as two words: `ReRunJob` is Rerun, Job."""
    if len(words) > 1 and words[0] in _PREFIXES:
        return (words[0] + words[1].lower(), *words[2:])
    return words


def _binds(words: tuple[str, ...], place: int) -> bool:
    """Tell whether a preposition makes one thing of two words: `BillOfLading`, `CheckInDesk`."""
    if place == 0:
        return False
    return words[place] == "Of" or words[place - 1 : place + 1] in PHRASAL


def _event(name: str) -> _Phrase:
    words = split_words(name)
    place = _place_of_verb(words)
    after = place + 1
    verb = base_of(words[place])
    if words[after : after + 1] and (verb, words[after]) in PHRASAL:
        after += 1
    return _Phrase(verb, words[place + 1 : after], words[:place], words[after:])


def _place_of_verb(words: tuple[str, ...]) -> int:
    for place in range(1, len(words)):
        if words[place] in PREPOSITIONS | PARTICLES and _follows_verb(words, place):
            return place - 1
    past = [place for place, word in enumerate(words) if place and is_past(word)]
    return past[-1] if past else len(words) - 1


def _follows_verb(words: tuple[str, ...], place: int) -> bool:
    before = words[place - 1]
    if not is_past(before):
        return False
    ends_with_verb = place < len(words) - 1 and is_past(words[-1])
    phrasal = (base_of(before), words[place]) in PHRASAL
    if phrasal or words[place] == "Of":
        # `SetUpChanged` tells of a set-up, `AccountSetUp` of an account.
        return not (ends_with_verb and (before == base_of(before) or words[place] == "Of"))
    return words[place] in PREPOSITIONS
