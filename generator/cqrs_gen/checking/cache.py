"""Keeps what was read, by content, so that the next run reads only what has changed.

It lies in the user's home, a folder for each project that nobody else can write to, and never
in the project itself. Whatever goes wrong with it, everything is merely read again.
"""

from __future__ import annotations

import marshal
import os
import sys
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

from cqrs_gen.private import home_folder, read_private, write_private

_NO_USE = (RuntimeError, OSError, EOFError, ValueError, TypeError)


def digest(content: bytes) -> bytes:
    """Give the digest by which a content is known."""
    return blake2b(content, digest_size=16).digest()


class Cache:
    """What is kept for one project, in files of which each is read or written as a whole."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._version = _version()

    def load(self, name: str) -> Any:  # noqa: ANN401  plain values of any form
        """Give what is kept under a name, None if there is nothing of use."""
        with suppress(*_NO_USE):
            version, kept = marshal.loads(read_private(self._file(name)))  # noqa: S302  our own file
            return kept if version == self._version else None
        return None

    def save(self, name: str, kept: object) -> None:
        """Keep something; it is put in place at once, for another process may be reading."""
        with suppress(*_NO_USE):
            content = marshal.dumps((self._version, kept))  # type: ignore[arg-type]  # plain by contract
            write_private(self._file(name), content)

    def _file(self, name: str) -> Path:
        project = digest(os.fsencode(self._root)).hex()
        return home_folder("checked", project) / name


def _version() -> bytes:
    """Tell this version of the rules from any other, also while they are being worked on."""
    here = Path(__file__).parent
    files = sorted(here.rglob("*.py"))
    stats = [(each.name, each.stat().st_mtime_ns, each.stat().st_size) for each in files]
    return digest(repr((sys.version_info, stats)).encode())
