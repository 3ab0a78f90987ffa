"""Run cqrs-gen in a project and kill it at a step: `python rigs/killing.py STEP ARGUMENT…`.

A step is anything that changes the project or the folder of records, just before it happens: a
file that is opened to be written, renamed, linked, removed or given another mode, a folder that
is made or removed, a git that writes. Python itself reports each of them, so no step is missed.
Steps are counted from 1.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CHANGES = {
    *("os.rename", "os.remove", "os.mkdir", "os.rmdir"),
    *("os.link", "os.symlink", "os.chmod", "os.truncate"),
}
WRITING = {"update-index", "hash-object"}
"""The commands of git by which an update writes."""

TO_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Steps:
    """Counts the steps of this process; with `last`, it kills the process before that one."""

    def __init__(self, places: Sequence[Path], last: int | None = None) -> None:
        self._places = tuple(f"{place}{os.sep}" for place in places)
        self._last = last
        self.count = 0

    def watch(self) -> None:
        """Begin to count; there is no way to end it."""
        sys.addaudithook(self._see)

    def _see(self, event: str, arguments: tuple[object, ...]) -> None:
        if not (self._is_change(event, arguments) or _writes_git(event, arguments)):
            return
        self.count += 1
        if self.count == self._last:
            os.kill(os.getpid(), signal.SIGKILL)

    def _is_change(self, event: str, arguments: tuple[object, ...]) -> bool:
        is_open = event == "open" and isinstance(arguments[2], int) and arguments[2] & TO_WRITE
        if not (is_open or event in CHANGES) or not isinstance(arguments[0], str | bytes | Path):
            return False
        return os.path.abspath(os.fsdecode(arguments[0])).startswith(self._places)  # noqa: PTH100


def _writes_git(event: str, arguments: tuple[object, ...]) -> bool:
    if event != "subprocess.Popen":
        return False
    command = arguments[1]
    return isinstance(command, list | tuple) and not WRITING.isdisjoint(map(str, command))


def places() -> tuple[Path, Path]:
    """Return where steps are counted: in this folder, and where records are kept."""
    from platformdirs import user_state_path  # noqa: PLC0415  by the environment as it is now

    state = os.environ.get("CQRS_GEN_STATE") or user_state_path("cqrs-gen", appauthor=False)
    return Path.cwd(), Path(state)


def run_main(arguments: Sequence[str], before: Callable[[], object]) -> None:
    """Run cqrs-gen in this process."""
    from cqrs_gen.__main__ import main  # noqa: PLC0415  it may be imported already

    sys.argv[:] = ["cqrs-gen", *arguments]
    before()
    main()


if __name__ == "__main__":
    run_main(sys.argv[2:], Steps(places(), int(sys.argv[1])).watch)
