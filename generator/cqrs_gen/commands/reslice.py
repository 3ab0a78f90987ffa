"""Slices brought forward: planned, shown and applied, as everything that changes files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from cqrs_gen.applying import apply
from cqrs_gen.commands.reslicing import plan_slices
from cqrs_gen.errors import Conflict
from cqrs_gen.report import show_notes, show_plan

if TYPE_CHECKING:
    from pathlib import Path

    from cqrs_gen.commands.add import Wish
    from cqrs_gen.commands.reslicing import Resliced
    from cqrs_gen.project import Project


def reslice(project: Project, old_templates: Path, new_templates: Path, wish: Wish) -> None:
    """Bring slices from the old to the new templates; raises Conflict once marks are written."""
    resliced = plan_slices(project, old_templates, new_templates)
    _show(resliced, wish)
    if wish.dry_run or wish.diff:
        return
    apply(resliced.plan)
    if resliced.conflicts:
        named = ", ".join(f"`{path}`" for path in resliced.conflicts)
        count = len(resliced.conflicts)
        raise Conflict(
            f"{count} {'slice has' if count == 1 else 'slices have'} conflicts: {named}",
            hint="look for `<<<<<<<` there, and decide between both sides",
        )


def _show(resliced: Resliced, wish: Wish) -> None:
    if wish.as_json:
        import json  # noqa: PLC0415  only `--json` needs it

        told = {**resliced.plan.as_json(), "notes": resliced.left}
        typer.echo(json.dumps(told, indent=2))
    elif wish.diff:
        typer.echo(resliced.plan.diff(), nl=False)
    else:
        show_plan(resliced.plan)
        show_notes(resliced.left)
