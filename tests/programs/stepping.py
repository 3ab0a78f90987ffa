"""Runs cqrs-gen and kills it at a step: `stepping.py MOMENT SIGNAL ROOT ARGUMENT…`.

A step is a file that comes to its place in ROOT or in a record of ours or leaves it, a folder
that is made there, and the start and the end of a git that writes the index. Steps are counted
from 0; a negative moment lets the run end, which then prints how many there were, and which of
them was the start of that git.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platformdirs import user_state_path

if TYPE_CHECKING:
    from collections.abc import Callable

MOMENT, SIGNAL, ROOT = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
PLACES = (ROOT, user_state_path("cqrs-gen", appauthor=False))
taken = 0
written = 0


def step() -> None:
    """Count one, and die if it is the one."""
    global taken  # noqa: PLW0603
    taken += 1
    if taken == MOMENT + 1:
        os.kill(os.getpid(), SIGNAL)


def counted(do: Callable[..., object]) -> Callable[..., object]:
    """Count what happens to a path in one of the places."""

    def done(path: Path, *arguments: object, **named: object) -> object:
        if any(map(path.is_relative_to, PLACES)):
            step()
        return do(path, *arguments, **named)

    return done


def run(command: tuple[str, ...], *arguments: Any, **named: Any) -> object:  # noqa: ANN401
    """Run a command as usual; one that writes git's index is two steps."""
    global written  # noqa: PLW0603
    if "update-index" not in command or "--index-info" not in command:
        return plain_run(command, *arguments, **named)
    written = taken
    step()
    done = plain_run(command, *arguments, **named)
    step()
    return done


plain_run = subprocess.run
for name, do in (("replace", Path.replace), ("unlink", Path.unlink), ("mkdir", Path.mkdir)):
    setattr(Path, name, counted(do))
setattr(subprocess, "run", run)  # noqa: B010  mypy takes no assignment
sys.argv[:] = ["cqrs-gen", *sys.argv[4:]]

from cqrs_gen.__main__ import main  # noqa: E402

try:
    main()
finally:
    sys.stderr.write(f"steps: {taken} {written}\n")
