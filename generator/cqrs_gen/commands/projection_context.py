"""What a projection's slice templates may name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.contexts import field_context, imports_of, instance, named, sample_imports
from cqrs_gen.keys import EVENT_ID, SCOPE
from cqrs_gen.samples import zero
from cqrs_gen.words import snake

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cqrs_gen.contexts import Context
    from cqrs_gen.fields import Field
    from cqrs_gen.names import Name
    from cqrs_gen.project import Project
    from cqrs_gen.scan import FoundMessage
    from cqrs_gen.shaping import Effect, Shape

OF_THE_BASE = frozenset({"changes", "methods", "name", "read_model"})
"""What every projection has from its base class, and no method for an event may replace."""


def projection_context(project: Project, name: Name, made: Shape) -> Context:
    """Tell the templates of a projection all they may name."""
    return {
        **named(name),
        "read_model": read_model_context(project, name, made),
        "events": [_event_context(effect, made, name) for effect in made.effects],
        "imports": sorted({*imports_of(made.fields), *_zero_imports(made)}),
        "sample_imports": _sample_imports(made),
    }


def read_model_context(project: Project, name: Name, made: Shape) -> Context:
    """Tell of the read model: its names, its key and its columns."""
    return {
        "name": name.module,
        "module": f"{project.package}.read.projections.{name.module}",
        "constant": _constant_of_rows(made, name),
        "class_name": name.class_name,
        "grain": grain(made),
        "key": [field_context(part.field) for part in made.key],
        "columns": [field_context(field) for field in made.columns],
    }


def grain(made: Shape) -> str:
    """Say what a row stands for."""
    if made.key == (SCOPE,):
        return "one row for all"
    if made.key == (EVENT_ID,):
        return "a row for each event"
    return f"a row for each `{'`, `'.join(part.field.name for part in made.key)}`"


def _event_context(effect: Effect, made: Shape, name: Name) -> Context:
    key = {part.field.name: part.expression for part in made.key}
    set_ = {field.name: f"event.{field.name}" for field in effect.set}
    start = {field.name: _zero(field) for field in effect.start}
    method = snake(effect.event.name)
    return {
        "class_name": effect.event.class_name,
        "module": effect.event.module,
        "method": f"on_{method}" if method in OF_THE_BASE else method,
        "constant": _constant(effect.event, name),
        "sample": instance(effect.event),
        "uses_event": any(value.startswith("event.") for value in (*key.values(), *set_.values())),
        "removes": effect.removes,
        "key": _as_dict(key),
        "set": _as_dict(set_) if set_ else "",
        "start": _as_dict(start) if start else "",
        "before": _constant(made.example, name) if effect.removes else "",
        **_row_context(effect, made, name),
    }


def _row_context(effect: Effect, made: Shape, name: Name) -> Context:
    """Tell how a test sees the row that the event makes, in the words of `EVENT.field`."""
    constant = _constant(effect.event, name)
    carried = {part.field.name: part.expression for part in made.key}
    carried |= {field.name: f"event.{field.name}" for field in effect.set}
    row = {key: value.replace("event.", f"{constant}.", 1) for key, value in carried.items()}
    row |= {field.name: _zero(field) for field in effect.start}
    uses_recorded = any(value.startswith("recorded.") for value in row.values())
    return {"row": _as_dict(row), "uses_recorded": uses_recorded}


def _constant_of_rows(made: Shape, name: Name) -> str:
    """Name the read model's constant, which stands beside the classes of its events."""
    constant = name.module.upper()
    events = {effect.event.class_name for effect in made.effects}
    return f"{constant}_ROWS" if constant in events else constant


def _constant(event: FoundMessage, name: Name) -> str:
    constant = snake(event.name).upper()
    return f"{constant}_EVENT" if constant in {name.module.upper(), event.class_name} else constant


def _as_dict(values: Mapping[str, str]) -> str:
    return "{" + ", ".join(f'"{name}": {value}' for name, value in values.items()) + "}"


def _zero(field: Field) -> str:
    start = zero(field.type)
    return "None" if start is None else start.expression


def _zero_imports(made: Shape) -> set[str]:
    starts = (zero(field.type) for effect in made.effects for field in effect.start)
    return {line for start in starts if start is not None for line in start.imports}


def _sample_imports(made: Shape) -> list[str]:
    fields = [field for effect in made.effects for field in effect.event.fields]
    return sorted({*sample_imports(fields), *_zero_imports(made)})
