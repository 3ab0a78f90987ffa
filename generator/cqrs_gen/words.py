"""English that names are made of: words in a row, one thing and many things."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Words that begin with a digit: 2FA, 3DS, 3D, 5G.
_NUMBERED = r"(?<!\d)\d(?:FA|DS?|G)(?![a-z0-9])|(?<![A-Za-z0-9])\d(?:fa|ds?|g)(?![a-z0-9])"
_WORD = re.compile(
    rf"{_NUMBERED}|[A-Z]{{2,}}s(?![a-z])\d*|[A-Z]+(?![a-z])\d*"
    rf"|[A-Z]?[a-z]+(?:(?!{_NUMBERED})\d)*|\d+"
)
_DIGITS = ("Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def listed(text: str) -> frozenset[str]:
    """Make a set of the words that a text lists."""
    return frozenset(text.split())


def paired(text: str) -> dict[str, str]:
    """Make a mapping of the pairs that a text lists, as `one:other`."""
    return dict(pair.split(":") for pair in text.split())


_ONE_OF = paired(
    "analyses:analysis appendices:appendix axes:axis children:child crises:crisis "
    "criteria:criterion diagnoses:diagnosis feet:foot geese:goose halves:half "
    "hypotheses:hypothesis indices:index knives:knife lives:life loaves:loaf "
    "matrices:matrix men:man mice:mouse parentheses:parenthesis people:person "
    "phenomena:phenomenon quizzes:quiz shelves:shelf teeth:tooth theses:thesis "
    "thieves:thief vertices:vertex wives:wife wolves:wolf women:woman"
)
_MANY_OF = {one: many for many, one in _ONE_OF.items()}
_WITHOUT_MANY = listed(
    "analytics chaos data economics equipment feedback goods headquarters logistics mathematics "
    "media news physics series species"
)
_ENDING_IN_S = listed(
    "alias atlas bias bonus bus campus canvas census circus consensus corpus focus gas genius "
    "iris lens nexus radius status surplus virus"
)
_ENDING_IN_U = frozenset({"menus", "gurus", "emus"})
_ENDING_IN_IE = ("calorie", "cookie", "genie", "movie", "pixie", "rookie", "selfie", "zombie")
_ENDING_IN_CHE = ("ache", "avalanche", "cache", "cliche", "creche", "niche")
_ENDING_IN_OE = frozenset({"canoe", "foe", "oboe", "shoe", "toe"})
_ENDING_IN_O = ("cargo", "echo", "hero", "potato", "tomato", "veto")
_SHORTEST_IN_Y = len("flies")
_SHORTEST_OF_MANY = len("ids")


def split_words(text: str) -> tuple[str, ...]:
    """Split PascalCase, or any other case, into its words; digits stay with the word before."""
    return tuple(_WORD.findall(text))


def snake(text: str) -> str:
    """Write any text in snake_case, as far as it has ASCII letters and digits."""
    return "_".join(word.lower() for word in split_words(text))


def pascal(text: str) -> str:
    """Write any text in PascalCase, as far as it has ASCII letters and digits."""
    words = split_words(text)
    if len(words) > 1 and text.isupper():
        return "".join(word.capitalize() for word in words)
    return "".join(capitalized(word) for word in words)


def capitalized(word: str) -> str:
    """Begin a word with a capital, and leave the rest of it alone."""
    return word[:1].upper() + word[1:]


def begun_with_letter(text: str) -> str:
    """Spell out a digit that nothing in Python may begin with: `2FAStatus` gives `TwoFAStatus`."""
    return _DIGITS[int(text[0])] + text[1:] if text[:1].isdigit() else text


def singular(text: str) -> str:
    """Name one of what `text` names many of: `OrderLines` gives `OrderLine`."""
    return _change_last(text, _one)


def plural(text: str) -> str:
    """Name many of what `text` names one of: `OrderLine` gives `OrderLines`."""
    return _change_last(text, _many)


def _change_last(text: str, change: Callable[[str], str]) -> str:
    words = split_words(text)
    if not words:
        return text
    *before, last = words
    changed = change(last)
    return "".join((*before, capitalized(changed) if last[0].isupper() else changed))


def _one(word: str) -> str:
    low = word.lower()
    if low in _ONE_OF:
        return _ONE_OF[low]
    if not _may_be_many(word):
        return word
    if low.endswith("ies") and len(low) >= _SHORTEST_IN_Y and not low[:-1].endswith(_ENDING_IN_IE):
        return f"{word[:-3]}y"
    return word[:-2] if _takes_es(low[:-2]) and low.endswith("es") else word[:-1]


def _may_be_many(word: str) -> bool:
    low = word.lower()
    if word.isupper() or len(word) < _SHORTEST_OF_MANY or low in _WITHOUT_MANY | _ENDING_IN_S:
        return False
    return low in _ENDING_IN_U or (low.endswith("s") and not low.endswith(("ss", "us", "is")))


def _takes_es(stem: str) -> bool:
    with_e = f"{stem}e"
    if stem.endswith(("ch", "o")):
        return not with_e.endswith(_ENDING_IN_CHE) and with_e not in _ENDING_IN_OE
    return stem in _ENDING_IN_S or stem.endswith(("ss", "sh", "x", "zz"))


def _many(word: str) -> str:
    low = word.lower()
    if low in _WITHOUT_MANY:
        return word
    if low in _MANY_OF:
        return _MANY_OF[low]
    if word.isupper() and len(word) > 1:
        return f"{word}s"
    if low.endswith("y") and low[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if low.endswith(("s", "x", "z", "ch", "sh", *_ENDING_IN_O)) else f"{word}s"
