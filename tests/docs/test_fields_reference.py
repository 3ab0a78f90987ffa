"""The reference of names and fields says what the generator does with them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from docs.pages import quoted, read, rows, section

from conftest import program
from cqrs_gen.errors import InvalidField, InvalidName
from cqrs_gen.fields import parse_field
from cqrs_gen.names import Name
from cqrs_gen.phrases import command_entity, entity_id, event_of
from cqrs_gen.samples import sample, zero
from cqrs_gen.type_grammar import parse_type
from cqrs_gen.types import CONTAINERS, SCALARS

if TYPE_CHECKING:
    from conftest import Shell

PAGE = read("reference/fields.md")
TYPES = [[cell.strip("`") for cell in row] for row in rows(section(PAGE, "## Fields"))]
REFUSED_FIELDS = [row for row in TYPES if len(row) == 2]
TYPES = [row for row in TYPES if len(row) > 2]
NAMES = rows(section(PAGE, "## Names"))
NAMED = rows(section(PAGE, "## How events are named"))
EVENTS = [[cell.strip("`") for cell in row] for row in NAMED]


def test_every_type_has_its_row() -> None:
    told = {parse_type(row[0]) for row in TYPES}

    assert {held.name for held in told} == SCALARS | CONTAINERS.keys()
    assert any(held.optional for held in told)


@pytest.mark.parametrize("row", TYPES, ids=lambda row: str(row[0]))
def test_a_type_is_written_as_the_page_says(row: list[str]) -> None:
    spec, annotation, _, sampled, zeroed, typed = row
    held = parse_type(spec)
    start = zero(held)

    assert held.annotation == annotation
    assert sample(held, "size").expression == sampled
    assert start is not None
    assert start.expression == zeroed
    assert parse_field(typed).type == held
    assert parse_field(typed).default is not None


def test_columns_are_as_the_page_says(bare_shop: Shell) -> None:
    annotations = json.dumps([row[1] for row in TYPES])

    done = bare_shop.python(program("column_types.py"), annotations)

    assert json.loads(done.stdout or done.stderr) == [row[2] for row in TYPES]


@pytest.mark.parametrize("row", REFUSED_FIELDS, ids=lambda row: str(row[0]))
def test_a_field_is_refused_for_the_reason_that_the_page_gives(row: list[str]) -> None:
    with pytest.raises(InvalidField) as refused:
        parse_field(row[0])

    assert refused.value.what.replace("`", "").endswith(row[1].replace("`", ""))


@pytest.mark.parametrize("row", NAMES, ids=lambda row: str(row[0]))
def test_a_name_is_refused_for_the_reason_that_the_page_gives(row: list[str]) -> None:
    with pytest.raises(InvalidName) as refused:
        Name.parse(row[0].strip("`"), "command")

    assert row[1] in refused.value.what


@pytest.mark.parametrize("name", ["id", "type", "match", "name", "format"])
def test_a_field_is_welcome_that_the_page_welcomes(name: str) -> None:
    assert name in quoted(section(PAGE, "## Fields"))
    assert parse_field(f"{name}:str").name == name


@pytest.mark.parametrize("row", EVENTS, ids=lambda row: str(row[0]))
def test_an_event_is_named_as_the_page_says(row: list[str]) -> None:
    command = row[0]
    entity = command_entity(command)

    assert [command, event_of(command), entity, entity_id(entity)] == row
