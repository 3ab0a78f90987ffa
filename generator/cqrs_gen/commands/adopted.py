"""What an update asks of a `pyproject.toml` that was there before the service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.commands.needed import Needs, needs_of
from cqrs_gen.commands.needed_tools import Service
from cqrs_gen.existing import PYPROJECT, Existing, existing_project
from cqrs_gen.updating.rendering import Goal, rendered
from cqrs_gen.wanting import wanting

if TYPE_CHECKING:
    from pathlib import Path

    from cqrs_gen.project import Project
    from cqrs_gen.updating.planning import Step, Wanted
    from cqrs_gen.updating.repositories import Repository

NOTHING = Needs({}, ())


def new_needs(project: Project, repository: Repository, step: Step, wanted: Wanted) -> Needs:
    """Return what the new version of the template needs there and the old one did not.

    What the team left out when it took the service in is not said again.
    """
    existing = _kept(project, step)
    if existing is None or not (step.is_behind or wanted.answers):
        return NOTHING
    service = Service(
        project.package, is_new_package=False, paths=frozenset(map(str, repository.tracked()))
    )
    whole = step.origin._replace(answers={**step.origin.answers, "kept": []})
    goal = Goal(step.source, step.release.tag, wanted.answers)
    with rendered(project.root, whole, goal) as sides:
        old, new = (
            needs_of(service, _made(project.root, side), existing)
            for side in (sides.old, sides.new)
        )
    additions = wanting(old.additions, new.additions).additions
    return Needs(additions, tuple(note for note in new.notes if note not in old.notes))


def _kept(project: Project, step: Step) -> Existing | None:
    kept = step.origin.answers.get("kept")
    is_kept = isinstance(kept, list) and PYPROJECT in kept
    return existing_project(project.root) if is_kept else None


def _made(root: Path, side: Path) -> Existing:
    return Existing.read(root, (side / PYPROJECT).read_text(encoding="utf-8"))
