"""What a user typed, fit for one line of a message."""

from __future__ import annotations

_LONGEST = 40


def shown(text: str) -> str:
    """Quote what was typed, however long or odd it is."""
    if not text:
        return "an empty text"
    short = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return f"`{short}`" if short.isprintable() else f"`{ascii(short)[1:-1]}`"
