"""Keeps what was read, by content, so that the next run reads only what has changed.

It lies in the user's home, a folder for each project, and never in the project itself.
Whatever goes wrong with it, everything is merely read again.
"""

from __future__ import annotations

import marshal
import os
import sys
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

HOME = "~/.cqrs-gen/checked"
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
            version, kept = marshal.loads(self._file(name).read_bytes())  # noqa: S302  our own file
            return kept if version == self._version else None
        return None

    def save(self, name: str, kept: object) -> None:
        """Keep something; it is put in place at once, for another process may be reading."""
        with suppress(*_NO_USE):
            file = self._file(name)
            file.parent.mkdir(parents=True, exist_ok=True)
            beside = file.with_suffix(f".{os.getpid()}")
            beside.write_bytes(marshal.dumps((self._version, kept)))  # type: ignore[arg-type]  # plain by contract
            beside.replace(file)

    def _file(self, name: str) -> Path:
        project = digest(os.fsencode(self._root)).hex()
        return Path(HOME).expanduser() / project / name


def _version() -> bytes:
    """Tell this version of the rules from any other, also while they are being worked on."""
    here = Path(__file__).parent
    files = sorted(here.rglob("*.py"))
    stats = [(each.name, each.stat().st_mtime_ns, each.stat().st_size) for each in files]
    return digest(repr((sys.version_info, stats)).encode())
