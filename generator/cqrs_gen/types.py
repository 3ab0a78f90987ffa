"""A field's type: how it is spelled on the command line and how it is annotated in Python."""

from __future__ import annotations

from dataclasses import dataclass, replace

IMPORTS = {
    "Decimal": "from decimal import Decimal",
    "UTC": "from datetime import UTC",
    "UUID": "from uuid import UUID",
    "date": "from datetime import date",
    "datetime": "from datetime import datetime",
    "field": "from dataclasses import field",
    "time": "from datetime import time",
    "timedelta": "from datetime import timedelta",
}
"""The import behind every name that a type or a value may need and that is not built in."""

SCALARS = frozenset({"str", "int", "float", "bool", "bytes"} | (IMPORTS.keys() - {"UTC", "field"}))
KEYS = SCALARS - {"float", "bytes"}
CONTAINERS = {"list": "list[str]", "dict": "dict[str,int]"}
"""The types that hold others, each with an example."""


@dataclass(frozen=True, slots=True)
class Type:
    """What a field holds: `name` is one of the grammar's, or a class's full dotted path.

    `item` is what a `list` or a `dict` holds; a `dict`'s keys are always text.
    """

    name: str
    item: Type | None = None
    optional: bool = False

    @property
    def spec(self) -> str:
        """The type as it is typed on the command line: `list[Decimal]?`."""
        return self._written(",", "" if self.item is None else self.item.spec, self.name, "?")

    @property
    def annotation(self) -> str:
        """The type as Python annotates it: `list[Decimal] | None`."""
        item = "" if self.item is None else self.item.annotation
        return self._written(", ", item, self.class_name, " | None")

    @property
    def imports(self) -> tuple[str, ...]:
        """The sorted import statements that the annotation needs."""
        if self.item is not None:
            return self.item.imports
        if self.is_custom:
            module, _, name = self.name.rpartition(".")
            return (f"from {module} import {name}",)
        return (IMPORTS[self.name],) if self.name in IMPORTS else ()

    @property
    def is_custom(self) -> bool:
        return "." in self.name

    @property
    def is_scalar(self) -> bool:
        """Whether values can be told apart by it, as a row's key is."""
        return self.name in KEYS and not self.optional

    @property
    def class_name(self) -> str:
        """The name that the type goes by once imported: `Money` for `shop.money.Money`."""
        return self.name.rpartition(".")[2]

    def required(self) -> Type:
        """Take the `?` off."""
        return replace(self, optional=False)

    def _written(self, comma: str, item: str, name: str, optional: str) -> str:
        key = f"str{comma}" if self.name == "dict" else ""
        return name + (f"[{key}{item}]" if item else "") + optional * self.optional
