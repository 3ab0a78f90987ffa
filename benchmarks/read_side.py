"""Times the read side: an event for few and for many projections, a query beside many that wait.

python benchmarks/read_side.py [ROUNDS]
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from measuring import Subject, in_turn, report
from projects import environment, make_project

if TYPE_CHECKING:
    from collections.abc import Callable

INSIDE = Path(__file__).with_name("read_side_inside.py")
SIZES = (10, 250)


class Worker:
    """A service in a project of some size, in a process of its own."""

    def __init__(self, folder: Path, size: int, stack: ExitStack) -> None:
        folder.mkdir()
        env = environment(folder)
        shop = make_project(folder, env, size)
        self._process = stack.enter_context(
            subprocess.Popen(
                (sys.executable, INSIDE, folder),
                env=env | {"PYTHONPATH": str(shop / "src")},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )

    def step(self, *names: str) -> Callable[[], None]:
        """Make something that has the service take steps, and waits until it has."""

        def take() -> None:
            assert self._process.stdin  # noqa: S101  as it was started
            assert self._process.stdout  # noqa: S101
            for name in names:
                print(name, file=self._process.stdin, flush=True)
                if not self._process.stdout.readline():
                    sys.exit(f"`{name}` failed")

        return take


def main(rounds: int = 15) -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        workers = {size: Worker(Path(folder) / str(size), size, stack) for size in SIZES}
        projecting = [
            Subject(f"{size} projections", worker.step("project"), worker.step("record"))
            for size, worker in workers.items()
        ]
        small = workers[SIZES[0]]
        asking = [
            Subject("nobody waits", small.step("query"), small.step("leave")),
            Subject("1,000 wait", small.step("query"), small.step("wait")),
        ]
        for title, subjects in (("one event projected", projecting), ("300 queries", asking)):
            timings = in_turn(subjects, rounds)
            print(report(title, timings, unit="µs", per=1e-6), end="\n\n", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
