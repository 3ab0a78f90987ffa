"""A field's default: what was typed after `=`, as what stands after `=` in a dataclass."""

from __future__ import annotations

from .errors import InvalidField
from .literals import scalar
from .shown import shown
from .types import CONTAINERS, Type

LONGEST = 500

_NOTHING = frozenset({"none", "null"})
_IN_JSON = {"bool": bool, "int": int, "float": int | float, "Decimal": int | float | str}
_JSON_EXAMPLES = {"list": '`["a","b"]`', "dict": '`{"a":"b"}`'}


def write_default(text: str, held: Type) -> str:
    """Write a default of this type; raises InvalidField where `text` is not one.

    Values that could change, and UUIDs, which linters take for such, come from a factory:
    `field(default_factory=list)`.
    """
    try:
        return _written(text, held)
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, _NotOne) else f"expected {error}"
        raise InvalidField(f"{shown(text)} is no default for `{held.spec}`", hint=reason) from None


class _NotOne(ValueError):
    """A reason that is a sentence of its own."""


def _written(text: str, held: Type) -> str:
    if len(text) > LONGEST:
        raise _NotOne(f"{len(text)} characters are too many: write it in the file instead")
    if held.optional and text.lower() in _NOTHING:
        return "None"
    if held.is_custom:
        raise _NotOne("leave the default out, and write it in the file that is made")
    if held.name in CONTAINERS:
        return _factory(held, _from_json(text, held))
    written = scalar(held.name, text)
    return f"field(default_factory=lambda: {written})" if held.name == "UUID" else written


def _factory(held: Type, written: str) -> str:
    empty = written in {"[]", "{}"}
    return f"field(default_factory={held.name if empty else f'lambda: {written}'})"


def _from_json(text: str, held: Type) -> str:
    import json  # noqa: PLC0415  few fields have a default

    if not text:
        return "[]" if held.name == "list" else "{}"
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        raise _NotOne(f"expected JSON, as in {_JSON_EXAMPLES[held.name]}") from None
    return _item(value, held)


def _item(value: object, held: Type) -> str:
    """Write a value that came from JSON as one of this type."""
    if value is None and held.optional:
        return "None"
    if held.item is not None:
        return _items(value, held, held.item)
    if held.is_custom:
        raise _NotOne("leave the default out, and write it in the file that is made")
    return scalar(held.name, _as_text(value, held))


def _items(value: object, held: Type, item: Type) -> str:
    if held.name == "list" and isinstance(value, list):
        return f"[{', '.join(_item(each, item) for each in value)}]"
    if held.name == "dict" and isinstance(value, dict):
        pairs = ((scalar("str", key), _item(each, item)) for key, each in value.items())
        return f"{{{', '.join(f'{key}: {each}' for key, each in pairs)}}}"
    raise _NotOne(f"expected JSON, as in {_JSON_EXAMPLES[held.name]}")


def _as_text(value: object, held: Type) -> str:
    """Spell a JSON value as it would be typed, if it is of the kind that the type is written in."""
    is_truth = isinstance(value, bool)
    if is_truth != (held.name == "bool") or not isinstance(value, _IN_JSON.get(held.name, str)):
        raise _NotOne(f"expected each of `{held.spec}`")
    return str(value)
