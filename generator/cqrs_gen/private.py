"""Folders that are the user's alone, so that what is read from them is what we wrote.

Each is made with mode 0700, whatever the umask. One that is a link, that belongs to somebody
else or that others can write to is never taken as it is.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from contextlib import suppress
from pathlib import Path

HOME = "~/.cqrs-gen"
"""Where the versions of the template are kept, and the caches, in folders of their own."""

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_READ_ONLY = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def private_folder(place: Path) -> Path:
    """Return a folder that only the user can use; it is made if it is missing.

    Raises OSError where it cannot be made or cannot be trusted.
    """
    missing = [folder for folder in (place, *place.parents) if not folder.exists()]
    for folder in reversed(missing):
        _make(folder)
    require_private(place)
    return place


def require_private(place: Path) -> None:
    """Raise OSError for a folder that is not the user's alone; close it to readers."""
    found = place.lstat()
    if stat.S_ISLNK(found.st_mode):
        raise OSError(errno.ELOOP, "it is a link", str(place))
    if not stat.S_ISDIR(found.st_mode):
        raise NotADirectoryError(errno.ENOTDIR, "it is no folder", str(place))
    _require_ours(place, found)
    if os.name == "posix" and found.st_mode & _OTHERS:
        place.chmod(stat.S_IRWXU)


def home_folder(*names: str) -> Path:
    """Return a folder below `~/.cqrs-gen`; what others could have put into it is thrown away.

    Raises OSError where there is none to be had, RuntimeError where nobody is at home.
    """
    folder = Path(HOME).expanduser()
    for name in ("", *names):
        folder /= name
        if _is_open(folder):
            shutil.rmtree(folder)  # all of it is made again
        private_folder(folder)
    return folder


def read_private(file: Path) -> bytes:
    """Read a file that nobody else can have written; raises OSError for any other."""
    with open(os.open(file, _READ_ONLY), "rb") as stream:  # noqa: PTH123  no link is followed
        _require_ours(file, os.fstat(stream.fileno()))
        return stream.read()


def write_private(file: Path, content: bytes) -> None:
    """Write a file; it comes to its place at once, for another process may be reading."""
    beside = file.with_suffix(f".{os.getpid()}")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, _NEW, stat.S_IRUSR | stat.S_IWUSR)
    with open(descriptor, "wb") as stream:  # noqa: PTH123  it is open already
        stream.write(content)
    beside.replace(file)


def _make(folder: Path) -> None:
    with suppress(FileExistsError):  # another process was quicker, or a link leads nowhere
        folder.mkdir(mode=stat.S_IRWXU)
        folder.chmod(stat.S_IRWXU)  # an umask may take too much away


def _require_ours(place: Path, found: os.stat_result) -> None:
    if os.name != "posix":
        return
    if found.st_uid != os.geteuid():
        raise PermissionError(errno.EACCES, "it belongs to somebody else", str(place))
    if found.st_mode & _OTHERS_WRITE:
        raise PermissionError(errno.EACCES, "others can write to it", str(place))


def _is_open(folder: Path) -> bool:
    """Tell whether a folder of the user's own is open for others to write to."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    is_own = os.name == "posix" and found.st_uid == os.geteuid()
    return is_own and stat.S_ISDIR(found.st_mode) and bool(found.st_mode & _OTHERS_WRITE)
