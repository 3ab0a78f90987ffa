"""Text that a generated file can hold: a project's name, and its description in one line.

`copier.yml` says the same for those who use Copier alone, and a test compares the two.
"""

from __future__ import annotations

import re

from .reserved import PROJECTS

LONGEST_NAME = 60

_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._ -]*[A-Za-z0-9])?")
_ODD = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
"""Characters that control, that cannot be seen, that turn the text around, or that are halves."""


def is_project_name(text: str) -> bool:
    """Tell whether a project can be called so, and its distribution and script after it."""
    is_named = _NAME.fullmatch(text) is not None and len(text) <= LONGEST_NAME
    return is_named and re.sub(r"[^a-z0-9]+", "-", text.lower()) not in PROJECTS


def is_description(text: str) -> bool:
    """Tell whether a text is one line that every reader sees as it is."""
    return bool(text.strip()) and _ODD.search(text) is None


def is_encodable(text: str) -> bool:
    """Tell whether a text can be written to a file: what no terminal decoded cannot."""
    return re.search("[\ud800-\udfff]", text) is None
