"""A warning where a name says one thing and its kind another."""

from __future__ import annotations

from .phrases import does_in_a_manner, event_of, reads_as_event
from .tenses import is_surely_past
from .verbs import ASKING, ONLY_READING, ONLY_WRITING, PARTICLES, PREPOSITIONS, READING
from .words import listed, split_words

NOUNS = listed(
    "Block Change Grant Import Invite Issue Lock Login Logout Move Place Post Release Reset Signup "
    "Start Transfer Update Upgrade Upload"
)
"""Verbs that are nouns as well: a read model may be called `IssueBoard` or `PostFeed`."""


def misread_intent(name: str, kind: str) -> str | None:
    """Warn in one line that a name reads as another kind; silent where English is not sure."""
    likely = _reads_as(name)
    if kind == "event":
        return None if reads_as_event(name) else _not_past(name, likely)
    if kind not in {"command", "query", "projection"} or likely in {None, kind}:
        return None
    if kind == "projection" and split_words(name)[0] in NOUNS:
        return None
    article = "an" if likely == "event" else "a"
    return f"`{name}` reads as {article} {likely}: did you mean `add {likely} {name}`?"


def likely_kind(name: str) -> str:
    """Guess of what kind a message with this name is: mostly a command."""
    return _reads_as(name) or "command"


def _reads_as(name: str) -> str | None:
    words = split_words(name)
    if words[0] in ONLY_WRITING or does_in_a_manner(words):
        return "command"
    if words[0] in ONLY_READING | ASKING:
        return "query"
    is_about_what_was = len(words) > 1 and words[0] not in READING and reads_as_event(name)
    return "event" if is_about_what_was and _ends_in_past(words) else None


def _ends_in_past(words: tuple[str, ...]) -> bool:
    """Tell `OrderShipped` and `UserLoggedIn` from `ReRunFailedJobs`."""
    past = [place for place, word in enumerate(words) if is_surely_past(word)]
    after = words[past[-1] + 1 :] if past else words
    return not after or after[0] in PREPOSITIONS | PARTICLES


def _not_past(name: str, likely: str | None) -> str:
    if likely == "command":
        return f"`{name}` does not read as past tense: did you mean `{event_of(name)}`?"
    return f"`{name}` does not read as past tense, as `UserCreated` does"
