"""TOML as text: settings written to be read, and added to a file that somebody else wrote."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import tomlkit
from tomlkit.items import AoT, Array, Table

from .errors import Failed
from .wanting import joined

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from tomlkit.items import Item

LINE = 80
"""A list that is longer is written with a line an item."""


def written(settings: Mapping[str, object]) -> str:
    """Write settings as a document of their own."""
    document = tomlkit.document()
    _add(document, settings, spaced=False)
    return document.as_string()


def added_to(text: str, additions: Mapping[str, object]) -> str:
    """Add to a document; its comments, its order and all that it says stay as they are.

    Raises Failed where it is written so that this cannot be done.
    """
    plain = text.replace("\r\n", "\n")
    document = tomlkit.parse(plain)
    try:
        _add(document, additions, spaced=True)
        added = f"{document.as_string().rstrip()}\n"
        is_right = tomllib.loads(added) == joined(tomllib.loads(plain), additions)
    except (tomlkit.exceptions.TOMLKitError, tomllib.TOMLDecodeError, TypeError, AttributeError):
        is_right = False
    if not is_right:
        raise Failed(
            "`pyproject.toml` is written in a way that cannot be added to",
            hint="leave `--edit-pyproject` out, and add by hand what is then printed",
        )
    return added.replace("\n", "\r\n") if "\r\n" in text else added


def _add(
    container: MutableMapping[str, Any], additions: Mapping[str, object], *, spaced: bool
) -> None:
    for key, value in additions.items():
        if key not in container:
            container[key] = _item(value)
            if spaced:
                _space(container[key])
        elif isinstance(value, dict):
            _add(container[key], value, spaced=spaced)
        elif isinstance(value, list):
            for each in value:
                container[key].append(_item(each))


def _item(value: object) -> Item:
    match value:
        case dict():
            table = tomlkit.table(is_super_table=all(isinstance(v, dict) for v in value.values()))
            for key, inner in value.items():
                table.append(key, _item(inner))
            return table
        case [dict(), *_]:
            tables = tomlkit.aot()
            for each in value:
                tables.append(_item(each))
            return tables
        case list():
            return _array(value)
    return tomlkit.item(value)


def _array(values: list[object]) -> Array:
    array = tomlkit.array()
    array.extend(values)
    return array.multiline(len(array.as_string()) > LINE)


def _space(item: object) -> None:
    """Leave a line free below a new table."""
    match item:
        case AoT() if len(item):
            _space(item[-1])
        case Table():
            inner = [each for each in item.values() if isinstance(each, Table | AoT)]
            _space(inner[-1]) if inner else item.add(tomlkit.nl())
