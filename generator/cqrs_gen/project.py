"""Finds the project that a command is run in, from any folder inside it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from .errors import Failed, NotAProject
from .files import read_text
from .kinds import TEMPLATES
from .yaml_text import parsed

ANSWERS = ".copier-answers.yml"
FRAMEWORK = "cqrs/__init__.py"
"""The file of a package by which it is known for one of ours."""
_NAME = re.compile(r"[a-z][a-z0-9_]*")
# The one answer that `add` needs, as Copier writes it; a YAML parser would cost `add` more than
# everything it does.
_PACKAGE = re.compile(r"""^package_name:[ ]+(["']?)([a-z][a-z0-9_]*)\1\s*$""", re.MULTILINE)


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
        if (folder / ANSWERS).is_file() and _is_made(folder):
            return Project(folder, _package_of(folder / ANSWERS))
    raise NotAProject(
        f"`{here}` is not inside a project that cqrs-gen made",
        hint="`cd` into one, or make one: `cqrs-gen new project shop`",
    )


def require_package(project: Project) -> None:
    """Raise Failed if the package is not where the answers say: somebody has renamed its folder."""
    if any(project.source.rglob("*.py")):
        return
    where = project.source.relative_to(project.root).as_posix()
    others = sorted(project.root.glob(f"src/*/{FRAMEWORK}"))
    renamed = others[0].parents[1].name if others else "…"
    raise Failed(
        f"there is no package in `{where}`",
        hint=f"put it back, or say in `{ANSWERS}` what it is called: `package_name: {renamed}`",
    )


def _is_made(folder: Path) -> bool:
    """Tell whether cqrs-gen made it: a team may do without its slice templates."""
    return (folder / TEMPLATES).is_dir() or any(folder.glob(f"src/*/{FRAMEWORK}"))


def _package_of(answers: Path) -> str:
    text = read_text(answers, errors="replace").removeprefix("\ufeff")
    plain = _PACKAGE.findall(text)
    name = plain[0][1] if len(plain) == 1 else _answers(answers, text).get("package_name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise Failed(
            f"`{answers}` does not say what the package is called",
            hint="put its line back: `package_name: shop`",
        )
    return name


def _answers(file: Path, text: str) -> dict[object, object]:
    try:
        return parsed(text)
    except ValueError as error:
        raise Failed(
            f"`{file}` cannot be read: {error}",
            hint=f"mend it, or put it back: `git checkout HEAD -- {ANSWERS}`",
        ) from None
