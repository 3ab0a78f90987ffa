"""What a service needs of a `pyproject.toml` that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cqrs_gen.commands.needed_project import needed_project
from cqrs_gen.commands.needed_tools import needed_tools
from cqrs_gen.wanting import wanting

if TYPE_CHECKING:
    from cqrs_gen.commands.needed_tools import Service
    from cqrs_gen.existing import Existing
    from cqrs_gen.wanting import Differing


class Needs(NamedTuple):
    """What is to be added to `pyproject.toml`, and what is to be known or done beside."""

    additions: dict[str, object]
    notes: tuple[str, ...]


def needs_of(service: Service, made: Existing, existing: Existing) -> Needs:
    """Compare what is there with what the template made for a project of its own."""
    project = needed_project(made, existing)
    tools = needed_tools(service, made, existing)
    wanted = {**project.wanted, **({"tool": tools.wanted} if tools.wanted else {})}
    found = wanting(existing.settings, wanted)
    differing = (_differs(each) for each in found.differing)
    return Needs(found.additions, (*differing, *project.notes, *tools.notes))


def _differs(each: Differing) -> str:
    path = ".".join(each.path)
    return f"`{path}` stays `{each.there}`; a project of its own has `{each.wanted}`"
