"""The files of a folder, to be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PASSING = {".git", "__pycache__"}


def tree(folder: Path) -> dict[str, bytes]:
    """Give the content of each file by its path, without what git and Python keep there."""
    paths = (path.relative_to(folder) for path in folder.rglob("*"))
    kept = (path for path in paths if not PASSING & set(path.parts))
    return {str(path): (folder / path).read_bytes() for path in kept if (folder / path).is_file()}
