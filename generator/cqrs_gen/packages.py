"""The name of a generated project's package."""

from __future__ import annotations

import re

from .errors import InvalidName
from .reserved import BUILTINS, KEYWORDS, PACKAGES, WINDOWS
from .shown import shown
from .words import snake

LONGEST = 40

_SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def parse_package(text: str) -> str:
    """Accept a package's name in snake_case; raises InvalidName with a way out."""
    reason = _why_not(text)
    if reason:
        raise InvalidName(
            f"{shown(text)} cannot name a package: {reason}",
            hint=f"did you mean `{package_from_project(text)}`?",
        )
    return text


def package_from_project(title: str) -> str:
    """Derive a package's name from a project's: `My Shop-2` gives `my_shop_2`."""
    import unicodedata  # noqa: PLC0415  only a new project needs it

    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    name = "_".join(snake(part) for part in re.split(r"[^A-Za-z0-9]+", plain) if part)
    name = name if name[:1].isalpha() else f"app_{name}".rstrip("_")
    name = name[:LONGEST].rstrip("_")
    return f"{name[: LONGEST - 4]}_app" if _why_not(name) else name


def _why_not(text: str) -> str:
    if not _SNAKE.fullmatch(text):
        return "it is not an identifier in snake_case"
    if len(text) > LONGEST:
        return f"it has {len(text)} characters, and {LONGEST} is the most"
    if text in KEYWORDS:
        return "it is a keyword of Python"
    if text in PACKAGES:
        return "the project would hide a package of that name"
    if text in BUILTINS:
        return "it is built into Python"
    return "Windows cannot have a folder of that name" if text in WINDOWS else ""
