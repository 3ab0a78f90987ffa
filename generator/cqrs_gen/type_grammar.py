"""The grammar of field types: `str`, `list[Decimal]`, `dict[str,int]?`, `shop.events.Money`."""

from __future__ import annotations

import keyword
import re
from dataclasses import replace

from .errors import InvalidField
from .reserved import is_imported
from .shown import shown
from .types import CONTAINERS, SCALARS, Type
from .words import snake

LONGEST = 120

_SUBSCRIPT = re.compile(r"(\w+(?:\.\w+)*)\s*\[(.*)\]", re.DOTALL)
_PATH = re.compile(r"([a-z_][A-Za-z0-9_]*\.)+[A-Z][A-Za-z0-9]*")
_BY_PATH = {
    "uuid.UUID": "UUID",
    "decimal.Decimal": "Decimal",
    **{f"datetime.{name}": name for name in ("date", "datetime", "time", "timedelta")},
}
_NOT_VALUES = frozenset({"abc", "builtins", "collections", "types", "typing", "typing_extensions"})
_OTHER_WORDS = {
    **{name.lower(): name for name in SCALARS},
    **dict.fromkeys(("string", "text", "char", "varchar", "email", "url"), "str"),
    **dict.fromkeys(("integer", "long", "bigint", "smallint"), "int"),
    **dict.fromkeys(("money", "numeric", "number", "currency", "amount", "price"), "Decimal"),
    **dict.fromkeys(("double", "real"), "float"),
    **dict.fromkeys(("boolean", "flag"), "bool"),
    **dict.fromkeys(("blob", "binary", "bytea", "bytearray"), "bytes"),
    **dict.fromkeys(("timestamp", "instant", "moment"), "datetime"),
    **dict.fromkeys(("duration", "interval"), "timedelta"),
    **dict.fromkeys(("guid", "id", "uid"), "UUID"),
    **dict.fromkeys(("array", "set", "frozenset", "tuple", "sequence", "iterable"), "list[str]"),
    **dict.fromkeys(("json", "map", "mapping", "object", "any"), "dict[str,str]"),
}


def parse_type(text: str) -> Type:
    """Read a field's type; raises InvalidField with what to type instead."""
    bare = text.strip()
    if len(bare) > LONGEST:
        raise InvalidField(f"a type of {len(bare)} characters is too long to be one")
    if bare.endswith("?"):
        inner = parse_type(bare[:-1])
        if inner.optional:
            raise _refused(text, "one `?` is enough", inner.spec)
        return replace(inner, optional=True)
    subscript = _SUBSCRIPT.fullmatch(bare)
    return _container(text, subscript[1], subscript[2]) if subscript else _plain(bare)


def _container(text: str, name: str, inner: str) -> Type:
    if name == "list":
        return Type("list", parse_type(inner))
    if name == "dict":
        key, comma, value = inner.partition(",")
        if not comma:
            raise _refused(text, "say what its values are", f"dict[str,{_spec_of(inner)}]")
        if key.strip() != "str":
            raise _refused(text, "the keys of a `dict` are text", f"dict[str,{_spec_of(value)}]")
        return Type("dict", parse_type(value))
    raise _refused_container(text, name.rpartition(".")[2].lower(), inner)


def _refused_container(text: str, name: str, inner: str) -> InvalidField:
    first = inner.partition(",")[0]
    if name == "optional":
        return _refused(text, "a `?` makes a type optional", f"{_spec_of(inner)}?")
    if name in {"dict", "mapping"}:
        return _refused(text, "unknown type", f"dict[str,{_spec_of(inner.partition(',')[2])}]")
    if name in {"list", "set", "frozenset", "tuple", "sequence", "iterable"}:
        return _refused(text, "many of one type are a `list`", f"list[{_spec_of(first)}]")
    return _refused(text, "only `list` and `dict` hold other types", f"list[{_spec_of(first)}]")


def _spec_of(text: str) -> str:
    """Spell a type in a hint, where it may be wrong as well."""
    try:
        return parse_type(text).required().spec
    except InvalidField:
        return "str"


def _plain(text: str) -> Type:
    if text in SCALARS:
        return Type(text)
    if text in _BY_PATH:
        return Type(_BY_PATH[text])
    if text in CONTAINERS:
        raise _refused(text, "say what it holds", CONTAINERS[text])
    if "|" in text:
        parts = [part.strip() for part in text.split("|") if part.strip() not in {"None", ""}]
        likely = _spec_of(parts[0]) if parts else "str"
        raise _refused(text, "a field has one type, and `?` makes it optional", f"{likely}?")
    if "." in text:
        return _custom(text)
    raise _unknown(text)


def _custom(path: str) -> Type:
    *modules, name = path.split(".")
    if not _PATH.fullmatch(path) or any(map(keyword.iskeyword, modules)):
        raise _refused(
            path, "a type of your own is given by its full path", "shop.events.money.Money"
        )
    if modules[0] in _NOT_VALUES:
        raise _refused(path, "say what it is", "dict[str,str]")
    if is_imported(name):
        raise InvalidField(
            f"`{path}` cannot be a field's type: generated files import another `{name}`",
            hint="rename the class",
        )
    return Type(path)


def _unknown(text: str) -> InvalidField:
    from difflib import get_close_matches  # noqa: PLC0415  only a refusal needs it

    close = get_close_matches(text.lower(), _OTHER_WORDS, n=1)
    likely = _OTHER_WORDS.get(text.lower()) or (_OTHER_WORDS[close[0]] if close else "")
    own = f"a class of yours needs its full path, as in `shop.events.{snake(text)}.{text}`"
    if re.fullmatch(r"[A-Z][A-Za-z0-9]*", text) and likely.lower() != text.lower():
        likely = _OTHER_WORDS.get(text.lower(), "")
        hint = f"did you mean `{likely}`?\n{own}" if likely else own
        return InvalidField(f"{shown(text)}: unknown type", hint=hint)
    if likely:
        return _refused(text, "unknown type", likely)
    return InvalidField(
        f"{shown(text)}: unknown type",
        hint=f"one of {', '.join(sorted(SCALARS, key=str.lower))}, list[T], dict[str,T], T?, "
        "or a class of yours by its full path, as in shop.events.money.Money",
    )


def _refused(text: str, reason: str, likely: str) -> InvalidField:
    return InvalidField(f"{shown(text)}: {reason}", hint=f"did you mean `{likely}`?")
