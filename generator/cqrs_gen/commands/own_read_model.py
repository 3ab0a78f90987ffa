"""A query with a read model of its own: what was left out is inferred from its events."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cqrs_gen.commands.add_projection import (
    disputed_notes,
    projection_slice,
    shape_note,
    unheard_notes,
)
from cqrs_gen.commands.adding import Addition, Slice
from cqrs_gen.commands.naming import events_before, name_of_read_model
from cqrs_gen.commands.number import number_notes
from cqrs_gen.commands.projection_context import read_model_context
from cqrs_gen.commands.query_context import query_context
from cqrs_gen.commands.question import Answer, fitting, unused_notes
from cqrs_gen.feeding import events_to_feed
from cqrs_gen.fields import Field
from cqrs_gen.gathering import gather
from cqrs_gen.keys import inferred_question, key_of_question, key_of_rows, with_key
from cqrs_gen.phrases import query_subject
from cqrs_gen.shaping import shape
from cqrs_gen.types import Type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cqrs_gen.commands.question import Question
    from cqrs_gen.gathering import Gathered
    from cqrs_gen.names import Name
    from cqrs_gen.project import Project
    from cqrs_gen.scan import FoundMessage
    from cqrs_gen.shaping import Shape

COUNTED = (Field("count", Type("int")),)
"""What a query that counts shows, if nothing else is said."""


def with_its_own(project: Project, question: Question, on: Sequence[str]) -> Addition:
    """Decide on the query and on the projection that fills its read model."""
    subject = query_subject(question.name.text)
    heard = events_to_feed(project, subject, on or events_before(project, question, subject))
    question, inferred = _with_inferred_fields(question, subject, heard)
    key = key_of_rows(heard) if question.is_for_many else key_of_question(heard, question.asked)
    events = with_key(heard, key, were_named=bool(on))
    gathered = gather(events, key)
    question, disputed = _with_inferred_view(question, gathered, tuple(part.field for part in key))
    made = shape(events, key, (*question.returns, *_asked_beside(question, gathered)))
    name, taken = name_of_read_model(project, question, subject)
    answer = _answer(project, question, made, name)
    return Addition(
        slices=(
            Slice("query", query_context(question, answer)),
            projection_slice(project, name, made),
        ),
        notes=(
            *number_notes(question, heard),
            *inferred,
            shape_note(name, made),
            *unheard_notes(heard, events),
            *disputed,
            *taken,
            *unused_notes(question, answer),
        ),
    )


def _with_inferred_fields(
    question: Question, subject: str, events: Sequence[FoundMessage]
) -> tuple[Question, tuple[str, ...]]:
    if question.asked or question.is_for_many or question.counts:
        return question, ()
    asked = inferred_question(subject, events)
    notes = tuple(f"`{question.name.text}` asks by `{f.name}:{f.type.spec}`" for f in asked)
    return replace(question, asked=asked), notes


def _with_inferred_view(
    question: Question, gathered: Gathered, key: tuple[Field, ...]
) -> tuple[Question, tuple[str, ...]]:
    if question.returns:
        return question, ()
    if question.counts:
        return replace(question, returns=COUNTED), ()
    view = gathered.fields or key
    return replace(question, returns=view), tuple(disputed_notes(gathered))


def _asked_beside(question: Question, gathered: Gathered) -> tuple[Field, ...]:
    """Give what is asked by and not shown, as far as the events carry it."""
    shown = {field.name for field in question.returns}
    carried = {field.name: field for field in gathered.fields if field.name not in shown}
    return tuple(carried[f.name] for f in question.asked if f.name in carried)


def _answer(project: Project, question: Question, made: Shape, name: Name) -> Answer:
    return Answer(
        view=fitting(question.returns, made.fields, f"`{name.module}`"),
        key=tuple(part.field for part in made.key),
        columns=made.fields,
        read_model=read_model_context(project, name, made),
        example=made.example,
    )
