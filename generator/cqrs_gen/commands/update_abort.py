"""`update --abort`: all put back as it was before the last update, also if that was killed."""

from __future__ import annotations

from cqrs_gen.commands.clear_up import recovered
from cqrs_gen.errors import Conflict
from cqrs_gen.locking import locked
from cqrs_gen.project import find_project
from cqrs_gen.report import show_json, show_line, show_notes, show_plan, show_warnings
from cqrs_gen.updating.doing import plan_return, take_back
from cqrs_gen.updating.records import read_record
from cqrs_gen.updating.repositories import find_repository


def abort(*, dry_run: bool, as_json: bool) -> None:
    """Take back the update that is not committed yet; raises Conflict if there is none."""
    project = find_project()
    undone = recovered(project.root, only_reads=dry_run)
    show_warnings(undone)
    repository = find_repository(project.root)
    with locked(repository.place, whose=project.root):
        record = read_record(repository)
        if record is None and undone:
            return  # and that was all that there was to take back
        if record is None:
            raise Conflict(
                "there is no update to take back: none was begun from the commit you are at",
                hint="one that is committed is undone by `git revert`",
            )
        plan = plan_return(project.root, record)
        notes = [] if dry_run else take_back(repository, record, plan)
    if as_json:
        show_json({**plan.as_json(), "notes": notes})
        return
    show_plan(plan)
    show_notes(notes)
    if not dry_run:
        show_line(f"all is as it was before the update to {record.version}")
