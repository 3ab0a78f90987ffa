"""The events of an earlier revision, read from git: what the journal may still hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.errors import UsageError
from cqrs_gen.git import contents_at, last_tag, revision_of

from .reading import read_module
from .survey import Survey

if TYPE_CHECKING:
    from cqrs_gen.project import Project

    from .summaries import Module


def revision(project: Project, since: str | None) -> tuple[str, str] | None:
    """Give the name and the ID of the revision to compare with: the last tag, unless one is named.

    Raises UsageError for a name that git does not know; None where there is nothing to compare.
    """
    name = since or last_tag(project.root)
    if name is None:
        return None
    commit = revision_of(project.root, name)
    if commit is None:
        raise UsageError(
            f"git knows no revision `{name}` here",
            hint="`--since v1.2.0`: a tag, a branch or a commit",
        )
    return name, commit


def before(project: Project, name: str, commit: str) -> tuple[str, Survey]:
    """Read the events as they were."""
    folder = f"src/{project.package}/events"
    modules: list[Module] = []
    for path, content in contents_at(project.root, commit, folder):
        if path.endswith(".py"):
            dotted = path.removesuffix(".py").removeprefix("src/").replace("/", ".")
            try:
                modules.append(read_module(dotted.removesuffix(".__init__"), path, content))
            except (SyntaxError, ValueError, RecursionError):
                continue  # what was no Python then has recorded nothing
    return name, Survey(project.package, modules, {})
