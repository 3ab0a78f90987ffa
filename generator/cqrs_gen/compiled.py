"""Keeps slice templates compiled, since that takes longer than everything else `add` does to them.

They are kept by their content, so that all projects share them and a change is never missed.
What is kept is code that runs when it is loaded, so it is read from a folder of the user's alone.
"""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from pickle import UnpicklingError
from typing import TYPE_CHECKING

from jinja2 import BytecodeCache

from .private import home_folder, read_private, write_private

if TYPE_CHECKING:
    from pathlib import Path

    from jinja2.bccache import Bucket

# No home, no room, or a file that is cut short: templates are merely compiled again.
_NO_USE = (RuntimeError, OSError, EOFError, ValueError, UnpicklingError)


class CompiledTemplates(BytecodeCache):
    """The templates that some earlier run has compiled."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket, if it is kept; Jinja checks that it fits."""
        with suppress(*_NO_USE):
            bucket.load_bytecode(BytesIO(read_private(_file(bucket))))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the bucket; it is put in place at once, for another process may be reading."""
        with suppress(*_NO_USE):
            write_private(_file(bucket), bucket.bytecode_to_string())


def _file(bucket: Bucket) -> Path:
    return home_folder("compiled") / bucket.checksum
