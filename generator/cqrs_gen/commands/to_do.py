"""What a team has to do by hand, once a service was put into its repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.report import show_line, show_notes
from cqrs_gen.toml_text import written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cqrs_gen.commands.needed import Needs

BY_HAND = """
`pyproject.toml` is as it was, and needs this; where a table or a list is there, add to it
(`--edit-pyproject` does all of it):
"""


def show_what_is_left(needs: Needs, to_ignore: Sequence[str], *, is_edited: bool) -> None:
    """Print what `pyproject.toml` and `.gitignore` need, and what is to be known."""
    if needs.additions and not is_edited:
        show_line(BY_HAND)
        show_line(written(needs.additions))
    if to_ignore:
        show_line("\n`.gitignore` is as it was, and needs these lines:\n")
        show_line("".join(f"{line}\n" for line in to_ignore))
    show_notes(needs.notes)
