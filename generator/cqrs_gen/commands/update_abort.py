"""`update --abort`: all put back as it was before the last update, also if that was killed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.commands.clear_up import recovered
from cqrs_gen.errors import Conflict
from cqrs_gen.locking import locked
from cqrs_gen.project import find_project
from cqrs_gen.report import show_json, show_line, show_notes, show_plan, show_warnings
from cqrs_gen.updating.doing import plan_return, take_back
from cqrs_gen.updating.guards import require_nothing_half_done
from cqrs_gen.updating.remains import State, find_remains
from cqrs_gen.updating.repositories import find_repository

if TYPE_CHECKING:
    from cqrs_gen.updating.remains import Remains

NONE = "there is no update to take back"


def abort(*, dry_run: bool, as_json: bool) -> None:
    """Take back the update that is not committed yet; raises Conflict if there is none."""
    project = find_project()
    undone = recovered(project.root, only_reads=dry_run)
    show_warnings(undone)
    repository = find_repository(project.root)
    with locked(repository.place, whose=project.root):
        found = find_remains(repository)
        if found is None and undone:
            return  # and that was all that there was to take back
        remains = _to_take_back(found)
        require_nothing_half_done(repository)
        plan = plan_return(project.root, remains)
        notes = [] if dry_run else take_back(repository, remains, plan)
    if as_json:
        show_json({**plan.as_json(), "notes": notes})
        return
    show_plan(plan)
    show_notes(notes)
    if not dry_run:
        but = " but what stays" if remains.of(State.EDITED_WITHOUT) else ""
        show_line(f"all{but} is as it was before the update to {remains.record.version}")


def _to_take_back(remains: Remains | None) -> Remains:
    """Return what is left of an update; raises Conflict where that is nothing, and says why."""
    if remains is None:
        raise Conflict(f"{NONE}: none was begun here", hint=REVERT)
    if remains.is_here or remains.is_as_before:
        return remains
    version = remains.record.version
    if remains.is_over:
        raise Conflict(
            f"{NONE}: since the update to {version} began, its files were committed", hint=REVERT
        )
    raise Conflict(
        f"{NONE}: nothing of the update to {version} is left in the files that it changed",
        hint="\n".join((ELSEWHERE, *_left_behind(remains))),
    )


def _left_behind(remains: Remains) -> list[str]:
    made = [f"`{each.noted.path}`" for each in remains.of(State.AFTER)]
    return [f"files that it made are still here: {', '.join(made)}"] if made else []


REVERT = "one that is committed is undone by `git revert`"
ELSEWHERE = "it was committed on another branch, stashed or reset; what you wrote since stays"
