"""The reference of the slices lists what their templates may name, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from docs.pages import quoted, read, rows, section

from cqrs_gen.commands.add_command import add_command
from cqrs_gen.commands.add_projection import add_projection
from cqrs_gen.commands.add_query import QueryOptions, add_query
from cqrs_gen.commands.add_slice import add_slice
from cqrs_gen.project import find_project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Shell
    from cqrs_gen.commands.adding import Addition
    from cqrs_gen.project import Project

PAGE = read("reference/slices.md")
FIELDS = ["user_id:UUID", "note:str?"]
PAGED = QueryOptions(on=["UserCreated"])
SHARED = QueryOptions(source="user_stats")

MADE: dict[str, list[Callable[[Project], Addition]]] = {
    "command": [lambda project: add_command(project, "PlaceOrder", FIELDS)],
    "event": [lambda project: add_command(project, "PlaceOrder", FIELDS)],
    "query": [
        lambda project: add_query(project, "GetUserNames", FIELDS, PAGED),
        lambda project: add_query(project, "GetUserNames", FIELDS, SHARED),
    ],
    "projection": [lambda project: add_projection(project, "UserNames", [], on=["UserCreated"])],
    "policy": [lambda project: add_slice(project, "policy", "OpeningHours", FIELDS)],
}
HEADINGS = {kind: f"## In `{kind}`" for kind in MADE} | {"policy": "## In a kind of your own"}


def names_in(value: object, before: str) -> Iterator[str]:
    """Name a value and what is in it: `id.name`, `fields[].optional`."""
    if before and not isinstance(value, dict):
        yield before
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from names_in(inner, f"{before}.{key}" if before else key)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        yield from names_in(value[0], f"{before}[]")


def told(heading: str) -> set[str]:
    return {name for row in rows(section(PAGE, heading)) for name in quoted(row[0])}


@pytest.mark.parametrize("kind", MADE)
def test_a_kind_has_the_names_that_the_page_lists(kind: str, shop: Shell) -> None:
    project = find_project(shop.folder)
    contexts = [
        {"package": project.package, **each.context}
        for make in MADE[kind]
        for each in make(project).slices
        if each.kind == kind
    ]

    always = set.intersection(*(set(names_in(context, "")) for context in contexts))

    assert told("## In every kind") | told(HEADINGS[kind]) == always
