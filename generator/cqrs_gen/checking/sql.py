"""SQL in texts: whether a statement changes something, by how it begins."""

from __future__ import annotations

import re

from .values import GAP

_GAP = re.escape(GAP)
_NAME = rf"[\w\"'`.\[\]{_GAP}%{{}}:$]+"
_COMMENT = r"(?:--[^\n]*\n|/\*.*?\*/)"
_ADJECTIVES = r"(?:(?:unique|temp|temporary|materialized|virtual)\s+)*"
_THINGS = (
    r"(?:table|index|view|schema|sequence|trigger|function|procedure|database|extension|type|role|"
    r"user)"
)
_WRITES = (
    r"insert\s+(?:or\s+\w+\s+)?into\b",
    r"replace\s+into\b",
    rf"update\s+(?:or\s+\w+\s+)?(?:only\s+)?{_NAME}(?:\s+(?:as\s+)?\w+)?\s+set\b",
    r"delete\s+from\b",
    r"merge\s+into\b",
    r"truncate\s+(?:table\s+)?\S",
    rf"(?:create|drop|alter)\s+(?:or\s+replace\s+)?{_ADJECTIVES}{_THINGS}\b",
    r"copy\s+\S+.*\bfrom\b",
    r"(?:grant|revoke)\s+\w+.*\b(?:on|to|from)\b",
    r"attach\s+(?:database\s+)?\S+\s+as\b",
    r"refresh\s+materialized\s+view\b",
    r"(?:vacuum|reindex)\b\s*(?:\w+\s*)?;?\s*$",
)
_STATEMENT = "|".join(_WRITES)
_WRITING = re.compile(rf"^(?:\s|{_COMMENT}|;|\()*(?:{_STATEMENT})", re.IGNORECASE | re.DOTALL)
_LATER = re.compile(
    rf"^(?:\s|{_COMMENT})*with\b.*\b(?:{'|'.join(_WRITES[:5])})|;\s*(?:{_STATEMENT})",
    re.IGNORECASE | re.DOTALL,
)
_INTO = re.compile(
    rf"^(?:\s|{_COMMENT})*select\b.*\binto\s+{_NAME}\s+from\b", re.IGNORECASE | re.DOTALL
)


def changes_something(text: str) -> bool:
    """Tell whether a text is SQL that inserts, updates, deletes, or changes the schema."""
    return bool(_WRITING.match(text) or _LATER.search(text) or _INTO.match(text))


def verb_of(text: str) -> str:
    """Name the statement for a message: `DELETE`, `CREATE TABLE`."""
    found = re.search(
        r"\b(insert|update|delete|replace|merge|truncate|create|drop|alter|copy|grant|revoke|"
        r"attach|refresh|vacuum|reindex|into)\b",
        text,
        re.IGNORECASE,
    )
    return found[1].upper() if found else "statement"
