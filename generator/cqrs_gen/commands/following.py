"""Slices that follow an update: from the slice templates as they were to those it brings."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from cqrs_gen.changes import Keep, Mark, sides
from cqrs_gen.commands.reslicing import plan_slices
from cqrs_gen.kinds import TEMPLATES, kinds_of
from cqrs_gen.slices import template_files
from cqrs_gen.updating.merging import Unsettled
from cqrs_gen.updating.trees import File

if TYPE_CHECKING:
    from collections.abc import Container

    from cqrs_gen.project import Project
    from cqrs_gen.updating.merging import Outcome

CONTESTED = "its new template and you changed the same lines"


def follow(project: Project, outcome: Outcome) -> None:
    """Add to an outcome what becomes of slices, the team's own changes to templates in both.

    Slices of a kind whose templates have conflicts stay as they are, and that is said.
    Raises Failed where a new slice template is broken.
    """
    if not (project.root / TEMPLATES).is_dir():
        outcome.notes.append(f"slices are left as they are: there is no `{TEMPLATES}`")
        return
    unsettled = _unsettled_kinds(outcome)
    with tempfile.TemporaryDirectory(prefix="cqrs-gen-") as folder:
        after = Path(folder) / TEMPLATES
        _lay_out(project, outcome, after, but=unsettled)
        resliced = plan_slices(project, project.root / TEMPLATES, after)
    changes = (change for change in resliced.plan.changes if not isinstance(change, Keep))
    outcome.changes |= {change.path: change for change in changes}
    outcome.notes += resliced.left
    outcome.notes += (
        f"slices of `{kind}` are left as they are: its templates have conflicts"
        for kind in sorted(unsettled)
    )
    for path, before, theirs in resliced.contested:
        outcome.unsettled.append(Unsettled(path, CONTESTED, File(before), None, File(theirs)))


def _unsettled_kinds(outcome: Outcome) -> frozenset[str]:
    return frozenset(
        path.parts[1]
        for path, change in outcome.changes.items()
        if path.parts[0] == TEMPLATES and isinstance(change, Mark)
    )


def _lay_out(project: Project, outcome: Outcome, folder: Path, *, but: Container[str]) -> None:
    """Make the folder of slice templates that the project will have."""
    for kind in kinds_of(project.root):
        for path, content in template_files(project.root, project.root / TEMPLATES / kind):
            _put(folder / kind / path, content)
    for path, change in outcome.changes.items():
        if path.parts[0] != TEMPLATES or path.parts[1] in but:
            continue
        place = folder.joinpath(*path.parts[1:])
        new = sides(change)[1]
        if new is None:
            place.unlink(missing_ok=True)
        else:
            _put(place, new.encode("utf-8", "surrogateescape"))


def _put(place: Path, content: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
