"""What every `add` ends with: render, tidy and compare, so that a plan comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from cqrs_gen.plan import Plan, plan_files
from cqrs_gen.slices import render
from cqrs_gen.tidying import tidy

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import PurePosixPath

    from cqrs_gen.contexts import Context
    from cqrs_gen.project import Project


class Slice(NamedTuple):
    """A kind whose templates are to be rendered, and what they may name."""

    kind: str
    context: Context


@dataclass(frozen=True, slots=True)
class Addition:
    """All that one `add` wants: its slices, and what was inferred."""

    slices: tuple[Slice, ...]
    notes: tuple[str, ...] = ()


def plan_additions(
    project: Project, additions: Iterable[Addition], *, force: bool = False, skip: bool = False
) -> Plan:
    """Render all slices, tidied by one run of ruff, and compare them with what is there."""
    tidied = tidy(project.root, rendered(project, additions), package=project.package)
    return plan_files(project.root, tidied, force=force, skip=skip)


def rendered(project: Project, additions: Iterable[Addition]) -> dict[PurePosixPath, str]:
    """Render all slices, without tidying them."""
    files: dict[PurePosixPath, str] = {}
    for addition in additions:
        for each in addition.slices:
            files |= render(project, each.kind, each.context)
    return files
