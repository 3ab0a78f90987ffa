"""Files that are read: regular ones only, and no larger than what people write.

A repository may hold a pipe that nobody writes to, or a link to a device that never ends.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 4 * 1024 * 1024
"""The largest file that is read, in bytes."""


def read_bytes(path: Path | str, *, largest: int = LARGEST) -> bytes:
    """Read a regular file; raises OSError for anything else, and for one that is too large."""
    _require_regular(os.stat(path), path)  # noqa: PTH116  a Path for each takes as long
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123  likewise
        content = file.read(largest + 1)  # one of `/proc` does not say how large it is
    if len(content) > largest:
        raise OSError(errno.EFBIG, f"it is larger than {largest // 1024} KiB", str(path))
    return content


def read_text(path: Path | str, *, errors: str = "strict") -> str:
    """Read a regular file as UTF-8; raises OSError, or UnicodeDecodeError if `errors` is strict."""
    return read_bytes(path).decode("utf-8", errors).replace("\r\n", "\n").replace("\r", "\n")


def _require_regular(found: os.stat_result, path: Path | str) -> None:
    # Before it is opened: opening a pipe waits until somebody writes to it.
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "it is no regular file", str(path))
