"""A service that is put into a repository which is there already, as its team has it."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from cqrs_gen.applying import apply
from cqrs_gen.changes import Keep, Skip, Update
from cqrs_gen.commands.filling import filling
from cqrs_gen.commands.ignoring import GITIGNORE, OWN, left_to_ignore, own_ignores
from cqrs_gen.commands.needed import Needs, needs_of
from cqrs_gen.commands.needed_tools import Service
from cqrs_gen.commands.ordering import tell, workflow_notes
from cqrs_gen.commands.placing import require_untaken, staged
from cqrs_gen.commands.to_do import show_what_is_left
from cqrs_gen.existing import PYPROJECT, Existing
from cqrs_gen.plan import Plan, plan_files
from cqrs_gen.report import show_notes, show_plan
from cqrs_gen.toml_text import added_to

if TYPE_CHECKING:
    from cqrs_gen.commands.filling import Filling
    from cqrs_gen.commands.ordering import Order

README = "README.md"


def adopt(order: Order, existing: Existing) -> None:
    """Add what a service needs, whole or not at all; no file that is there is touched.

    Only `pyproject.toml` is, if that was asked for. Raises Conflict where it cannot work.
    """
    with staged(existing.root) as folder:
        made = filling(order, existing, folder)
    to_ignore: tuple[str, ...] = ()
    if str(GITIGNORE) in made.kept.there:
        wanted = made.whole.get(GITIGNORE, "")
        made.files[OWN] = own_ignores(wanted)
        to_ignore = left_to_ignore(existing.root, wanted)
    needs = _needs(made, existing) if PYPROJECT in made.kept.there else Needs({}, ())
    plan = _plan(order, existing, made, needs)
    show_plan(plan)
    require_untaken(plan, Keep, Skip, Update)
    if not order.dry_run:
        apply(plan)
        has_own_readme = README in made.kept.paths
        tell(order.destination, made.rendered, has_own_readme=has_own_readme)
        show_notes(workflow_notes(existing.root, made.rendered))
    show_what_is_left(needs, to_ignore, is_edited=order.edit_pyproject)


def _needs(made: Filling, existing: Existing) -> Needs:
    package = made.rendered.package_name
    paths = frozenset(map(str, made.files))
    service = Service(package, package not in existing.packages, paths)
    of_its_own = Existing.read(existing.root, made.whole.get(PurePosixPath(PYPROJECT), ""))
    return needs_of(service, of_its_own, existing)


def _plan(order: Order, existing: Existing, made: Filling, needs: Needs) -> Plan:
    changes = plan_files(existing.root, made.files).changes
    kept = [Skip(PurePosixPath(path)) for path in made.kept.there]
    if order.edit_pyproject and needs.additions:
        edited = added_to(existing.text, needs.additions)
        kept.remove(Skip(PurePosixPath(PYPROJECT)))
        changes = (*changes, Update(PurePosixPath(PYPROJECT), existing.text, edited))
    return Plan(existing.root, tuple(sorted((*changes, *kept), key=lambda change: change.path)))
