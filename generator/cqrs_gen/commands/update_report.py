"""What is told of an update: a line a file, what is left to a person, and what to type next."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cqrs_gen.errors import Conflict
from cqrs_gen.report import show_json, show_line, show_notes, show_patch, show_plan

if TYPE_CHECKING:
    from cqrs_gen.plan import Plan
    from cqrs_gen.updating.merging import Outcome

NEXT = """next:
  git diff                      what it changed
  pip install -e ".[dev]"       what it needs may have changed too
  pytest                        what you have still holds
  make check                    so do the rules
then commit it; `cqrs-gen update --abort` takes it back until you do"""
SETTLE = """in a file with conflicts, look for `<<<<<<<`; `git checkout --ours FILE` takes yours,
  `--theirs` the template's; `git add FILE` (or `git rm FILE`) says that it is settled
or take all of it back: `cqrs-gen update --abort`"""


class Told(NamedTuple):
    """An update that was made, or would be: from which version to which, and all that it does."""

    before: str
    after: str
    plan: Plan
    outcome: Outcome

    @property
    def is_nothing(self) -> bool:
        """Whether there was nothing to do."""
        return not (self.plan.changes or self.outcome.unsettled)


def show(told: Told, *, dry_run: bool, as_json: bool) -> None:
    """Print it; raises Conflict, which is exit code 1, if something is left to a person."""
    if as_json:
        show_json(_as_json(told))
    else:
        _show(told, dry_run=dry_run)
    if told.outcome.unsettled:
        raise _left_to_you(told, dry_run=dry_run)


def _show(told: Told, *, dry_run: bool) -> None:
    show_plan(told.plan)
    show_notes(told.outcome.notes)
    if told.is_nothing:
        show_line(f"at {told.after} already: there is nothing to bring forward")
    elif dry_run:
        show_line(f"\nfrom {told.before} to {told.after}, it would change:\n")
        show_patch(told.plan.diff())
    elif not told.outcome.unsettled:
        show_line(f"brought from {told.before} to {told.after}")
        show_line(NEXT)


def _left_to_you(told: Told, *, dry_run: bool) -> Conflict:
    files = [f"`{each.path}`: {each.why}" for each in told.outcome.unsettled]
    count = f"{len(files)} files" if len(files) > 1 else "a file"
    if dry_run:
        return Conflict(f"{count} would be left to you", hint="\n".join(files))
    what = f"brought from {told.before} to {told.after}, but for {count} left to you"
    return Conflict(what, hint="\n".join((*files, SETTLE)))


def _as_json(told: Told) -> dict[str, object]:
    return {
        "from": told.before,
        "to": told.after,
        **told.plan.as_json(),
        "conflicts": [{"path": str(e.path), "why": e.why} for e in told.outcome.unsettled],
        "notes": told.outcome.notes,
    }
