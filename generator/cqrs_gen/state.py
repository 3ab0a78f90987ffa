"""Where records of unfinished work are kept: in a folder of the user's alone.

Never in the project, so nothing that a repository brings is ever taken for a record of ours.
A record belongs to a folder by its path and its inode: one of another folder that was there
before counts no more, and one of a folder that was moved is found again.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from cqrs_gen.errors import Failed
from cqrs_gen.private import private_folder, require_private

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "CQRS_GEN_STATE"
"""The environment variable that names another folder for records."""

_WAY_OUT = f"name a folder that is yours alone: `{VARIABLE}=/path/to/folder`"


class Shelf:
    """The records of one kind, a folder for each project, with a file that says whose it is."""

    def __init__(self, kind: str, file: str) -> None:
        self._kind = kind
        self._file = file

    def place(self, root: Path) -> Path:
        """Return where a project's record is to be; raises Failed where none can be kept."""
        folder = _folder()
        if _real(folder).is_relative_to(_real(root)):
            raise Failed(
                f"records of unfinished work cannot be kept in the project itself: `{folder}`",
                hint=_WAY_OUT,
            )
        try:
            private_folder(folder)
            return private_folder(folder / self._kind) / _name(root)
        except OSError as error:
            raise Failed(
                f"records of unfinished work cannot be kept in `{error.filename or folder}`: "
                f"{error.strerror}",
                hint=f"mend that, or {_WAY_OUT}",
            ) from None

    def find(self, root: Path) -> Path | None:
        """Return where a project's record is, if there is one that can be trusted."""
        try:
            folder = _folder() / self._kind
            if not folder.is_dir() or _real(folder).is_relative_to(_real(root)):
                return None
            require_private(folder.parent)
            require_private(folder)
            own = folder / _name(root)
            moved = (place for place in folder.iterdir() if self._has_moved(place, root))
            return own if os.path.lexists(own / self._file) else next(moved, None)
        except (OSError, Failed):
            return None

    def _has_moved(self, place: Path, root: Path) -> bool:
        """Tell whether a record is this folder's, of a time when it had another path."""
        import json  # noqa: PLC0415  hardly ever is there such a record

        if place.suffix != f".{root.stat().st_ino}":
            return False
        try:
            whose = json.loads((place / self._file).read_bytes())["project"]
            is_gone = not os.path.lexists(whose["path"])
            return bool(is_gone and whose["device"] == root.stat().st_dev)
        except (OSError, ValueError, KeyError, TypeError):
            return False


def identity(root: Path) -> Mapping[str, object]:
    """Return what a record says of the project that it is about."""
    return {"path": str(_real(root)), "device": root.stat().st_dev}


def _folder() -> Path:
    named = os.environ.get(VARIABLE)
    folder = Path(named) if named else _users_own()
    if not folder.is_absolute():  # it would be another one in each folder
        raise Failed(f"there is no place for records of unfinished work: `{folder}`", hint=_WAY_OUT)
    return folder


def _users_own() -> Path:
    from platformdirs import user_state_path  # noqa: PLC0415  only what is not told where needs it

    try:
        return user_state_path("cqrs-gen", appauthor=False)
    except RuntimeError:
        raise Failed(
            "there is no place for records of unfinished work: this user has no home folder",
            hint=f"name one: `HOME=/some/folder cqrs-gen …`; or {_WAY_OUT}",
        ) from None


def _name(root: Path) -> str:
    from hashlib import blake2b  # noqa: PLC0415  likewise

    digest = blake2b(os.fsencode(_real(root)), digest_size=16).hexdigest()
    return f"{digest}.{root.stat().st_ino}"


def _real(folder: Path) -> Path:
    return Path(os.path.realpath(folder))
