"""What slice templates may name: plain values, made from names and fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from .samples import sample
from .words import split_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .fields import Field
    from .names import Name
    from .scan import FoundMessage

Context: TypeAlias = dict[str, object]


def named(name: Name) -> Context:
    """Tell of a message's name: `name`, `class_name`, `module` and the `phrase` it reads as."""
    return {
        "name": name.text,
        "class_name": name.class_name,
        "module": name.module,
        "phrase": phrase(name.text),
    }


def phrase(text: str) -> str:
    """Read a name as words: `CreateUser` gives `create user`, acronyms stay as they are."""
    words = split_words(text)
    return " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in words)


def fielded(fields: Iterable[Field]) -> Context:
    """Tell of a message's fields, with the imports that declare them."""
    shown = tuple(fields)
    return {"fields": [field_context(field) for field in shown], "imports": imports_of(shown)}


def field_context(field: Field) -> Context:
    """Tell of one field: `name`, `annotation`, whether it is `optional`, its `declaration`."""
    return {
        "name": field.name,
        "annotation": field.type.annotation,
        "optional": field.type.optional,
        "declaration": field.declaration(),
    }


def imports_of(fields: Iterable[Field]) -> list[str]:
    """Collect the import statements that fields need."""
    return sorted({statement for field in fields for statement in field.imports})


def sampled(fields: Iterable[Field], variants: Mapping[str, int] | None = None) -> list[str]:
    """Write samples of fields as keyword arguments, in another variant where one is asked for."""
    chosen = variants or {}
    return [f"{f.name}={sample(f.type, f.name, chosen.get(f.name, 0)).expression}" for f in fields]


def sample_imports(fields: Iterable[Field]) -> list[str]:
    """Collect the import statements that samples of fields need."""
    return sorted({line for f in fields for line in sample(f.type, f.name).imports})


def instance(event: FoundMessage, variants: Mapping[str, int] | None = None) -> str:
    """Write a sample of an event that the project has: `UserCreated(email="email")`.

    Where it has fields that cannot be typed, the framework's own `sample` makes it.
    """
    if not event.others:
        return f"{event.class_name}({', '.join(sampled(event.fields, variants))})"
    made = f"sample({event.class_name})"
    varied = sampled([f for f in event.fields if f.name in (variants or {})], variants)
    return f"replace({', '.join((made, *varied))})" if varied else made
