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
from cqrs_gen.changes import Create
from cqrs_gen.commands.clear_up import recovered
from cqrs_gen.errors import Conflict, Failed
from cqrs_gen.git import start_repository
from cqrs_gen.plan import plan_files
from cqrs_gen.report import show_warnings
from cqrs_gen.version import version

if TYPE_CHECKING:
    from collections.abc import Iterator

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
        _fill(folder, target)
        if repository:
            start_repository(target, message)
        return
    if repository:
        start_repository(folder, message)
    target.parent.mkdir(parents=True, exist_ok=True)
    folder.rename(target)


def nearest(folder: Path) -> Path:
    """Find the folder itself or the nearest one above it that is there."""
    return next(each for each in (folder, *folder.parents) if each.is_dir())


def _fill(folder: Path, target: Path) -> None:
    """Put files among those that are there."""
    show_warnings(recovered(target))
    files = (path for path in folder.rglob("*") if path.is_file())
    contents = {
        PurePosixPath(path.relative_to(folder).as_posix()): path.read_bytes().decode()
        for path in files
    }
    plan = plan_files(target, contents)
    taken = [f"`{change.path}`" for change in plan.changes if not isinstance(change, Create)]
    if taken:
        more = f" and {len(taken) - NAMED} more" if len(taken) > NAMED else ""
        raise Conflict(
            f"`{target}` has files of the same names: {', '.join(taken[:NAMED])}{more}",
            hint="move them away, or make the project in another folder",
        )
    apply(plan)
