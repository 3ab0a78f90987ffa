"""`new project`: a project that runs, in a folder of its own or among what is there."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from cqrs_gen.commands.first_messages import add_first_messages
from cqrs_gen.commands.placing import nearest, put_in_place, staged
from cqrs_gen.errors import Conflict, Failed
from cqrs_gen.git import is_inside_repository
from cqrs_gen.packages import package_from_project, parse_package
from cqrs_gen.project import ANSWERS, Project
from cqrs_gen.report import show_warnings
from cqrs_gen.template import Rendered, render_project, template_source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PLAIN_CRUD = (
    "nothing here speaks for CQRS: no read model unlike the write model, no heavy reads, "
    "no event sourcing or distributed system"
)
ADVICE = (
    "plain CRUD (a table, an ORM, one model for both) would serve you better; "
    "if something does speak for it, say so: `--because read-model`"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What was asked for: where, from which template, answered how."""

    destination: Path
    answers: Mapping[str, object]
    template: str | None = None
    bare: bool = False
    git: bool = True


def new_project(order: Order) -> None:
    """Make the project beside its place, then put it there whole; raises if it cannot be."""
    target = order.destination.resolve()
    _require_folder(target)
    wants_repository = order.git and not is_inside_repository(nearest(target))
    asking = sys.stdin.isatty() and sys.stdout.isatty()
    with staged(target) as folder:
        rendered = _render(order, folder, target, asking=asking)
        project = Project(folder, rendered.package_name)
        _advise(rendered, asking=asking)
        if not order.bare:
            add_first_messages(project)
        put_in_place(folder, target, repository=wants_repository)
    _tell(order.destination, rendered)


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


def _render(order: Order, folder: Path, target: Path, *, asking: bool) -> Rendered:
    defaults = _defaults(order.answers, target.name, asking=asking)
    source = template_source(order.template)
    rendered = render_project(source, folder, order.answers, defaults, asking=asking)
    parse_package(rendered.package_name)
    return rendered


def _defaults(answers: Mapping[str, object], folder: str, *, asking: bool) -> dict[str, object]:
    """Offer the folder's name; the template derives a package from what is then typed."""
    name = str(answers.get("project_name") or _project_name(folder))
    offered = {"project_name": name, "package_name": package_from_project(name)}
    return {"project_name": name} if asking else {**offered}


def _project_name(folder: str) -> str:
    is_plain = folder.isascii() and folder.replace("-", "").replace("_", "").isalnum()
    return folder if is_plain else package_from_project(folder).replace("_", "-")


def _advise(rendered: Rendered, *, asking: bool) -> None:
    if rendered.reasons:
        return
    show_warnings([f"{PLAIN_CRUD}\n  {ADVICE}"])
    if asking and not typer.confirm("Go on with CQRS all the same?", default=False):
        raise Failed("nothing is made", hint="a good choice: plain CRUD it is")


def _tell(destination: Path, rendered: Rendered) -> None:
    typer.echo(f"made {rendered.project_name} in {destination}")
    typer.echo("next:")
    if destination.name:
        typer.echo(f"  cd {_quoted(destination)}")
    typer.echo("  cqrs-gen add command PlaceOrder customer_id:UUID total:Decimal")
    typer.echo("  cqrs-gen check --advise")
    typer.echo("  its README.md says how to run and test it")


def _quoted(path: Path) -> str:
    import shlex  # noqa: PLC0415

    return shlex.quote(str(path))
