"""Does what a plan says, whole or not at all, even if the process is killed half-way.

Its record is in a folder of the user's own, never in the project: see `state`.

1. stage: `staged.json` says which files and folders are laid out, and then they are: each new
   content beside its place, each old one in the record too
2. note: one rename makes `manifest.json`, and from now on the run can be undone
3. move: each new content goes to its place by one rename
4. finish: what must come with the files, such as git's index, is written
5. commit: `manifest.json` is removed, and from now on nothing is undone
6. tidy up: what was laid out and is left goes, `staged.json` last

So a run that died leaves either a manifest, which `recover` undoes, or mere litter.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from cqrs_gen.boundary import require_inside
from cqrs_gen.changes import Blocked, Create, Delete, Keep, Overwrite, is_same_text
from cqrs_gen.errors import Conflict, Failed
from cqrs_gen.recovering import (
    MANIFEST,
    UNFINISHED,
    alone,
    discard,
    failing_as,
    tidy_up,
    undo,
)
from cqrs_gen.staging import lay_out, note_manifest, note_staged
from cqrs_gen.targets import Targets

if TYPE_CHECKING:
    from collections.abc import Callable

    from cqrs_gen.changes import Change
    from cqrs_gen.plan import Plan
    from cqrs_gen.recovering import Staged
    from cqrs_gen.targets import Found


def apply(plan: Plan, finish: Callable[[], None] = lambda: None) -> None:
    """Do all that the plan says and then `finish`, or nothing: if that raises, all is undone.

    Raises Conflict if the plan has clashes or the disk is no longer as the plan saw it,
    Failed if the machine did not play along; the files are then as they were before.
    """
    require_no_clashes(plan)
    if plan.writes or UNFINISHED.find(plan.root):
        with alone(plan.root):
            _require_nothing_undone(undo(plan.root))
            _write(plan, finish)
    else:
        finish()


def require_no_clashes(plan: Plan) -> None:
    if plan.is_clean:
        return
    named = ", ".join(f"`{c.path}`" + _why(c) for c in plan.clashes)
    if all(isinstance(clash, Blocked) for clash in plan.clashes):
        hint = "not even `--force` can write there: move it out of the way, or `--skip` it"
    else:
        hint = "`--diff` shows how they differ, `--force` overwrites, `--skip` keeps what is there"
    raise Conflict(f"nothing is written, since these are in the way: {named}", hint=hint)


def _why(change: Change) -> str:
    return f" ({change.why})" if isinstance(change, Blocked) else ""


def _require_nothing_undone(lines: tuple[str, ...]) -> None:
    # The plan was made from files that are no longer there.
    if lines:
        raise Conflict(
            "an earlier run was stopped half-way, and is undone only now",
            hint="\n".join((*lines, "run the same again")),
        )


def _write(plan: Plan, finish: Callable[[], None]) -> None:
    place = UNFINISHED.place(plan.root)
    try:
        discard(place)  # litter of a run that died early, or of another folder of this name
        staged = note_staged(plan, place)
        lay_out(plan, place, staged)
        _require_unchanged(plan)
        note_manifest(plan, place)
        _move(plan, staged)
        finish()
        (place / MANIFEST).unlink()
    except BaseException:
        undo(plan.root)
        raise
    with suppress(OSError, Failed):  # litter that cannot be removed now is removed by the next run
        tidy_up(plan.root, place, staged)


def _require_unchanged(plan: Plan) -> None:
    targets = Targets(plan.root)
    changed = [c.path for c in plan.changes if not _is_as_seen(c, targets.find(c.path))]
    if changed:
        named = ", ".join(f"`{path}`" for path in changed)
        raise Conflict(
            f"nothing is written, since these changed meanwhile: {named}", hint="run again"
        )


def _is_as_seen(change: Change, now: Found) -> bool:
    match change:
        case Create():
            return now is None
        case Keep(content=old):
            return isinstance(now, str) and is_same_text(now, old)
        case Overwrite(old=old) | Delete(old=old):
            return now == old
        case _:
            return True


def _move(plan: Plan, staged: Staged) -> None:
    for number, change in enumerate(plan.writes):
        with failing_as(f"cannot {change.action} `{change.path}`"):
            target = require_inside(plan.root, change.path)
            if isinstance(change, Delete):
                target.unlink()
            else:
                staged.beside(target, number, "new").replace(target)
