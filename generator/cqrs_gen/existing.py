"""A Python project that is there already, as its `pyproject.toml` and its folders tell of it."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, NamedTuple

from .errors import Failed
from .files import read_bytes
from .packages import package_from_project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PYPROJECT = "pyproject.toml"


class Existing(NamedTuple):
    """A project that cqrs-gen did not make: its root, and what its `pyproject.toml` says."""

    root: Path
    text: str
    settings: dict[str, object]

    @property
    def name(self) -> str:
        """Its name, or else its folder's."""
        named = (self.at(*path) for path in (("project", "name"), ("tool", "poetry", "name")))
        return next((name for name in named if isinstance(name, str)), self.root.name)

    @property
    def packages(self) -> tuple[str, ...]:
        """Name the packages that it has in `src`."""
        return tuple(_packages(self.root / "src"))

    @property
    def flat_packages(self) -> tuple[str, ...]:
        """Name the packages that it has at its top, beside the tests."""
        return tuple(name for name in _packages(self.root) if not name.startswith("test"))

    @classmethod
    def read(cls, root: Path, text: str) -> Existing:
        """Understand what a `pyproject.toml` says; raises ValueError where it is not TOML."""
        return cls(root, text, tomllib.loads(text))

    def at(self, *path: str) -> object:
        """Give what `pyproject.toml` says there, or None."""
        found: object = self.settings
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        return found

    def free_name(self) -> str:
        """Name a package that it does not have yet, for a service beside those that it has."""
        own = package_from_project(self.name)
        has_others = bool(self.flat_packages) or (self.root / f"{own}.py").exists()
        return f"{own}_service" if has_others else own


def existing_project(root: Path) -> Existing | None:
    """Read what is there, or give None where nobody made a Python project yet."""
    file = root / PYPROJECT
    if not file.is_file():
        return None
    try:
        return Existing.read(root, read_bytes(file).decode())
    except (OSError, ValueError, RecursionError) as error:
        raise Failed(
            f"`{file}` cannot be read: {error}", hint="mend it, and run the same again"
        ) from None


def _packages(folder: Path) -> Iterator[str]:
    for init in sorted(folder.glob("*/__init__.py")):
        if init.parent.name.isidentifier():
            yield init.parent.name
