"""`update`: the project's template brought forward, guarded, previewed, whole or not at all."""

from __future__ import annotations

import signal
import sys
from contextlib import nullcontext, suppress
from typing import NamedTuple

from cqrs_gen.commands.adopted import new_needs
from cqrs_gen.commands.clear_up import recovered
from cqrs_gen.commands.following import follow
from cqrs_gen.commands.update_report import Told, show
from cqrs_gen.locking import locked
from cqrs_gen.project import find_project, require_package
from cqrs_gen.report import show_warnings
from cqrs_gen.updating.doing import clear_marks, do, forget_committed
from cqrs_gen.updating.guards import require_settled, require_tracked
from cqrs_gen.updating.planning import Step, Wanted, choose_step, plan_of, plan_update
from cqrs_gen.updating.remains import begun, known_remains
from cqrs_gen.updating.repositories import find_repository

TERMINATED = 128 + signal.SIGTERM


class Wish(NamedTuple):
    """How it is to be done: only shown, and for whom."""

    dry_run: bool = False
    as_json: bool = False
    slices: bool = False
    """Whether slices are brought forward too, which are the team's."""


def update(wanted: Wanted, wish: Wish) -> None:
    """Bring the project around here forward; raises Conflict if something is left to a person."""
    project = find_project()
    show_warnings(recovered(project.root, only_reads=wish.dry_run))
    require_package(project)
    repository = find_repository(project.root)
    _end_tidily()
    with nullcontext() if wish.dry_run else locked(repository.place, whose=project.root):
        if not wish.dry_run:
            show_warnings(clear_marks(repository))
        remains = known_remains(repository)
        require_settled(repository, begun(remains))
        if not wish.dry_run:
            forget_committed(repository, remains)
        step = choose_step(project.root, wanted.to, wanted.template)
        outcome = plan_update(project, repository, step, wanted, follow if wish.slices else None)
        needs = new_needs(project, repository, step, wanted)
        plan = plan_of(project.root, outcome)
        require_tracked(repository, (change.path for change in plan.writes))
        if not wish.dry_run and (plan.writes or outcome.unsettled):
            do(repository, plan, str(step.release.version), outcome.unsettled)
    show(Told(*_from_to(step), plan, outcome, needs), dry_run=wish.dry_run, as_json=wish.as_json)


def _from_to(step: Step) -> tuple[str, str]:
    return str(step.now or step.origin.commit), str(step.release.version)


def _end_tidily() -> None:
    """Let what is begun be undone, and temporary folders go, where the system ends us."""
    with suppress(ValueError):  # only a main thread hears signals
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
