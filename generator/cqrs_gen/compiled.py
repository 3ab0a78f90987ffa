"""Keeps slice templates compiled, since that takes longer than everything else `add` does to them.

They are kept by their content, so that all projects share them and a change is never missed.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from pickle import UnpicklingError
from typing import TYPE_CHECKING

from jinja2 import BytecodeCache

if TYPE_CHECKING:
    from jinja2.bccache import Bucket

HOME = "~/.cqrs-gen/compiled"
"""Beside the template's bundle. Whatever goes wrong here, templates are merely compiled again."""

# No home, no room, or a file that is cut short.
_NO_USE = (RuntimeError, OSError, EOFError, ValueError, UnpicklingError)


class CompiledTemplates(BytecodeCache):
    """The templates that some earlier run has compiled."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket, if it is kept; Jinja checks that it fits."""
        with suppress(*_NO_USE), _file(bucket).open("rb") as stream:
            bucket.load_bytecode(stream)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the bucket; it is put in place at once, for another process may be reading."""
        with suppress(*_NO_USE):
            kept = _file(bucket)
            beside = kept.with_suffix(f".{os.getpid()}")
            kept.parent.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(bucket.bytecode_to_string())
            beside.replace(kept)


def _file(bucket: Bucket) -> Path:
    return Path(HOME).expanduser() / bucket.checksum
