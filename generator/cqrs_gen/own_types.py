"""Classes of the project's own as field types: they must be there, where the field may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import InvalidField, NotFound
from .fields import types_in
from .files import read_bytes
from .sources import Source

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from .fields import Field
    from .project import Project

SIDES = frozenset({"app", "read", "write"})
"""The parts of the package that messages may not lean on, since both sides speak in them."""


def require_types(project: Project, fields: Iterable[Field]) -> None:
    """Refuse what would not import or would break the import contracts, with a way out.

    Raises NotFound for a class that is not there, InvalidField for one in the wrong folder.
    """
    for path in sorted({path for field in fields for path in types_in(field.type)}):
        if path.startswith(f"{project.package}."):
            _require_shared(path)
            _require_there(project, path)


def _require_shared(path: str) -> None:
    package, folder, *rest = path.split(".")
    if folder in SIDES:
        raise InvalidField(
            f"`{path}` is out of reach: an event that carries it is read by both sides",
            hint=f"move it, and write `{'.'.join((package, *rest[-2:]))}`",
        )


def _require_there(project: Project, path: str) -> None:
    module, _, name = path.rpartition(".")
    file = _file_of(project, module)
    if file is None or name not in Source.parse(project, file, read_bytes(file)).names:
        where = f"{project.source.parent.name}/{module.replace('.', '/')}.py"
        raise NotFound(f"there is no class `{path}`", hint=f"write it first, in `{where}`")


def _file_of(project: Project, module: str) -> Path | None:
    plain = project.source.parent.joinpath(*module.split("."))
    candidates = (plain.with_suffix(".py"), plain / "__init__.py")
    return next((file for file in candidates if file.is_file()), None)
