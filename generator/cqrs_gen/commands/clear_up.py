"""What every command does first in a project: clear up after a run that was killed half-way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.recovering import recover

if TYPE_CHECKING:
    from pathlib import Path


def recovered(root: Path) -> tuple[str, ...]:
    """Undo what such a run had done, and give the warning that says so; nothing, mostly."""
    lines = recover(root)
    if not lines:
        return ()
    return ("\n".join(("an earlier run was stopped half-way, and is now undone:", *lines)),)
