"""How a new project comes to its place: made beside it, then put there whole."""

from __future__ import annotations

import shutil
import signal
import sys
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from cqrs_gen.applying import apply
from cqrs_gen.boundary import require_inside
from cqrs_gen.changes import Create
from cqrs_gen.errors import Conflict, Failed
from cqrs_gen.git import start_repository
from cqrs_gen.plan import Plan, plan_files
from cqrs_gen.version import version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cqrs_gen.changes import Change

NAMED = 10
"""As many files as one error names."""

TERMINATED = 128 + signal.SIGTERM


@contextmanager
def staged(target: Path) -> Iterator[Path]:
    """Give a folder to make the project in; it is gone afterwards, whatever happens.

    For a new folder it is on the target's own file system, so that one rename puts it in place.
    """
    beside = None if target.exists() else nearest(target)
    try:
        made = Path(tempfile.mkdtemp(prefix=".cqrs-gen-", dir=beside))
    except OSError as error:
        raise Failed(
            f"`{beside}` cannot be written to: {error.strerror}",
            hint="make the project elsewhere: `cqrs-gen new project FOLDER`",
        ) from None
    with suppress(ValueError):  # only a main thread hears signals
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    try:
        folder = made / (target.name or "project")
        folder.mkdir()
        yield folder
    finally:
        shutil.rmtree(made, ignore_errors=True)


def put_in_place(folder: Path, target: Path, *, repository: bool) -> None:
    """Put all of a folder where it belongs, or nothing; raises Conflict if names are taken."""
    message = f"Start {target.name} from cqrs-gen {version()}"
    if target.exists():
        plan = plan_of(folder, target)
        require_untaken(plan)
        apply(plan)
        if repository:
            start_repository(target, message)
        return
    if repository:
        start_repository(folder, message)
    target.parent.mkdir(parents=True, exist_ok=True)
    folder.rename(target)


def plan_of(folder: Path, target: Path) -> Plan:
    """Plan to put all files of a folder into another, which may be there already."""
    contents = contents_of(folder)
    if target.exists():
        return plan_files(target, contents)
    return Plan(target, tuple(Create(path, contents[path]) for path in sorted(contents)))


def lay_out(plan: Plan) -> None:
    """Write what a plan creates in a folder that goes as a whole if this fails."""
    for change in plan.changes:
        if not isinstance(change, Create):
            raise Conflict(f"`{change.path}` would be made twice", hint="mend the slice templates")
        place = require_inside(plan.root, change.path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(change.content.encode("utf-8", "surrogateescape"))


def contents_of(folder: Path) -> dict[PurePosixPath, str]:
    """Read all files of a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        PurePosixPath(path.relative_to(folder).as_posix()): path.read_bytes().decode()
        for path in files
    }


def require_untaken(plan: Plan, *allowed: type[Change]) -> None:
    """Raise Conflict, with their names, if there are files that would not be new."""
    fine = (Create, *allowed)
    taken = [f"`{change.path}`" for change in plan.changes if not isinstance(change, fine)]
    if taken:
        more = f" and {len(taken) - NAMED} more" if len(taken) > NAMED else ""
        raise Conflict(
            f"`{plan.root}` has files of the same names: {', '.join(taken[:NAMED])}{more}",
            hint="move them away, or make the project in another folder",
        )


def nearest(folder: Path) -> Path:
    """Find the folder itself or the nearest one above it that is there."""
    return next(each for each in (folder, *folder.parents) if each.is_dir())
