"""Run cqrs-gen and kill it just before the so-many-th time that a file comes to its place."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cqrs_gen.__main__ import main

if TYPE_CHECKING:
    from typing import Any

left = int(sys.argv[1])
root = Path.cwd()
replace = Path.replace


def killing(file: Path, target: Any) -> Path:  # noqa: ANN401  as in pathlib
    """Rename a file, unless it is time to die."""
    global left  # noqa: PLW0603  it counts down
    if file.is_relative_to(root):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
    return replace(file, target)


setattr(Path, "replace", killing)  # noqa: B010  mypy takes no assignment
sys.argv[:] = ["cqrs-gen", *sys.argv[2:]]
main()
