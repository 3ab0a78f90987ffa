"""Does what a plan says, whole or not at all, even if the process is killed half-way.

1. stage: `.cqrs-gen/.pending/` gets every new content, and a copy of all that is to go
2. note: one rename puts `manifest.json` there, and from now on the run can be undone
3. move: each new content goes to its place by one rename
4. finish: what must come with the files, such as git's index, is written
5. commit: `manifest.json` is removed, and from now on nothing is undone

So a run that died leaves either a manifest, which `recover` undoes, or mere litter.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from cqrs_gen.changes import Blocked, Create, Delete, Keep, Overwrite, is_same_text
from cqrs_gen.errors import Conflict
from cqrs_gen.recovering import (
    MANIFEST,
    PENDING,
    alone,
    discard,
    failing_as,
    has_remains,
    staged,
    undo,
)
from cqrs_gen.staging import missing_folders, note, stage, take_modes
from cqrs_gen.targets import Targets

if TYPE_CHECKING:
    from collections.abc import Callable

    from cqrs_gen.changes import Change
    from cqrs_gen.plan import Plan
    from cqrs_gen.targets import Found


def apply(plan: Plan, finish: Callable[[], None] = lambda: None) -> None:
    """Do all that the plan says and then `finish`, or nothing: if that raises, all is undone.

    Raises Conflict if the plan has clashes or the disk is no longer as the plan saw it,
    Failed if the machine did not play along; the files are then as they were before.
    """
    require_no_clashes(plan)
    if plan.writes or has_remains(plan.root):
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
    try:
        stage(plan)
        _require_unchanged(plan)
        take_modes(plan)
        note(plan)
        _move(plan)
        finish()
        (plan.root / MANIFEST).unlink()
    except BaseException:
        undo(plan.root)
        raise
    with suppress(OSError):  # litter that cannot be removed now is removed by the next run
        discard(plan.root / PENDING)


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


def _move(plan: Plan) -> None:
    for folder in missing_folders(plan):
        with failing_as(f"cannot make `{folder}`"):
            (plan.root / folder).mkdir()
    for number, change in enumerate(plan.writes):
        with failing_as(f"cannot {change.action} `{change.path}`"):
            if isinstance(change, Delete):
                (plan.root / change.path).unlink()
            else:
                (plan.root / staged(number, "new")).replace(plan.root / change.path)
