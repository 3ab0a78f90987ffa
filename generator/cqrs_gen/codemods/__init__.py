"""Codemods: what a release of the framework breaks in code that is its users', mended by itself.

Each is a module with a sentence that says what it does, a word that all source has which it may
concern, a test of paths (below the project's root), and a pure function from source to source.
It does nothing to source that it has mended already.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from packaging.version import Version

if TYPE_CHECKING:
    from pathlib import PurePosixPath

BY_VERSION = {
    "0.3.0": ("recorded_from_reading",),
}
"""The version whose framework needs it, and the module's name; the oldest first."""


class Codemod(Protocol):
    """A module of this package."""

    SENTENCE: str
    SOUGHT: str

    @staticmethod
    def concerns(path: PurePosixPath, package: str) -> bool:
        """Tell whether a file of the project may need it."""

    @staticmethod
    def rewrite(source: str, package: str) -> str:
        """Mend a module's source; raises `libcst.ParserSyntaxError` where it is no Python."""


def codemods_between(after: Version, upto: Version) -> list[Codemod]:
    """Give those of the versions after one, up to another."""
    names = (
        name
        for version, group in BY_VERSION.items()
        if after < Version(version) <= upto
        for name in group
    )
    return [cast("Codemod", import_module(f"{__name__}.{name}")) for name in names]
