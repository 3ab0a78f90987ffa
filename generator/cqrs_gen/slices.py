"""Renders the slice templates of a kind for one message."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from .boundary import require_readable
from .bounds import bounded_memory, bounded_time, joined
from .errors import Failed
from .files import read_bytes
from .kinds import TEMPLATES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jinja2 import Environment

    from .project import Project

SUFFIX = ".j2"
_PYTHONS_OWN = frozenset({"__init__", "__main__"})
# Whatever an expression in a template can do wrong.
_OF_EXPRESSIONS = (
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    OSError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
)
_PLACEHOLDER = re.compile(r"__([a-z]+(?:_[a-z]+)*)__")


def render(
    project: Project, kind: str, context: Mapping[str, object], *, templates: Path | None = None
) -> dict[PurePosixPath, str]:
    """Render every template of a kind: what each file is to hold, by its path from the root.

    `templates` is another folder of kinds than the project's. Raises Failed where a template is
    missing, broken, or names what the context does not have.
    """
    folder = (templates or project.root / TEMPLATES) / kind
    found = sorted(folder.rglob(f"*{SUFFIX}"))
    if not found:
        raise Failed(
            f"there are no slice templates in `{TEMPLATES}/{kind}`",
            hint=f"put them back: `git log --diff-filter=D -- {TEMPLATES}` names the commit that "
            f"removed them, and `git checkout COMMIT~1 -- {TEMPLATES}` undoes that",
        )
    environment = _environment(folder, templates or project.root)
    named = {"package": project.package, **context}
    return {
        _target(template.relative_to(folder), named): _render(environment, template, folder, named)
        for template in found
    }


def template_files(root: Path, kind: Path) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Read all files of a folder of templates; raises Failed for what leads beyond `root`."""
    for file in sorted(kind.rglob("*")):
        if file.is_file():
            content = read_bytes(require_readable(root, file))
            yield PurePosixPath(file.relative_to(kind).as_posix()), content


def _environment(folder: Path, root: Path) -> Environment:
    from .sandbox import Sandbox  # noqa: PLC0415  errors come first

    return Sandbox(folder, root)


def _render(
    environment: Environment, template: Path, folder: Path, context: Mapping[str, object]
) -> str:
    from jinja2 import TemplateError  # noqa: PLC0415

    name = template.relative_to(folder).as_posix()
    try:
        with bounded_time(), bounded_memory():
            return joined(environment.get_template(name).generate(context))
    except (TemplateError, *_OF_EXPRESSIONS) as error:
        raise Failed(
            f"`{TEMPLATES}/{folder.name}/{name}`{_line_of(error, name)} "
            f"cannot be rendered: {str(error) or type(error).__name__}",
            hint="mend the template; the reference lists what it may name",
        ) from None


def _line_of(error: Exception, template: str) -> str:
    """Say in which line of the template it went wrong: Jinja puts those into the traceback."""
    from traceback import extract_tb  # noqa: PLC0415  only a refusal needs it

    lines = [step.lineno for step in extract_tb(error.__traceback__) if template in step.filename]
    line = getattr(error, "lineno", None) or (lines[-1] if lines else None)
    return f", line {line}," if line else ""


def _target(template: Path, context: Mapping[str, object]) -> PurePosixPath:
    def fill(match: re.Match[str]) -> str:
        value = context.get(match[1])
        if isinstance(value, str) and value:
            return value
        if match[0] in _PYTHONS_OWN:
            return match[0]
        raise Failed(
            f"`{template.as_posix()}` cannot be placed: nothing is called `{match[1]}`",
            hint="mend its path; the reference lists what it may name",
        )

    return PurePosixPath(_PLACEHOLDER.sub(fill, template.as_posix().removesuffix(SUFFIX)))
