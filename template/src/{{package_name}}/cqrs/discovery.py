"""Finds the messages, handlers and projections of a package: there is no registry to edit."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from abc import ABC
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from .messages import Command, Event, Query
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


def discover(package: str) -> Found:
    """Import what a package's folders hold, and collect the classes that each folder is for.

    Left out are abstract ones: those with `ABC` among their bases or an abstract method.
    """
    return Found(
        events=_classes(f"{package}.events", Event),
        commands=_classes(f"{package}.write.commands", Command),
        command_handlers=_classes(f"{package}.write.handlers", CommandHandler),
        queries=_classes(f"{package}.read.queries", Query),
        query_handlers=_classes(f"{package}.read.handlers", QueryHandler),
        projections=_classes(f"{package}.read.projections", Projection),
    )


def _classes(package: str, base: type) -> tuple[Any, ...]:
    found = (
        each
        for module in _modules(package)
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, base)
        if each.__module__ == module.__name__  # an import is no second home
        if ABC not in each.__bases__ and not inspect.isabstract(each)
    )
    return tuple(dict.fromkeys(found))


def _modules(package: str) -> Iterator[ModuleType]:
    parent = importlib.import_module(package)
    yield parent
    for info in pkgutil.walk_packages(parent.__path__, f"{package}."):
        yield importlib.import_module(info.name)
