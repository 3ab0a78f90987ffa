"""Ports: what handlers ask for in their constructors, found by type among those of `app.py`."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple, TypeAlias, get_type_hints

from .hints import without_none

Ports: TypeAlias = Mapping[type, object]


class Parameter(NamedTuple):
    """A constructor's parameter: the type that it asks for, and whether it can do without."""

    name: str
    port: Any
    is_optional: bool


@cache
def parameters(kind: Any) -> tuple[Parameter, ...]:
    """Return a constructor's parameters; raises NameError for an annotation that is not there."""
    if kind.__init__ is object.__init__:
        return ()
    hints = get_type_hints(kind.__init__)
    named = list(inspect.signature(kind.__init__).parameters.values())[1:]
    return tuple(
        Parameter(p.name, without_none(hints.get(p.name, Any))[0], p.default is not p.empty)
        for p in named
        if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    )


def arguments(kind: type, ports: Ports) -> dict[str, object]:
    """Return what a class is to be made with."""
    return {each.name: ports[each.port] for each in parameters(kind) if each.port in ports}


def missing(kind: type, ports: Ports) -> list[str]:
    """Describe each port that a class asks for and that nobody gives."""
    return [
        _nobody_gives(kind, name, port)
        for name, port, is_optional in parameters(kind)
        if port not in ports and not is_optional
    ]


def _nobody_gives(kind: type, name: str, port: Any) -> str:
    shown = getattr(port, "__name__", port)
    return (
        f"`{kind.__name__}` asks for `{name}: {shown}`, which nobody gives: "
        f"add `{shown}: …` to the ports in app.py"
    )


def misfits(ports: Ports) -> Iterator[str]:
    """Describe each port that is given something of another type."""
    for port, given in ports.items():
        if not isinstance(port, type) or _fits(given, port):
            continue
        if isinstance(given, type):
            found = f"the class `{given.__name__}`: make an object of it, `{given.__name__}(…)`"
        else:
            found = f"a `{type(given).__name__}`, which has nothing of it"
        yield f"the port `{port.__name__}` in app.py is {found}"


def _fits(given: object, port: type) -> bool:
    """Whether it is of the port's type, or, as a fake in a test may, has some part of it."""
    try:
        if isinstance(given, port):
            return True
    except TypeError:  # a protocol that cannot be asked
        pass
    members = [name for name in dir(port) if name == "__call__" or not name.startswith("_")]
    is_open = getattr(port, "_is_protocol", False) and not members
    return is_open or any(_has(given, member) for member in members)


def _has(given: object, member: str) -> bool:
    if member == "__call__":
        return callable(given)
    # A class has its methods too, and they cannot be called on it.
    needs_an_object = isinstance(given, type) and inspect.isfunction(
        inspect.getattr_static(given, member, None)
    )
    return hasattr(given, member) and not needs_an_object
