"""What a service needs of the table `[project]`: requirements, and a script to run it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cqrs_gen.commands.keeping import keeps_tools_in_a_group
from cqrs_gen.requirements import admits_older_python, lacking

if TYPE_CHECKING:
    from cqrs_gen.existing import Existing


class Part(NamedTuple):
    """What is wanted of `pyproject.toml`, and what is to be known or done beside."""

    wanted: dict[str, object]
    notes: tuple[str, ...]


def needed_project(made: Existing, existing: Existing) -> Part:
    """Compare requirements and scripts; where `[project]` cannot hold them, only say so."""
    requirements, older = _requirements(made, existing)
    parts = {
        "dependencies": requirements,
        "optional-dependencies": _extras(made, existing),
        "scripts": _scripts(made, existing),
    }
    held, unheld = {}, []
    for name, wanted in parts.items():
        if wanted and _holds(existing, name):
            held[name] = wanted
        elif wanted:
            unheld.append(f"`pyproject.toml` has no `{name}` of its own; there it needs `{wanted}`")
    groups = {"dependency-groups": {"dev": _tools(made, existing)}}
    in_group = groups if keeps_tools_in_a_group(existing) and _tools(made, existing) else {}
    return Part({**({"project": held} if held else {}), **in_group}, (*older, *unheld))


def _requirements(made: Existing, existing: Existing) -> tuple[list[str], list[str]]:
    found = lacking(_listed(existing, "project", "dependencies"), _wanted(made, "dependencies"))
    older = [f"`{own}` stays; the service wants `{wanted}`" for own, wanted in found.older]
    return found.missing, [*older, *_python(made, existing)]


def _python(made: Existing, existing: Existing) -> list[str]:
    own, wanted = existing.at("project", "requires-python"), made.at("project", "requires-python")
    if not admits_older_python(own, wanted):
        return []
    return [f"`requires-python` stays `{own}`; the service runs on `{wanted}`"]


def _extras(made: Existing, existing: Existing) -> dict[str, object]:
    extras = made.at("project", "optional-dependencies")
    own = dict(extras) if isinstance(extras, dict) else {}
    tools = [] if keeps_tools_in_a_group(existing) else _tools(made, existing)
    own.pop("dev", None)
    return {**({"dev": tools} if tools else {}), **own}


def _tools(made: Existing, existing: Existing) -> list[str]:
    there = [
        *_listed(existing, "project", "dependencies"),
        *_listed(existing, "project", "optional-dependencies", "dev"),
        *_listed(existing, "dependency-groups", "dev"),
    ]
    return lacking(there, _wanted(made, "optional-dependencies", "dev")).missing


def _scripts(made: Existing, existing: Existing) -> dict[str, object]:
    scripts = made.at("project", "scripts")
    own = existing.at("project", "scripts")
    taken = own if isinstance(own, dict) else {}
    wanted = scripts if isinstance(scripts, dict) else {}
    return {_free(name, each, taken): each for name, each in wanted.items()}


def _free(name: str, wanted: object, taken: dict[str, object]) -> str:
    return name if taken.get(name, wanted) == wanted else f"{name}-service"


def _holds(existing: Existing, name: str) -> bool:
    dynamic = _listed(existing, "project", "dynamic")
    return isinstance(existing.at("project"), dict) and name not in dynamic


def _wanted(made: Existing, *path: str) -> list[str]:
    return [str(each) for each in _listed(made, "project", *path)]


def _listed(project: Existing, *path: str) -> list[object]:
    found = project.at(*path)
    return found if isinstance(found, list) else []
