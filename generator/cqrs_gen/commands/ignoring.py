"""What git is to ignore in a repository that has a `.gitignore` of its own."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from cqrs_gen.errors import Failed
from cqrs_gen.files import read_text
from cqrs_gen.git import ignored, is_inside_repository
from cqrs_gen.kinds import TEMPLATES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

GITIGNORE = PurePosixPath(".gitignore")
OWN = PurePosixPath(TEMPLATES, ".gitignore")
"""What `add` leaves there for a moment is ignored from there, and nobody has to see to it."""


MADE = frozenset({".env", ".import_linter_cache/", "var/"})
"""What a service and its checks leave behind; the rest is any Python project's."""


def own_ignores(wanted: str) -> str:
    """Give the content of `.cqrs-gen/.gitignore`."""
    lines = (line.removeprefix(f"{TEMPLATES}/") for line in wanted.splitlines() if _is_own(line))
    return "".join(f"{line}\n" for line in lines)


def left_to_ignore(root: Path, wanted: str) -> tuple[str, ...]:
    """Give the lines that the repository's own `.gitignore` has no equal to."""
    examples = {line: _example(line) for line in wanted.splitlines() if line in MADE}
    covered = _covered(root, examples)
    return tuple(line for line in examples if line not in covered)


def _covered(root: Path, examples: Mapping[str, str]) -> set[str]:
    """Ask git; where there is none, only a line that is there just so is known to count."""
    try:
        if is_inside_repository(root):
            paths = ignored(root, examples.values())
            return {line for line, path in examples.items() if path in paths}
    except Failed:
        pass
    return {*read_text(root / GITIGNORE, errors="replace").split()}


def _is_own(line: str) -> bool:
    return line.startswith(f"{TEMPLATES}/")


def _example(line: str) -> str:
    """Make a path that the line is about: `*.egg-info/` is about `x.egg-info/x`."""
    path = line.replace("*", "x")
    return f"{path}x" if path.endswith("/") else path
