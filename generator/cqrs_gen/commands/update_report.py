"""What is told of an update: a line a file, what is left to a person, and what to type next."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cqrs_gen.errors import Conflict
from cqrs_gen.report import show_json, show_line, show_notes, show_patch, show_plan
from cqrs_gen.toml_text import written

if TYPE_CHECKING:
    from cqrs_gen.commands.needed import Needs
    from cqrs_gen.plan import Plan
    from cqrs_gen.updating.merging import Outcome

NEXT = """next:
  git diff                      what it changed
  pip install -e ".[dev]"       what it needs may have changed too
  pytest                        what you have still holds
  make check                    so do the rules
then commit it; `cqrs-gen update --abort` takes it back until you do"""
BY_HAND = """`pyproject.toml` is yours and stays as it is; the new version of the template needs
this there too (where a table or a list is there, add to it):"""
MEND = """change each to what there is now; the changelog of cqrs-gen says what became of it
or take the update back: `cqrs-gen update --abort`"""
SETTLE = """in a file with conflicts, look for `<<<<<<<`; `git checkout --ours FILE` takes yours,
  `--theirs` the template's; `git add FILE` (or `git rm FILE`) says that it is settled
or take all of it back: `cqrs-gen update --abort`"""


class Told(NamedTuple):
    """An update that was made, or would be: from which version to which, and all that it does.

    `needs` are for a `pyproject.toml` that is the team's.
    """

    before: str
    after: str
    plan: Plan
    outcome: Outcome
    needs: Needs

    @property
    def is_nothing(self) -> bool:
        """Whether there was nothing to do."""
        return not (self.plan.changes or self.outcome.unsettled)

    @property
    def is_left_to_you(self) -> bool:
        """Whether there is something that only a person can do."""
        return bool(self.outcome.unsettled or self.outcome.breaks)


def show(told: Told, *, dry_run: bool, as_json: bool) -> None:
    """Print it; raises Conflict, which is exit code 1, if something is left to a person."""
    if as_json:
        show_json(_as_json(told))
    else:
        _show(told, dry_run=dry_run)
    if told.is_left_to_you:
        raise _left_to_you(told, dry_run=dry_run)


def _show(told: Told, *, dry_run: bool) -> None:
    show_plan(told.plan)
    show_notes(told.outcome.notes)
    _show_needs(told.needs)
    if told.is_nothing:
        show_line(f"at {told.after} already: there is nothing to bring forward")
    elif dry_run:
        show_line(f"\nfrom {told.before} to {told.after}, it would change:\n")
        show_patch(told.plan.diff())
    elif not told.is_left_to_you:
        show_line(f"brought from {told.before} to {told.after}")
        show_line(NEXT)


def _show_needs(needs: Needs) -> None:
    if needs.additions:
        show_line(f"\n{BY_HAND}\n\n{written(needs.additions)}")
    show_notes(needs.notes)


def _left_to_you(told: Told, *, dry_run: bool) -> Conflict:
    files = [f"`{each.path}`: {each.why}" for each in told.outcome.unsettled]
    breaks = [f"`{each.path}:{each.line}`: {each.what}" for each in told.outcome.breaks]
    counts = (_counted(len(files), "file"), _counted(len(breaks), "line of your code"))
    what = " and ".join(count for count in counts if count)
    if dry_run:
        return Conflict(f"{what} would be left to you", hint="\n".join((*files, *breaks)))
    ways_out = (*([MEND] if breaks and not files else []), *([SETTLE] if files else []))
    return Conflict(
        f"brought from {told.before} to {told.after}, but for {what} left to you",
        hint="\n".join((*files, *breaks, *ways_out)),
    )


def _counted(count: int, thing: str) -> str:
    several = thing.replace("file", "files").replace("line", "lines")
    return {0: "", 1: f"a {thing}"}.get(count, f"{count} {several}")


def _as_json(told: Told) -> dict[str, object]:
    return {
        "from": told.before,
        "to": told.after,
        **told.plan.as_json(),
        "conflicts": [{"path": str(e.path), "why": e.why} for e in told.outcome.unsettled],
        "breaks": [
            {"path": str(e.path), "line": e.line, "what": e.what} for e in told.outcome.breaks
        ],
        "pyproject": told.needs.additions,
        "notes": [*told.outcome.notes, *told.needs.notes],
    }
