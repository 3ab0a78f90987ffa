"""Finds the messages, handlers and projections of a package: there is no registry to edit."""

from __future__ import annotations

import gc
import inspect
import sys
from abc import ABC
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from weakref import WeakKeyDictionary

from .messages import Command, Event, Query
from .modules import Modules
from .reading import Projection, QueryHandler
from .writing import CommandHandler


@dataclass(frozen=True, slots=True)
class Found:
    """All that the folders of a package hold, in the order of their names."""

    events: tuple[type[Event], ...]
    commands: tuple[type[Command], ...]
    command_handlers: tuple[type[CommandHandler[Any]], ...]
    queries: tuple[type[Query[Any]], ...]
    query_handlers: tuple[type[QueryHandler[Any, Any]], ...]
    projections: tuple[type[Projection], ...]
    faults: tuple[str, ...] = ()
    """What could not be imported, a line each."""


_discovered: WeakKeyDictionary[ModuleType, Found] = WeakKeyDictionary()


def discover(package: str) -> Found:
    """Import what a package's folders hold, and collect the classes that each folder is for.

    Left out are abstract ones: those with `ABC` among their bases or an abstract method.
    A package is searched once per process, and again only if something in it failed to import.
    """
    root = sys.modules.get(package)
    if root is not None and root in _discovered:
        return _discovered[root]
    with _garbage_left_alone():
        found = _search(package)
    if not found.faults:
        _discovered[sys.modules[package]] = found
    return found


def _search(package: str) -> Found:
    with Modules(package) as modules:
        return Found(
            events=_classes(modules.walk(f"{package}.events"), Event),
            commands=_classes(modules.walk(f"{package}.write.commands"), Command),
            command_handlers=_classes(modules.walk(f"{package}.write.handlers"), CommandHandler),
            queries=_classes(modules.walk(f"{package}.read.queries"), Query),
            query_handlers=_classes(modules.walk(f"{package}.read.handlers"), QueryHandler),
            projections=_classes(modules.walk(f"{package}.read.projections"), Projection),
            faults=tuple(modules.faults),  # evaluated last, when all have been walked
        )


@contextmanager
def _garbage_left_alone() -> Iterator[None]:
    """Keep the collector from looking through the classes again and again as they become more."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _classes(modules: Iterable[ModuleType], base: type) -> tuple[Any, ...]:
    found = (
        each
        for module in modules
        for each in vars(module).values()
        # Not issubclass: an ABC asks each of its subclasses in turn, which is quadratic.
        if isinstance(each, type) and base in each.__mro__
        if each.__module__ == module.__name__  # an import is no second home
        if ABC not in each.__bases__ and not inspect.isabstract(each)
    )
    return tuple(dict.fromkeys(found))
