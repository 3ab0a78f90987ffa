"""All that one run wants done, as data: shown, compared and diffed before anything is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cqrs_gen.changes import (
    Blocked,
    Change,
    Clash,
    Create,
    Delete,
    Keep,
    Overwrite,
    Skip,
    Write,
    is_same_text,
    sides,
)
from cqrs_gen.errors import Failed, UsageError
from cqrs_gen.targets import Found, Targets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path, PurePosixPath


class Plan(NamedTuple):
    """All that one run wants done below `root`; doing it is `applying.apply`."""

    root: Path
    changes: tuple[Change, ...]

    @property
    def clashes(self) -> tuple[Clash | Blocked, ...]:
        """The changes that stand in the way of applying any."""
        return tuple(change for change in self.changes if isinstance(change, Clash | Blocked))

    @property
    def is_clean(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.clashes

    @property
    def writes(self) -> tuple[Write, ...]:
        """The changes that change the disk."""
        return tuple(c for c in self.changes if isinstance(c, Create | Overwrite | Delete))

    def lines(self) -> tuple[str, ...]:
        """Say a line a file, as Rails does."""
        return tuple(_line(change) for change in self.changes)

    def diff(self) -> str:
        """Show what would change as one patch that `git apply` takes."""
        from cqrs_gen.diffs import patch  # noqa: PLC0415 - only `--diff` pays for difflib

        return "".join(patch(c.path, *sides(c)) for c in self.changes)

    def as_json(self) -> dict[str, list[dict[str, str]]]:
        """Give `{"changes": [{"action", "path"}]}`, with `content` or `why` where there is one."""
        return {"changes": [_as_json(change) for change in self.changes]}


def plan_files(
    root: Path,
    rendered: Mapping[PurePosixPath, str],
    *,
    force: bool = False,
    skip: bool = False,
) -> Plan:
    """Compare files with what stands below `root`, in the order of their paths.

    `force` turns clashes into overwrites, `skip` leaves what is there. A file that differs
    by its line ends alone, as after a checkout on Windows, is identical.
    Raises Failed for a path that leads out of the root, UsageError for `force` with `skip`.
    """
    if force and skip:
        raise UsageError("`--force` and `--skip` exclude each other", hint="give one of them")
    _require_distinct(rendered)
    targets = Targets(root)
    found = ((path, rendered[path], targets.find(path)) for path in sorted(rendered))
    changes = (_compare(path, new, old) for path, new, old in found)
    return Plan(root, tuple(_decide(change, force=force, skip=skip) for change in changes))


def _require_distinct(rendered: Mapping[PurePosixPath, str]) -> None:
    seen: dict[str, PurePosixPath] = {}
    for path in sorted(rendered):
        twin = seen.setdefault(str(path).casefold(), path)
        if twin != path:
            raise Failed(
                f"`{twin}` and `{path}` differ only by case, so they cannot both be written",
                hint="mend the paths in the slice's templates",
            )


def _compare(path: PurePosixPath, new: str, old: Found) -> Create | Keep | Clash | Blocked:
    if old is None:
        return Create(path, new)
    if isinstance(old, Blocked):
        return old
    return Keep(path, new) if is_same_text(old, new) else Clash(path, old, new)


def _decide(change: Create | Keep | Clash | Blocked, *, force: bool, skip: bool) -> Change:
    if skip and isinstance(change, Clash | Blocked):
        return Skip(change.path)
    if force and isinstance(change, Clash):
        return Overwrite(change.path, change.old, change.new)
    return change


def _line(change: Change) -> str:
    why = f" ({change.why})" if isinstance(change, Blocked) else ""
    return f"{change.action:>12}  {change.path}{why}"


def _as_json(change: Change) -> dict[str, str]:
    shown = {"action": change.action, "path": str(change.path)}
    match change:
        case Create(content=new) | Clash(new=new) | Overwrite(new=new):
            return {**shown, "content": new}
        case Blocked(why=why):
            return {**shown, "why": why}
        case _:
            return shown
