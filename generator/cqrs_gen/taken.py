"""Names that a project has taken already, but for their case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import InvalidName

if TYPE_CHECKING:
    from .kinds import Kind
    from .names import Name
    from .project import Project


def require_free(project: Project, name: Name, kind: Kind) -> None:
    """Refuse `Createuser` beside `CreateUser`, by InvalidName: nobody could tell them apart."""
    folder = project.source / kind.folder
    own = name.module.replace("_", "")
    for path in sorted(folder.glob("*.py")):
        if path.stem != name.module and path.stem.replace("_", "") == own:
            raise InvalidName(
                f"`{name.text}` differs from the name in `{path.stem}.py` by its case alone",
                hint="say more, or add to what is there",
            )
