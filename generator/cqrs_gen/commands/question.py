"""A query as it was asked for, and what can answer it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from cqrs_gen.errors import Conflict
from cqrs_gen.phrases import asks_for_many

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cqrs_gen.contexts import Context
    from cqrs_gen.fields import Field
    from cqrs_gen.names import Name
    from cqrs_gen.scan import FoundMessage

PAGED = frozenset({"limit", "cursor"})
"""The fields that every query for a page has of its own."""


@dataclass(frozen=True, slots=True)
class Question:
    """What was typed: the query's name and fields, and the fields of its view."""

    name: Name
    asked: tuple[Field, ...]
    returns: tuple[Field, ...]

    @property
    def is_for_many(self) -> bool:
        """Whether a page answers it."""
        return asks_for_many(self.name.text)

    @property
    def counts(self) -> bool:
        """Whether a number answers it."""
        return self.name.verb == "Count" and len(self.name.words) > 1


class Answer(NamedTuple):
    """What answers: a view, from the columns of a read model that an example event fills."""

    view: tuple[Field, ...]
    key: tuple[Field, ...]
    columns: tuple[Field, ...]
    read_model: Context
    example: FoundMessage

    def filters(self, question: Question) -> tuple[Field, ...]:
        """Give the query's fields that a column is compared with."""
        carried = {field.name for field in self.example.fields}
        held = {
            field.name: field.type.required()
            for field in self.columns
            if not field.type.optional or field.name in carried
        }
        scalar = (field for field in question.asked if field.type.required().is_scalar)
        return tuple(f for f in scalar if held.get(f.name) == f.type.required())

    def unused(self, question: Question) -> tuple[Field, ...]:
        """Give the query's fields that no column is compared with."""
        filters = self.filters(question)
        return tuple(field for field in question.asked if field not in filters)


def fitting(view: tuple[Field, ...], columns: tuple[Field, ...], where: str) -> tuple[Field, ...]:
    """Check that each field of the view is a column of the same type; raises Conflict."""
    held = {field.name: field.type for field in columns}
    for field in view:
        has = held.get(field.name)
        if has != field.type:
            all_of_it = ", ".join(f"`{each.name}`" for each in columns)
            raise Conflict(
                f"{where} has no column `{field.name}:{field.type.spec}`",
                hint=f"it has `{field.name}:{has.spec}`" if has else f"it has: {all_of_it}",
            )
    return view


def unused_notes(question: Question, answer: Answer) -> Iterator[str]:
    """Say which of the query's fields have no effect, and why."""
    columns = {field.name for field in answer.columns}
    for field in answer.unused(question):
        where = answer.read_model["name"]
        why = "cannot be compared with what is" if field.name in columns else "is not"
        yield f"`{field.name}` {why} in `{where}`: the handler does not use it yet"
