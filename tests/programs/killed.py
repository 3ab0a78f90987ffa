"""Run cqrs-gen and kill it before a file comes to its place: `killed.py MOMENT ARGUMENT…`.

The moment is how many files of the project come to their places before, or the path of that one.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cqrs_gen.__main__ import main

if TYPE_CHECKING:
    from typing import Any

moment = sys.argv[1]
root = Path.cwd()
placed = 0
replace = Path.replace


def killing(file: Path, target: Any) -> Path:  # noqa: ANN401  as in pathlib
    """Rename a file, unless it is time to die."""
    global placed  # noqa: PLW0603
    if file.is_relative_to(root):
        if moment in {str(placed), os.path.relpath(target, root)}:
            os.kill(os.getpid(), signal.SIGKILL)
        placed += 1
    return replace(file, target)


setattr(Path, "replace", killing)  # noqa: B010  mypy takes no assignment
sys.argv[:] = ["cqrs-gen", *sys.argv[2:]]
main()
