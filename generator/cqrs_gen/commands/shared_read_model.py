"""A query with a read model that is there already: `--from READ_MODEL`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cqrs_gen.commands.adding import Addition, Slice
from cqrs_gen.commands.number import number_notes
from cqrs_gen.commands.query_context import query_context
from cqrs_gen.commands.question import Answer, fitting, unused_notes
from cqrs_gen.errors import Conflict, NotFound
from cqrs_gen.lifecycle import ends_rows
from cqrs_gen.scan import event_named, read_model_named, read_models
from cqrs_gen.words import snake

if TYPE_CHECKING:
    from cqrs_gen.commands.question import Question
    from cqrs_gen.project import Project
    from cqrs_gen.read_models import FoundReadModel
    from cqrs_gen.scan import FoundMessage


def with_one_that_is_there(project: Project, question: Question, source: str) -> Addition:
    """Decide on the query alone; it asks by the read model's key, if nothing else is said."""
    found = _read_model(project, source)
    asked = question.asked or (() if question.is_for_many else found.key)
    question = replace(question, asked=asked, returns=question.returns or found.fields)
    answer = Answer(
        view=fitting(question.returns, found.fields, f"`{found.name}`"),
        key=found.key,
        columns=found.fields,
        read_model={
            "name": found.name,
            "module": found.module,
            "constant": found.constant,
            "class_name": found.projection,
        },
        example=example_of(project, found),
    )
    return Addition(
        slices=(Slice("query", query_context(question, answer)),),
        notes=(
            *number_notes(question, [answer.example]),
            f"`{found.name}` answers it",
            *unused_notes(question, answer),
        ),
    )


def _read_model(project: Project, name: str) -> FoundReadModel:
    found = read_model_named(project, snake(name).removesuffix("_projection"))
    if found is None:
        raise NotFound(f"the project has no read model `{name}`", hint=_way_out(project, name))
    if not found.key:
        raise Conflict(
            f"the key of `{name}` cannot be read from its source",
            hint='write it there as a dict: `key={"user_id": UUID}`',
        )
    return found


def _way_out(project: Project, name: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415  only a refusal needs it

    names = [each.name for each in read_models(project)]
    if not names:
        return "there is none yet: leave `--from` out, and the query gets one of its own"
    close = get_close_matches(name, names, n=1)
    there = f"there are: {', '.join(f'`{each}`' for each in names)}"
    return f"did you mean `--from {close[0]}`?" if close else there


def example_of(project: Project, found: FoundReadModel) -> FoundMessage:
    """Find the first event that makes a row; raises Conflict where none does."""
    for name in found.events:
        event = event_named(project, name)
        if event is not None and not ends_rows(event, [field.name for field in found.key]):
            return event
    raise Conflict(
        f"no event in the project fills `{found.name}`",
        hint=f"mark a method of `{found.projection}` with `@on(SomeEvent)`",
    )
