"""Finds the project that a command is run in, from any folder inside it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from .errors import Failed, NotAProject
from .files import read_text
from .kinds import TEMPLATES

ANSWERS = ".copier-answers.yml"
# The one answer that `add` needs; a YAML parser would cost it more than everything it does.
_PACKAGE = re.compile(r"""^package_name:\s*["']?([a-z][a-z0-9_]*)["']?\s*$""", re.MULTILINE)


class Project(NamedTuple):
    """A project that cqrs-gen made: its root, and the name of its package."""

    root: Path
    package: str

    @property
    def source(self) -> Path:
        """The folder of the package."""
        return self.root / "src" / self.package


def find_project(start: Path | None = None) -> Project:
    """Find the innermost project around a folder; raises NotAProject with what to type."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / TEMPLATES).is_dir() and (folder / ANSWERS).is_file():
            return Project(folder, _package_of(folder / ANSWERS))
    raise NotAProject(
        f"`{here}` is not inside a project that cqrs-gen made",
        hint="`cd` into one, or make one: `cqrs-gen new project shop`",
    )


def _package_of(answers: Path) -> str:
    found = _PACKAGE.search(read_text(answers))
    if found is None:
        raise Failed(
            f"`{answers}` does not say what the package is called",
            hint="put its line back: `package_name: shop`",
        )
    return found[1]
