"""Brings slices forward: each is made with the old and the new templates, and merged."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cqrs_gen.changes import Mark
from cqrs_gen.commands.found_slices import found_slices
from cqrs_gen.commands.renewing import Left, Renewal, renewed
from cqrs_gen.errors import CqrsGenError, Failed
from cqrs_gen.kinds import kinds_below
from cqrs_gen.plan import Plan
from cqrs_gen.slices import SUFFIX, render, template_files
from cqrs_gen.targets import Targets
from cqrs_gen.tidying import tidy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path, PurePosixPath

    from cqrs_gen.changes import Change
    from cqrs_gen.commands.found_slices import FoundSlice
    from cqrs_gen.project import Project

MARK = "<<<<<<< "


class Contested(NamedTuple):
    """A file that gets marks, for a person to decide: as it was made, and as it is made now."""

    path: PurePosixPath
    before: str
    after: str


class Resliced(NamedTuple):
    """What becomes of the files of slices, and what is left as it is, with the reason."""

    plan: Plan
    contested: tuple[Contested, ...]
    left: tuple[str, ...]


def plan_slices(project: Project, old_templates: Path, new_templates: Path) -> Resliced:
    """Plan for every slice of a kind whose templates differ; both are folders of kinds.

    Raises Failed where a new template is broken, or has marks of a merge in it.
    """
    renewals: list[Renewal] = []
    left: list[str] = []
    for kind in _changed(old_templates, new_templates):
        for found in found_slices(project, kind, old_templates):
            match _renewal(project, found, old_templates, new_templates):
                case Renewal() as renewal:
                    renewals.append(renewal)
                case str(why):
                    left.append(f"`{found.name}` is left as it is: {why}")
    tidied = _tidied(project, renewals)
    changes, files_left = _changes(project, tidied)
    plan = Plan(project.root, changes)
    return Resliced(plan, tuple(_contested(plan, tidied)), (*left, *files_left))


def _changed(old: Path, new: Path) -> Iterator[str]:
    """Name the kinds that both folders have, and not alike."""
    for kind in sorted({*kinds_below(old)} & {*kinds_below(new)}):
        before, after = _templates(old / kind), _templates(new / kind)
        if before != after:
            for path, content in after.items():
                _require_settled(f"{kind}/{path}", content)
            yield kind


def _templates(folder: Path) -> dict[PurePosixPath, bytes]:
    files = template_files(folder.parent.parent, folder)
    return {path: content for path, content in files if path.name.endswith(SUFFIX)}


def _require_settled(path: str, content: bytes) -> None:
    if any(line.startswith(MARK.encode()) for line in content.splitlines()):
        raise Failed(
            f"the slice template `{path}` has marks of a merge in it",
            hint="decide there first: slices are made from it",
        )


def _renewal(project: Project, found: FoundSlice, old: Path, new: Path) -> Renewal | str:
    if found.context is None:
        return found.why
    try:
        before = render(project, found.kind, found.context, templates=old)
    except CqrsGenError as error:
        return error.what
    if found.path not in {project.root / path for path in before}:
        place = found.path.relative_to(project.root).as_posix()
        return f"it stands in `{place}`, where its template does not put it"
    return Renewal(found.name, before, render(project, found.kind, found.context, templates=new))


def _tidied(project: Project, renewals: list[Renewal]) -> list[Renewal]:
    """Tidy all that differs, by one run of ruff for what was and one for what is to be."""
    before = _all(project, [each.differing(each.before) for each in renewals])
    after = _all(project, [each.differing(each.after) for each in renewals])
    return [each.with_texts(before, after) for each in renewals]


def _all(project: Project, files: list[dict[PurePosixPath, str]]) -> dict[PurePosixPath, str]:
    together = {path: text for each in files for path, text in each.items()}
    return tidy(project.root, together, package=project.package)


def _changes(
    project: Project, renewals: list[Renewal]
) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    targets = Targets(project.root)
    changes: dict[PurePosixPath, Change] = {}
    left: dict[PurePosixPath, str] = {}
    for renewal in renewals:
        for each in renewed(renewal, targets):
            if isinstance(each, Left):
                left[each.path] = f"`{each.path}` is left as it is: {each.why}"
            else:
                changes[each.path] = each
    return tuple(changes[path] for path in sorted(changes)), tuple(left[p] for p in sorted(left))


def _contested(plan: Plan, renewals: list[Renewal]) -> Iterator[Contested]:
    marked = {change.path for change in plan.changes if isinstance(change, Mark)}
    for each in renewals:
        for path in sorted(marked & each.before.keys()):
            yield Contested(path, each.before[path], each.after[path])
