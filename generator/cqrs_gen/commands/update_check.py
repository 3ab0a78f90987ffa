"""`update --check`: whether the project is behind its template, for CI."""

from __future__ import annotations

import json

import typer

from cqrs_gen.bundles import offer_at_home
from cqrs_gen.errors import Conflict
from cqrs_gen.project import find_project
from cqrs_gen.updating.planning import choose_step


def check(to: str | None, template: str | None, *, as_json: bool) -> None:
    """Say where it stands; raises Conflict, which is exit code 1, if it is behind."""
    offer_at_home()
    step = choose_step(find_project().root, to, template)
    now, newest = str(step.now or step.origin.commit), str(step.release.version)
    if as_json:
        typer.echo(json.dumps({"from": now, "to": newest, "behind": step.is_behind}, indent=2))
    if step.is_behind:
        raise Conflict(
            f"this project is at {now}, and its template at {newest}",
            hint="bring it forward: `cqrs-gen update`",
        )
    if not as_json:
        typer.echo(f"at {now}, which is the newest")
