"""`add`: what all kinds have in common, from finding the project to the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import typer

from cqrs_gen import options as o
from cqrs_gen.applying import apply, require_no_clashes
from cqrs_gen.commands.add_slice import add_slice
from cqrs_gen.commands.adding import Addition, plan_additions
from cqrs_gen.commands.clear_up import recovered
from cqrs_gen.errors import InvalidName
from cqrs_gen.intent import misread_intent
from cqrs_gen.kinds import BUILT_IN, kinds_of
from cqrs_gen.names import Name
from cqrs_gen.project import find_project, require_package
from cqrs_gen.report import show_json, show_notes, show_patch, show_plan, show_warnings

if TYPE_CHECKING:
    from collections.abc import Callable

    from cqrs_gen.plan import Plan
    from cqrs_gen.project import Project


HELP = """Add a slice of this project's own kind: {kind}.

\b
Examples:
  cqrs-gen add {kind} PlaceOrder order_id:UUID note:str?
"""


class Wish(NamedTuple):
    """What was asked of the plan: only to show it, how, and what to do where files differ."""

    dry_run: bool = False
    diff: bool = False
    as_json: bool = False
    force: bool = False
    skip: bool = False


def run(kind: str, name: str, decide: Callable[[Project], Addition], wish: Wish) -> None:
    """Plan what was asked for; show it; apply it whole, unless it was only to be shown."""
    project = find_project()
    only_reads = wish.dry_run or wish.diff
    warnings = (*recovered(project.root, only_reads=only_reads), *_slips(kind, name))
    show_warnings(warnings)
    require_package(project)
    addition = decide(project)
    plan = plan_additions(project, [addition], force=wish.force, skip=wish.skip)
    _show(plan, addition, warnings, wish)
    require_no_clashes(plan)
    if not only_reads:
        apply(plan)


def _slips(kind: str, name: str) -> tuple[str, ...]:
    """Warn of a name that says something else than its kind: it may explain what fails next."""
    try:
        parsed = Name.parse(name, kind)
    except InvalidName:
        return ()  # which is what fails next
    return tuple(filter(None, [misread_intent(parsed.text, kind)]))


def _show(plan: Plan, addition: Addition, warnings: tuple[str, ...], wish: Wish) -> None:
    if wish.as_json:
        told = {"notes": addition.notes, "warnings": warnings}
        show_json({**plan.as_json(), **told})
    elif wish.diff:
        show_patch(plan.diff())
    else:
        show_plan(plan)
        show_notes(addition.notes)


def register_kinds(app: typer.Typer, project: Project) -> None:
    """Give the command line an `add KIND` for every kind that the team has made."""
    built_in = {kind.name for kind in BUILT_IN}
    for kind in kinds_of(project.root):
        if kind not in built_in:
            app.command(kind, help=HELP.format(kind=kind))(_command(kind))


def _command(kind: str) -> Callable[..., None]:
    def command(
        name: o.MessageName,
        fields: o.Fields = None,
        *,
        dry_run: o.DryRun = False,
        diff: o.Diff = False,
        as_json: o.Json = False,
        force: o.Force = False,
        skip: o.Skip = False,
    ) -> None:
        wish = Wish(dry_run=dry_run, diff=diff, as_json=as_json, force=force, skip=skip)
        run(kind, name, lambda project: add_slice(project, kind, name, fields or ()), wish)

    return command
