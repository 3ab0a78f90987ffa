"""A message's name, understood once: its words, its module and its class."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .errors import InvalidName
from .reserved import CONSTANTS, ROLES, why_no_module, why_taken
from .shown import shown
from .words import pascal, snake, split_words

LONGEST = 60
LONGEST_EVENT = 66
"""An event is named after its command, and the past tense of a verb is longer."""

_SUFFIXES = {
    "command": ("Handler", "Command"),
    "query": ("Handler", "Query"),
    "event": ("Event",),
    "projection": ("Projection",),
}
_EXAMPLES = {"query": "GetUser", "event": "UserCreated", "projection": "UserSummary"}
_PASCAL = re.compile(r"[A-Z][A-Za-z0-9]*")
_NEARLY = re.compile(r"[\w\s.-]+")


@dataclass(frozen=True, slots=True)
class Name:
    """A message's name without its suffix, as in `Name("CreateUser", "command")`."""

    text: str
    kind: str

    @classmethod
    def parse(cls, text: str, kind: str) -> Name:
        """Read what a user typed, with or without the suffix; raises InvalidName with a way out."""
        _check_spelling(text, kind)
        name = cls(_without_suffix(text, kind), kind)
        _check_length(name)
        _check_free(name)
        return name

    @property
    def words(self) -> tuple[str, ...]:
        return split_words(self.text)

    @property
    def verb(self) -> str:
        return self.words[0]

    @property
    def module(self) -> str:
        return snake(self.text)

    @property
    def suffix(self) -> str:
        return "" if self.kind == "event" else pascal(self.kind)

    @property
    def class_name(self) -> str:
        return self.text + self.suffix


def _check_spelling(text: str, kind: str) -> None:
    if not text.strip():
        raise InvalidName(f"no name for the {kind}", hint=_example(kind))
    if _PASCAL.fullmatch(text):
        return
    if not text.isascii() and text.isidentifier():
        reason = "has letters beyond A to Z, which file systems do not write alike"
    elif text.startswith("_"):
        reason = "starts with an underscore"
    elif text.isascii() and text.isidentifier():
        reason = "is not in PascalCase"
    else:
        reason = "is not an identifier: letters and digits only, a letter first"
    raise InvalidName(f"{shown(text)} {reason}", hint=_suggestion(text, kind))


def _without_suffix(text: str, kind: str) -> str:
    bare = text
    for suffix in _SUFFIXES.get(kind, (pascal(kind),)):
        bare = bare.removesuffix(suffix)
    if not bare:
        raise InvalidName(
            f"{shown(text)} is a suffix, and nothing is left without it", hint=_example(kind)
        )
    return bare


def _check_length(name: Name) -> None:
    longest = LONGEST_EVENT if name.kind == "event" else LONGEST
    if len(name.text) > longest:
        raise InvalidName(
            f"{shown(name.text)} has {len(name.text)} characters, and {longest} is the most",
            hint="shorten it: it names a file, a class and a test",
        )


def _check_free(name: Name) -> None:
    reason = why_taken(name.text) or why_taken(name.class_name) or _why_not(name)
    if reason:
        article = "an" if name.kind[0] in "aeiou" else "a"
        raise InvalidName(
            f"{shown(name.text)} cannot name {article} {name.kind}: {reason}",
            hint=f"say more, as in `{_EXAMPLES.get(name.kind, 'CreateUser')}`",
        )


def _why_not(name: Name) -> str:
    if name.kind == "projection" and name.module in CONSTANTS:
        return f"generated files have a `{name.module.upper()}` of their own"
    roles = ROLES.get(name.kind, ())
    role = next((role for role in roles if name.text.endswith(role)), "")
    return f"it ends like a {role.lower()}" if role else why_no_module(name.module)


def _suggestion(text: str, kind: str) -> str:
    import unicodedata  # noqa: PLC0415  only a refusal needs it

    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    likely = pascal(plain) if _NEARLY.fullmatch(plain) else ""
    if not _PASCAL.fullmatch(likely):
        return _example(kind)
    try:
        return f"did you mean `{Name.parse(likely, kind).text}`?"
    except InvalidName:
        return _example(kind)


def _example(kind: str) -> str:
    return f"type a name in PascalCase, as in `{_EXAMPLES.get(kind, 'CreateUser')}`"
