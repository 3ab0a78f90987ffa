"""Texts that others wrote, fit to be shown: nothing in them steers a terminal or a CI log."""

from __future__ import annotations

import re

_LONGEST = 40
_SURROGATES = range(0xDC80, 0xDD00)
"""What Python decodes bytes to that are no UTF-8."""

# GitHub obeys a line that begins like `::error::`; others obey `##vso[…]` anywhere in a line.
_COMMAND = re.compile(r"^(\s*):(?=:.*::)", re.MULTILINE)
_MARKED_COMMAND = re.compile(r"##(?=\w*\[)")


def shown(text: str) -> str:
    """Quote what was typed, however long or odd it is."""
    if not text:
        return "an empty text"
    short = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return f"`{short}`" if short.isprintable() else f"`{ascii(short)[1:-1]}`"


def visible(text: str, *, lines: bool = False) -> str:
    r"""Escape control characters, overrides of direction, and commands to a CI system.

    Tabs stay as they are; so do line ends, if the text may have several `lines`.
    """
    if not text.isprintable():
        kept = "\t\n" if lines else "\t"
        text = "".join(c if c.isprintable() or c in kept else _escaped(c) for c in text)
    return _MARKED_COMMAND.sub(r"#\\x23", _COMMAND.sub(r"\1\\x3a", text))


def as_json(value: object) -> str:
    """Write JSON in ASCII, without a control character, and with no command to a CI system."""
    import json  # noqa: PLC0415  only `--json` needs it

    return json.dumps(value, indent=2).replace("\x7f", "\\u007f").replace("##", "#\\u0023")


def _escaped(character: str) -> str:
    if ord(character) in _SURROGATES:
        return f"\\x{ord(character) - 0xDC00:02x}"
    return ascii(character)[1:-1]
