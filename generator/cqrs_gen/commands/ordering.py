"""A project as it was asked for, and the template's answer to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from cqrs_gen.errors import Failed
from cqrs_gen.packages import parse_package
from cqrs_gen.report import show_line, show_warnings
from cqrs_gen.streams import someone_answers
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

UNREAD_WORKFLOW = (
    "GitHub reads workflows at the top of a repository alone: move `.github/workflows/ci.yml` "
    "there, with this folder as its `working-directory`"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What was asked for: where, from which template, answered how."""

    destination: Path
    answers: Mapping[str, object]
    template: str | None = None
    bare: bool = False
    git: bool = True
    edit_pyproject: bool = False
    dry_run: bool = False


def render(order: Order, folder: Path, defaults: Mapping[str, object]) -> Rendered:
    """Render the template into a folder; raises InvalidName for a package that cannot be."""
    if "package_name" in order.answers:
        parse_package(str(order.answers["package_name"]))
    source = template_source(order.template)
    rendered = render_project(source, folder, order.answers, defaults, asking=someone_answers())
    parse_package(rendered.package_name)
    return rendered


def advise(rendered: Rendered) -> None:
    """Say that plain CRUD would do, where nothing was said to speak for CQRS."""
    if rendered.reasons:
        return
    show_warnings([f"{PLAIN_CRUD}\n  {ADVICE}"])
    if someone_answers() and not typer.confirm("Go on with CQRS all the same?", default=False):
        raise Failed("nothing is made", hint="a good choice: plain CRUD it is")


def is_below_repository(folder: Path) -> bool:
    """Tell whether a folder lies in a repository, and not at its top."""
    return not (folder / ".git").exists() and any((up / ".git").exists() for up in folder.parents)


def workflow_notes(folder: Path, rendered: Rendered) -> list[str]:
    """Say what is to be done where GitHub would not find the project's workflow."""
    if not is_below_repository(folder):
        return []
    if rendered.answers.get("ci") == "github":
        return [UNREAD_WORKFLOW]
    return ["no CI runs its checks yet: let one at the top of the repository run `make check` here"]


def tell(
    destination: Path,
    rendered: Rendered,
    *,
    has_own_readme: bool = False,
    is_committed: bool = True,
) -> None:
    """Say that it is made, and what to type next; a README of the team's says nothing of it."""
    show_line(f"made {rendered.project_name} in {destination}")
    show_line("next:")
    if destination.name:
        show_line(f"  cd {_quoted(destination)}")
    if not is_committed:
        show_line("  git add --all . && git commit, since `copier update` starts from a commit")
    show_line("  cqrs-gen add command PlaceOrder customer_id:UUID total:Decimal")
    show_line("  cqrs-gen check --advise")
    if not has_own_readme:
        show_line("  its README.md says how to run and test it")


def _quoted(path: Path) -> str:
    import shlex  # noqa: PLC0415

    return shlex.quote(str(path))
