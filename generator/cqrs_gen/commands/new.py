"""`new project`: a project that runs, in a folder of its own or among what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.boundary import require_no_git_folder
from cqrs_gen.commands.adopting import adopt
from cqrs_gen.commands.clear_up import recovered
from cqrs_gen.commands.first_messages import add_first_messages
from cqrs_gen.commands.ordering import advise, is_below_repository, render, tell, workflow_notes
from cqrs_gen.commands.placing import nearest, plan_of, put_in_place, require_untaken, staged
from cqrs_gen.errors import Conflict
from cqrs_gen.existing import existing_project
from cqrs_gen.git import is_inside_repository
from cqrs_gen.packages import package_from_project
from cqrs_gen.plain_text import is_project_name
from cqrs_gen.project import ANSWERS, Project
from cqrs_gen.report import show_notes, show_plan, show_warnings
from cqrs_gen.streams import someone_answers

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cqrs_gen.commands.ordering import Order


def new_project(order: Order) -> None:
    """Make the project beside its place, then put it there whole; raises if it cannot be."""
    target = order.destination.resolve()
    require_no_git_folder(target)
    show_warnings(recovered(target, only_reads=order.dry_run))
    _require_folder(target)
    existing = existing_project(target)
    if existing is None:
        _make(order, target)
    else:
        adopt(order, existing)


def _make(order: Order, target: Path) -> None:
    wants_repository = order.git and not is_inside_repository(nearest(target))
    with staged(target) as folder:
        rendered = render(order, folder, _defaults(order.answers, target))
        advise(rendered)
        if not order.bare:
            add_first_messages(Project(folder, rendered.package_name))
        if order.dry_run:
            plan = plan_of(folder, target)
            show_plan(plan)
            require_untaken(plan)
            return
        put_in_place(folder, target, repository=wants_repository)
    tell(order.destination, rendered, is_committed=wants_repository or not order.git)
    show_notes(workflow_notes(target, rendered))


def _require_folder(target: Path) -> None:
    if target.exists() and not target.is_dir():
        raise Conflict(
            f"`{target}` is a file", hint="name a folder, one that is there or a new one"
        )
    if (target / ANSWERS).exists():
        raise Conflict(
            f"`{target}` holds a project already",
            hint="`cd` into it and `cqrs-gen add` to it, or name another folder",
        )


def _defaults(answers: Mapping[str, object], target: Path) -> dict[str, object]:
    """Offer the folder's name; the template derives a package from what is then typed.

    Below the top of a repository nothing would read a workflow.
    """
    name = str(answers.get("project_name") or _project_name(target.name))
    package = {} if someone_answers() else {"package_name": package_from_project(name)}
    ci = {"ci": "none"} if is_below_repository(target) else {}
    return {"project_name": name, **package, **ci}


def _project_name(folder: str) -> str:
    is_plain = folder.isascii() and folder.replace("-", "").replace("_", "").isalnum()
    derived = package_from_project(folder).replace("_", "-")
    name = folder if is_plain and is_project_name(folder) else derived
    return name if is_project_name(name) else f"{name}-app"
