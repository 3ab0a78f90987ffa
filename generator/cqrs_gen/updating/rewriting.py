"""Runs codemods over what is a project's own: its slices and its tests, never the framework."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from cqrs_gen.changes import Create, Mark, Overwrite, Update
from cqrs_gen.tidying import sort_imports
from cqrs_gen.updating.trees import Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cqrs_gen.codemods import Codemod
    from cqrs_gen.project import Project
    from cqrs_gen.updating.merging import Outcome


def rewrite(
    project: Project,
    modules: Iterable[PurePosixPath],
    codemods: Sequence[Codemod],
    outcome: Outcome,
) -> None:
    """Add to an outcome what codemods change, on top of what it changes already."""
    rewritten = {}
    for path in sorted(modules):
        before = planned_text(project, path, outcome)
        if isinstance(outcome.changes.get(path), Mark):
            outcome.notes.append(f"`{path}` has conflicts: no codemod has looked at it yet")
        after = before and _rewritten(path, before, project.package, codemods, outcome)
        if after and after != before:
            rewritten[path] = after
    for path, text in sort_imports(project.root, rewritten).items():
        outcome.changes[path] = _changed(project, path, text, outcome)


def own_modules(project: Project, tracked: Iterable[PurePosixPath]) -> list[PurePosixPath]:
    """Give the modules that are its owners': in the package but for `cqrs`, and in `tests`."""
    package = f"src/{project.package}"
    places = (Standing(project.root).place(PurePosixPath(f, "_")) for f in (package, "tests"))
    folders = [place.parent for place in places if place]
    return [
        path
        for path in tracked
        if path.suffix == ".py"
        and any(path.is_relative_to(folder) for folder in folders)
        and not path.is_relative_to(f"{package}/cqrs")
    ]


def planned_text(project: Project, path: PurePosixPath, outcome: Outcome) -> str | None:
    """Return a file's text as it will be; None where there is none, or none without marks."""
    change = outcome.changes.get(path)
    if isinstance(change, Mark):
        return None
    if isinstance(change, Overwrite):
        return change.new
    if isinstance(change, Create):
        return change.content
    file = project.root / path
    if change is not None or file.is_symlink() or not file.is_file():
        return None
    return file.read_bytes().decode("utf-8", "surrogateescape")


def _rewritten(
    path: PurePosixPath, text: str, package: str, codemods: Sequence[Codemod], outcome: Outcome
) -> str:
    for codemod in codemods:
        if codemod.SOUGHT in text and codemod.concerns(path, package):
            text = _one(codemod, path, text, package, outcome)
    return text


def _one(codemod: Codemod, path: PurePosixPath, text: str, package: str, outcome: Outcome) -> str:
    from libcst import ParserSyntaxError  # noqa: PLC0415  only where there is something to mend

    try:
        after = codemod.rewrite(text, package)
    except (ParserSyntaxError, UnicodeError):
        outcome.notes.append(f"`{path}` is no Python that can be read: no codemod has changed it")
        return text
    if after != text and codemod.SENTENCE not in outcome.notes:
        outcome.notes.append(codemod.SENTENCE)
    return after


def _changed(project: Project, path: PurePosixPath, text: str, outcome: Outcome) -> Create | Update:
    change = outcome.changes.get(path)
    if isinstance(change, Create):
        return Create(path, text, change.executable)
    if isinstance(change, Overwrite):
        return Update(path, change.old, text, change.executable)
    before = (project.root / path).read_bytes().decode("utf-8", "surrogateescape")
    return Update(path, before, text)
