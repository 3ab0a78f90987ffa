"""A lock between processes, which the kernel lets go of when its holder dies."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from cqrs_gen.errors import Failed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK = ".lock"
PATIENCE = 10.0
PAUSE = 0.02


@contextmanager
def locked(
    folder: Path, *, whose: Path | None = None, patience: float = PATIENCE
) -> Iterator[None]:
    """Hold `folder`'s lock; the folder is made for it, and goes with it if nothing else is there.

    `whose` is the folder that is worked in, if that is another.

    Raises Failed after `patience` seconds, OSError where no lock can be had at all.
    """
    file = folder / LOCK
    try:
        descriptor = _wait_for(file, whose or folder.parent, time.monotonic() + patience)
        try:
            yield
        finally:
            _release(file, descriptor)
    finally:
        with suppress(OSError):
            folder.rmdir()


def _wait_for(file: Path, whose: Path, deadline: float) -> int:
    while (descriptor := _acquire(file)) is None:
        if time.monotonic() > deadline:
            raise Failed(
                f"another `cqrs-gen` is at work in `{whose}`",
                hint="wait until it is done, or end it, and run the same again",
            )
        time.sleep(PAUSE)
    return descriptor


def _acquire(file: Path) -> int | None:
    with suppress(FileExistsError):  # `exist_ok` fails if the folder goes meanwhile
        file.parent.mkdir(mode=0o700)
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    except FileNotFoundError:  # its last holder took the folder with it
        return None
    except PermissionError:  # on Windows also a file that is just being removed
        if sys.platform != "win32":
            raise
        return None
    try:
        if _lock(descriptor) and _is_still(file, descriptor):
            return descriptor
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def _is_still(file: Path, descriptor: int) -> bool:
    # Its last holder may have removed the file between our opening and locking it.
    try:
        return os.path.samestat(file.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


if sys.platform == "win32":

    def _lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

    def _release(file: Path, descriptor: int) -> None:
        os.close(descriptor)  # Windows removes no open file, so no other process's lock either
        with suppress(OSError):
            file.unlink()

else:

    def _lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _release(file: Path, descriptor: int) -> None:
        # Removed while still held: who gets the lock of a removed file sees that and asks anew.
        with suppress(OSError):
            file.unlink()
        os.close(descriptor)
