"""What the API says about itself, as OpenAPI has it: every message, answer and problem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeAlias

from pydantic import TypeAdapter
from pydantic.errors import PydanticInvalidForJsonSchema
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import CoreSchema
from pydantic_core.core_schema import (
    BytesSchema,
    DecimalSchema,
    DictSchema,
    IntSchema,
    StringSchema,
    TimeSchema,
)

from .codec import adapter
from .hints import type_parameter, without_none
from .messages import Command, Query
from .problems import POSITION, PROBLEM_JSON, AckView, Problem
from .values import LEAST_INT, MOST_DIGITS, MOST_INT

Described: TypeAlias = dict[str, Any]
"""A piece of an OpenAPI document."""

JSON = "application/json"
LONGEST_KEY = 255
INT64: Described = {"format": "int64", "minimum": LEAST_INT, "maximum": MOST_INT}
TEXT = r"^[^\x00]*$"
TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?$"
DIGITS = f"[0-9]{{1,{MOST_DIGITS}}}"
DECIMAL = rf"^[+-]?({DIGITS}(\.|\.{DIGITS})?|\.{DIGITS})$"
DECIMAL_WRITTEN = rf"^-?{DIGITS}(\.{DIGITS})?(E[+-][0-9]+)?$"
BASE64 = r"^([\w-]{4})*([\w-][AQgw]==|[\w-]{2}[AEIMQUYcgkosw048]=)?$"

IDEMPOTENCY_KEY: Described = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key is decided once: it gives one ack",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
}
AFTER: list[Described] = [
    {
        "name": name,
        "in": place,
        "description": "Answer as of this position or later: 0-42",
        "schema": {"type": "string", "pattern": POSITION},
    }
    for name, place in (("after", "query"), ("After", "header"))
]
REF = "#/components/schemas/"
SCALARS = {"string", "integer", "number", "boolean", "null"}


class _AnySchema(GenerateJsonSchema):
    """Say within which bounds a value is, and that what has no JSON schema may be anything."""

    def int_schema(self, schema: IntSchema) -> Described:
        return INT64 | super().int_schema(schema)

    def str_schema(self, schema: StringSchema) -> Described:
        return {"pattern": TEXT} | super().str_schema(schema)

    def dict_schema(self, schema: DictSchema) -> Described:
        described = super().dict_schema(schema)
        if TEXT in described.get("patternProperties", ()):
            described["additionalProperties"] = described.pop("patternProperties")[TEXT] or True
            described["propertyNames"] = described.get("propertyNames", {}) | {"pattern": TEXT}
        return described

    def time_schema(self, schema: TimeSchema) -> Described:
        return {"type": "string", "pattern": TIME}

    def decimal_schema(self, schema: DecimalSchema) -> Described:
        described = super().decimal_schema(schema)
        for part in (described, *described.get("anyOf", ())):
            if part.get("type") == "string":
                pattern = DECIMAL if self.mode == "validation" else DECIMAL_WRITTEN
                part.setdefault("pattern", pattern)
        return described

    def bytes_schema(self, schema: BytesSchema) -> Described:
        return super().bytes_schema(schema) | {"pattern": BASE64}

    def handle_invalid_for_json_schema(self, schema: CoreSchema, error_info: str) -> Described:
        try:
            return super().handle_invalid_for_json_schema(schema, error_info)
        except PydanticInvalidForJsonSchema:
            return {}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A field of a query, as a URL spells it: text, JSON, or a list with the name repeated."""

    name: str
    schema: Described
    required: bool
    is_text: bool
    is_list: bool
    is_json: bool

    def described(self) -> Described:
        """Describe it."""
        form = {"content": {JSON: {"schema": self.schema}}}
        kept = form if self.is_json else {"schema": self.schema}
        return {"name": self.name, "in": "query", "required": self.required, **kept}


class Schemas:
    """The schemas of all messages and answers; what several share has one name."""

    def __init__(self, commands: Sequence[type[Command]], queries: Sequence[type[Query[Any]]]):
        views = {query: without_none(type_parameter(query, Query))[0] for query in queries}
        messages = ((each, "validation", adapter(each)) for each in (*commands, *queries))
        answers = (((each, "view"), "serialization", adapter(views[each])) for each in queries)
        told = ((each, "serialization", adapter(each)) for each in (AckView, Problem))
        made, shared = TypeAdapter.json_schemas(
            [*messages, *answers, *told],  # type: ignore[list-item]  # the modes are literals
            ref_template=REF + "{model}",
            schema_generator=_AnySchema,
        )
        self.shared: Described = shared.get("$defs", {})
        self._made: Mapping[Any, Any] = {key: schema for (key, _), schema in made.items()}
        self.ack = self._made[AckView]

    def message(self, message: type) -> Described:
        """Give the schema of a message."""
        return dict(self._made[message])

    def answer(self, query: type) -> Described:
        """Give the schema of what answers a query."""
        return dict(self._made[query, "view"])

    def parameters(self, query: type) -> list[Parameter]:
        """Give a query's fields, as a URL spells them."""
        (whole,) = self._parts(self._made[query])
        required = whole.get("required", ())
        fields: Mapping[str, Described] = whole.get("properties", {})
        return [self._parameter(name, fields[name], name in required) for name in fields]

    def _parameter(self, name: str, schema: Described, required: bool) -> Parameter:  # noqa: FBT001
        parts = [part for part in self._parts(schema) if part.get("type") != "null"]
        is_list = len(parts) == 1 and parts[0].get("type") == "array" and "items" in parts[0]
        parts = list(self._parts(parts[0]["items"])) if is_list else parts
        types = {part.get("type", "any") for part in parts}
        is_json = not types <= SCALARS
        return Parameter(
            name, schema, required, "string" in types, is_list and not is_json, is_json
        )

    def _parts(self, schema: Described) -> Iterator[Described]:
        """Give what a schema lets through, with references and unions resolved."""
        if "$ref" in schema:
            yield from self._parts(self.shared[schema["$ref"].removeprefix(REF)])
        elif union := schema.get("anyOf") or schema.get("oneOf"):
            for part in union:
                yield from self._parts(part)
        else:
            yield schema


def takes(parameters: Sequence[Described], body: Described | None = None) -> Described:
    """Describe what a route takes."""
    content = {"required": True, "content": {JSON: {"schema": body}}}
    return {"parameters": list(parameters)} | ({} if body is None else {"requestBody": content})


def answers_with(schema: Described, description: str) -> Described:
    """Describe what a route answers when all is well."""
    return {"description": description, "content": {JSON: {"schema": schema}}}


def problems(*statuses: int) -> dict[int | str, Described]:
    """Describe the problems that a route may answer with."""
    return {status: _problem(HTTPStatus(status)) for status in statuses}


def _problem(status: HTTPStatus) -> Described:
    content = {"schema": {"$ref": f"{REF}{Problem.__name__}"}}
    return {"description": status.phrase, "content": {PROBLEM_JSON: content}}
