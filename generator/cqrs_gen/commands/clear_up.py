"""What every command does first in a project: undo what a killed run left half done.

It also sees to it that this machine has the template where the project says that it is, so that
plain `copier update` finds it, on the machine of a team-mate too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.bundles import offer_at_home
from cqrs_gen.recovering import recover

if TYPE_CHECKING:
    from pathlib import Path


def recovered(root: Path) -> tuple[str, ...]:
    """Undo what such a run had done, and give the warning that says so; nothing, mostly."""
    offer_at_home()
    lines = recover(root)
    if not lines:
        return ()
    return ("\n".join(("an earlier run was stopped half-way, and is now undone:", *lines)),)
