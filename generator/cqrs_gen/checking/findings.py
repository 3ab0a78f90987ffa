"""What a rule finds: where, what, and by which calls one gets there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from .reaching import Step
    from .summaries import Place

ERROR = "error"
WARNING = "warning"


class Edit(NamedTuple):
    """A text to put at a place of a file, instead of what stands there."""

    path: str
    place: Place
    text: str


class Finding(NamedTuple):
    """One thing that a rule found; `advice` says what to do about it.

    `maybe` marks what cannot be told for sure; `edits` mend it, where that is safe.
    """

    code: str
    path: str
    place: Place
    sentence: str
    advice: str = ""
    chain: tuple[Step, ...] = ()
    level: str = ERROR
    maybe: bool = False
    edits: tuple[Edit, ...] = ()
