"""`update --check`: whether the project is behind its template, for CI."""

from __future__ import annotations

from cqrs_gen.commands.clear_up import recovered
from cqrs_gen.errors import Conflict
from cqrs_gen.project import find_project
from cqrs_gen.report import show_json, show_line
from cqrs_gen.updating.planning import choose_step


def check(to: str | None, template: str | None, *, as_json: bool) -> None:
    """Say where it stands; raises Conflict, which is exit code 1, if it is behind."""
    root = find_project().root
    recovered(root, only_reads=True)
    step = choose_step(root, to, template)
    now, newest = str(step.now or step.origin.commit), str(step.release.version)
    if as_json:
        show_json({"from": now, "to": newest, "behind": step.is_behind})
    if step.is_behind:
        raise Conflict(
            f"this project is at {now}, and its template at {newest}",
            hint="bring it forward: `cqrs-gen update`",
        )
    if not as_json:
        show_line(f"at {now}, which is the newest")
