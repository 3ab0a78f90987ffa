"""A small project on disk, as far as `add` and `list` look at it; nothing of it is run."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

from cqrs_gen.fields import parse_fields
from cqrs_gen.names import Name
from cqrs_gen.project import Project

if TYPE_CHECKING:
    from pathlib import Path


def shop(root: Path) -> Project:
    """Make the project `shop`, with nothing in it."""
    (root / ".cqrs-gen").mkdir()
    (root / ".copier-answers.yml").write_text("package_name: shop\n")
    project = Project(root, "shop")
    for folder in ("events", "write/commands", "write/handlers"):
        (project.source / folder).mkdir(parents=True)
    for folder in ("read/queries", "read/handlers", "read/projections"):
        (project.source / folder).mkdir(parents=True)
    return project


def write(project: Project, path: str, text: str) -> Path:
    """Write a file of the package."""
    file = project.source / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(dedent(text).lstrip())
    return file


def add_event(project: Project, name: str, *fields: str, at: str = "") -> Path:
    """Write an event as `cqrs-gen add event` does, in a file of its own or at another place."""
    parsed = Name.parse(name, "event")
    given = parse_fields(fields)
    imports = sorted({line for field in given for line in field.imports})
    lines = [f"    {field.declaration()}" for field in given] or ["    pass"]
    text = "\n".join(
        ["from shop.cqrs import Event", *imports, "", "", f"class {name}(Event):", *lines, ""]
    )
    return write(project, at or f"events/{parsed.module}.py", text)
