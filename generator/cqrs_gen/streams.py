"""The three streams of a process, each of which may be closed: `cqrs-gen list <&-`."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO


def is_terminal(stream: TextIO | None) -> bool:
    """Tell whether somebody sits at a stream; nobody does where it is closed."""
    return stream is not None and stream.isatty()


def terminal_width() -> int | None:
    """Give the columns that output has at a terminal; None elsewhere, where lines have no end."""
    return shutil.get_terminal_size().columns if is_terminal(sys.stdout) else None


def drop_unwritable_output() -> None:
    """Drop what a full disk did not take, or Python would fail over it once more as it ends."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def someone_answers() -> bool:
    """Tell whether questions can be asked, and are seen by who is to answer."""
    return is_terminal(sys.stdin) and is_terminal(sys.stdout)
