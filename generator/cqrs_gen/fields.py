"""A message's fields: `email:str?` understood as name, type and default."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .defaults import write_default
from .errors import InvalidField
from .field_names import check_field_name
from .shown import shown
from .type_grammar import parse_type
from .types import IMPORTS, Type

if TYPE_CHECKING:
    from collections.abc import Iterable


_NEXT_FIELD = re.compile(r"\s*([,\s])\s*([a-z_]\w*:)")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a message or a view; `default` is what stands after `=` in its class."""

    name: str
    type: Type
    default: str | None = None

    @property
    def fallback(self) -> str | None:
        """What the field holds where nothing is given: its default, or None if it is optional."""
        return "None" if self.default is None and self.type.optional else self.default

    @property
    def imports(self) -> tuple[str, ...]:
        """The sorted import statements that the declaration with its default needs."""
        return tuple(sorted({*self.type.imports, *_imports_of(self.default)}))

    def declaration(self, *, with_default: bool = True) -> str:
        """Write the field as a line of its class: `note: str | None = None`."""
        declared = f"{self.name}: {self.type.annotation}"
        return f"{declared} = {self.fallback}" if with_default and self.fallback else declared


def parse_field(text: str) -> Field:
    """Read `name`, `name:type` or `name:type=default`; raises InvalidField with a way out.

    A field without a type is a `str`.
    """
    declared, equals, default = text.partition("=")
    name, colon, spec = (part.strip() for part in declared.partition(":"))
    check_field_name(name)
    if colon:
        _require_one_type(name, spec)
    held = parse_type(spec) if colon else Type("str")
    return Field(name, held, write_default(default, held) if equals else None)


def _require_one_type(name: str, spec: str) -> None:
    if not spec:
        raise InvalidField(f"`{name}:` has no type", hint=f"write it without a space: `{name}:str`")
    following = _NEXT_FIELD.search(spec)
    if following is None:
        return
    if following[1] == ",":
        hint = f"put spaces between fields: `{name}:{spec[: following.start()]} {following[2]}…`"
    else:
        hint = "give each field in quotes of its own, and in `--returns` with commas between them"
    raise InvalidField(f"{shown(f'{name}:{spec}')} is more than one field", hint=hint)


def parse_fields(texts: Iterable[str]) -> tuple[Field, ...]:
    """Read fields that stand together; raises InvalidField also where two of them collide."""
    fields = tuple(parse_field(text) for text in texts)
    _check_names_differ(fields)
    _check_classes_differ(fields)
    return fields


def parse_field_list(text: str) -> tuple[Field, ...]:
    """Read fields with commas between them: `tags:dict[str,int],last_seen:datetime?`."""
    return parse_fields(_split_at_top(text)) if text.strip() else ()


def types_in(held: Type | None) -> list[str]:
    """List the paths of the project's own classes that a type is made of."""
    if held is None:
        return []
    return [*types_in(held.item), *([held.name] if held.is_custom else [])]


def _imports_of(expression: str | None) -> set[str]:
    if expression is None:
        return set()
    nodes = ast.walk(ast.parse(expression, mode="eval"))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    return {IMPORTS[name] for name in names & IMPORTS.keys()}


def _check_names_differ(fields: tuple[Field, ...]) -> None:
    seen: dict[str, str] = {}
    for field in fields:
        # `user_id` and `userid` are one name to people, and one in camelCase may be to clients.
        other = seen.setdefault(field.name.replace("_", ""), field.name)
        if other == field.name and [each.name for each in fields].count(field.name) > 1:
            raise InvalidField(f"the field `{field.name}` is given twice", hint="leave one out")
        if other != field.name:
            raise InvalidField(
                f"the fields `{other}` and `{field.name}` differ by an underscore only",
                hint="leave one out, or rename it",
            )


def _check_classes_differ(fields: tuple[Field, ...]) -> None:
    seen: dict[str, str] = {}
    for path in (path for field in fields for path in types_in(field.type)):
        other = seen.setdefault(path.rpartition(".")[2], path)
        if other != path:
            raise InvalidField(
                f"`{other}` and `{path}` have the same name, and one file imports both",
                hint="rename one of the classes",
            )


def _split_at_top(text: str) -> list[str]:
    parts, depth = [""], 0
    for letter in text:
        depth += (letter in "[{(") - (letter in "]})")
        if letter == "," and depth <= 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts
