"""What a command does first in a project: see to what a killed run left half done.

One that writes undoes it; one that only reads says so, and touches nothing.

It also sees to it that this machine has the template where the project says that it is, so that
plain `copier update` finds it, on the machine of a team-mate too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.bundles import offer_at_home
from cqrs_gen.errors import Conflict
from cqrs_gen.recovering import recover, unfinished

if TYPE_CHECKING:
    from pathlib import Path


def recovered(root: Path, *, only_reads: bool = False) -> tuple[str, ...]:
    """Undo what such a run had done, and return the warning that says so; nothing, mostly.

    Raises Conflict instead if the command only reads.
    """
    offer_at_home()
    if only_reads:
        _require_finished(root)
        return ()
    lines = recover(root)
    if not lines:
        return ()
    return ("\n".join(("an earlier run was stopped half-way, and is now undone:", *lines)),)


def _require_finished(root: Path) -> None:
    lines = unfinished(root)
    if lines:
        raise Conflict(
            "an earlier run was stopped half-way, and may have left changes behind",
            hint="\n".join((*lines, "any command that writes undoes them first: run it again")),
        )
