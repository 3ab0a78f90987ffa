"""What a query's slice templates may name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.contexts import (
    field_context,
    fielded,
    imports_of,
    instance,
    named,
    phrase,
    sample_imports,
    sampled,
)
from cqrs_gen.phrases import query_subject
from cqrs_gen.samples import sample

if TYPE_CHECKING:
    from cqrs_gen.commands.question import Answer, Question
    from cqrs_gen.contexts import Context
    from cqrs_gen.fields import Field


def query_context(question: Question, answer: Answer) -> Context:
    """Tell the templates of a query all they may name."""
    view_class = f"{question.name.text}View"
    filters = answer.filters(question)
    return {
        **named(question.name),
        **fielded(question.asked),
        "phrase": phrase(query_subject(question.name.text)),
        "imports": imports_of((*question.asked, *answer.view)),
        "many": question.is_for_many,
        "result": f"Page[{view_class}]" if question.is_for_many else f"{view_class} | None",
        "view": {
            "class_name": view_class,
            "fields": [field_context(field) for field in answer.view],
        },
        "read_model": {**answer.read_model, "key": [field_context(f) for f in answer.key]},
        "filters": [field_context(field) for field in filters],
        "unused": [field_context(field) for field in answer.unused(question)],
        **_test_context(question, answer, filters),
    }


def _test_context(question: Question, answer: Answer, filters: tuple[Field, ...]) -> Context:
    event = answer.example
    key = {field.name: 1 for field in answer.key}
    return {
        "event": {
            "class_name": event.class_name,
            "module": event.module,
            "sample": instance(event),
            "other_sample": instance(event, key),
        },
        "sample_arguments": sampled(question.asked),
        "sample_imports": sample_imports((*event.fields, *question.asked)),
        "asking": [_from_row(field, filters) for field in question.asked],
        "asking_other": _asking_other(question, filters),
        "showing": [f'{field.name}=row["{field.name}"]' for field in answer.view],
        "pages": question.is_for_many and not any(f.name in key for f in filters),
    }


def _from_row(field: Field, filters: tuple[Field, ...]) -> str:
    return f'{field.name}=row["{field.name}"]' if field in filters else sampled([field])[0]


def _asking_other(question: Question, filters: tuple[Field, ...]) -> list[str]:
    """Ask for what is not there: as before, but for one field."""
    if not filters:
        return []
    told_apart = [field for field in filters if field.type.name != "bool"] or list(filters)
    other = told_apart[0]
    return [
        _other_value(field) if field is other else _from_row(field, filters)
        for field in question.asked
    ]


def _other_value(field: Field) -> str:
    if field.type.name == "bool":
        return f'{field.name}=not row["{field.name}"]'
    return f"{field.name}={sample(field.type, field.name, 1).expression}"
