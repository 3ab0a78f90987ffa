"""One file's change as a patch, in the form that git writes and `git apply` reads."""

from __future__ import annotations

import difflib
from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePosixPath

NOWHERE = "/dev/null"


def patch(path: PurePosixPath, old: str | None, new: str | None) -> str:
    """Say how `old` becomes `new`; None is a file that is not there, two alike give ""."""
    if old == new:
        return ""
    return "".join((*_head(path, old, new), *_body(path, old, new)))


def _head(path: PurePosixPath, old: str | None, new: str | None) -> Iterator[str]:
    yield f"diff --git a/{path} b/{path}\n"
    # Without these lines, a patch cannot say that an empty file comes or goes.
    if old is None:
        yield "new file mode 100644\n"
    if new is None:
        yield "deleted file mode 100644\n"


def _body(path: PurePosixPath, old: str | None, new: str | None) -> Iterator[str]:
    before = NOWHERE if old is None else f"a/{path}"
    after = NOWHERE if new is None else f"b/{path}"
    if is_binary(old):
        yield f"Binary files {before} and {after} differ\n"
        return
    for row in difflib.unified_diff(_rows(old), _rows(new), before, after):
        yield row if row.endswith("\n") else f"{row}\n\\ No newline at end of file\n"


def is_binary(text: str | None) -> bool:
    """Tell whether a file has bytes that are no UTF-8."""
    return any("\udc80" <= letter <= "\udcff" for letter in text or "")


def _rows(text: str | None) -> list[str]:
    # Not `splitlines`, which also breaks at form feeds and the like.
    return StringIO((text or "").replace("\r\n", "\n")).readlines()
