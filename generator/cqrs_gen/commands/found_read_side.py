"""A query or a projection that the project has, as `add` was told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.commands.known import handled, require_known
from cqrs_gen.commands.projection_context import projection_context, read_model_context
from cqrs_gen.commands.query_context import query_context
from cqrs_gen.commands.question import PAGED, Answer, Question
from cqrs_gen.commands.shared_read_model import example_of
from cqrs_gen.errors import CqrsGenError, NotFound
from cqrs_gen.keys import EVENT_ID, SCOPE, KeyPart
from cqrs_gen.modules import read
from cqrs_gen.names import Name
from cqrs_gen.scan import event_named
from cqrs_gen.shaping import shape
from cqrs_gen.sources import fields_of, other_fields_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cqrs_gen.contexts import Context
    from cqrs_gen.fields import Field
    from cqrs_gen.project import Project
    from cqrs_gen.read_models import FoundReadModel
    from cqrs_gen.scan import FoundHandler, FoundMessage
    from cqrs_gen.shaping import Shape


def context_of_projection(project: Project, found: FoundReadModel) -> Context:
    """Work out what its templates may name; raises NotFound where the source does not tell."""
    name = _name_of(found)
    return projection_context(project, name, _shape_of(project, found))


def context_of_query(
    project: Project,
    found: FoundMessage,
    handler: FoundHandler | None,
    models: Iterable[FoundReadModel],
) -> Context:
    """Work out what its templates may name; raises NotFound where the source does not tell."""
    require_known(found)
    name = Name.parse(found.class_name, "query")
    model = _looked_at(handled(found, handler), models)
    question = Question(name, found.fields, _view(project, found, f"{name.text}View"))
    if question.is_for_many:
        asked = tuple(field for field in found.fields if field.name not in PAGED)
        question = Question(name, asked, question.returns)
    answer = Answer(
        view=question.returns,
        key=model.key,
        columns=model.fields,
        read_model=_told_of(project, model),
        example=example_of(project, model),
    )
    return query_context(question, answer)


def _told_of(project: Project, model: FoundReadModel) -> Context:
    """Tell of a read model what `--from` does, and more where it is as `add` made it."""
    told: Context = {
        "name": model.name,
        "module": model.module,
        "constant": model.constant,
        "class_name": model.projection,
    }
    try:
        return {**read_model_context(project, _name_of(model), _shape_of(project, model)), **told}
    except CqrsGenError:
        return told


def _name_of(model: FoundReadModel) -> Name:
    name = Name.parse(model.projection, "projection")
    if (name.module, name.module.upper()) != (model.name, model.constant):
        raise NotFound(f"`{model.constant}` is called otherwise than `{model.projection}`")
    return name


def _shape_of(project: Project, model: FoundReadModel) -> Shape:
    found = {name: event_named(project, name) for name in model.events}
    events = [event for event in found.values() if event is not None]
    if not events or len(events) != len(model.events) or not model.key:
        raise NotFound(f"`{model.projection}` does not show its events and its key")
    return shape(events, tuple(_part(field, events) for field in model.key), model.columns)


def _part(field: Field, events: list[FoundMessage]) -> KeyPart:
    for part in (EVENT_ID, SCOPE):
        is_carried = all(field.name in {own.name for own in event.fields} for event in events)
        if field == part.field and not is_carried:
            return part
    return KeyPart(field, f"event.{field.name}")


def _looked_at(handler: FoundHandler, models: Iterable[FoundReadModel]) -> FoundReadModel:
    found = [model for model in models if model.projection in handler.names]
    if len(found) != 1 or not found[0].key:
        raise NotFound(f"`{handler.name}` does not show which read model it was made for")
    return found[0]


def _view(project: Project, found: FoundMessage, name: str) -> tuple[Field, ...]:
    for source in read(project, found.path):
        for node in source.classes:
            if node.name == name and not other_fields_of(node, source.names):
                return fields_of(node, source.names)
    raise NotFound(f"`{name}` is not there as `add` made it")
