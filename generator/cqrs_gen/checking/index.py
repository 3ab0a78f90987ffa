"""All modules of a project, once read: what a dotted name leads to, and what a class is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .summaries import Class, Form, Function, Module
    from .values import Value


class Lineage(NamedTuple):
    """The project's classes that a class is made from, itself first, and the names beyond."""

    classes: tuple[tuple[Module, Class], ...]
    beyond: frozenset[str]


class Index:
    """The modules of a project by their dotted names."""

    def __init__(self, package: str, modules: Iterable[Module]) -> None:
        self.package = package
        self.modules = {module.dotted: module for module in modules}
        self._packages = {
            ".".join(parts[:end])
            for parts in (dotted.split(".") for dotted in self.modules)
            for end in range(1, len(parts) + 1)
        }
        self.properties = frozenset(_properties(self.modules.values()))
        self._stored: dict[tuple[str, str], dict[str, list[tuple[Form, Function]]]] = {}

    def is_module(self, dotted: str) -> bool:
        """Tell whether a module or a package of the project has this name."""
        return dotted in self._packages

    def is_framework(self, dotted: str) -> bool:
        """Tell whether a name belongs to the framework that comes with the template."""
        framework = f"{self.package}.cqrs"
        return dotted == framework or dotted.startswith(f"{framework}.")

    def split(self, dotted: str) -> tuple[str, list[str]]:
        """Part a dotted name into a module of the project, and the names to look up in it."""
        parts = dotted.split(".")
        for end in range(len(parts), 0, -1):
            module = ".".join(parts[:end])
            if self.is_module(module):
                return module, parts[end:]
        return "", parts

    def under(self, *folders: str) -> Iterator[Module]:
        """Give the modules below folders of the package: `read.handlers`, `write`."""
        roots = tuple(f"{self.package}.{folder}" for folder in folders)
        for module in self.modules.values():
            if module.dotted in roots or module.dotted.startswith(tuple(f"{r}." for r in roots)):
                yield module

    def side(self, dotted: str) -> str:
        """Name the side of a module: `read`, `write`, `events`, `app`, or another folder."""
        package, _, rest = dotted.partition(".")
        return rest.partition(".")[0] if package == self.package else ""

    def class_of(self, value: Value) -> tuple[Module, Class] | None:
        """Find the class of a class or an instance."""
        module = self.modules.get(value[1])
        found = None if module is None else module.classes.get(value[2])
        return None if module is None or found is None else (module, found)

    def stored(self, module: Module, owner: Class) -> dict[str, list[tuple[Form, Function]]]:
        """Gather what a class's methods assign to attributes of `self`."""
        key = (module.dotted, owner.qual)
        if key not in self._stored:
            kept: dict[str, list[tuple[Form, Function]]] = {}
            for qual in owner.methods.values():
                method = module.functions[qual]
                me = method.parameters[0].name if method.parameters else ""
                for base, name, form in method.stores:
                    if base == ("name", me):
                        kept.setdefault(name, []).append((form, method))
            self._stored[key] = kept
        return self._stored[key]


def _properties(modules: Iterable[Module]) -> Iterator[str]:
    for module in modules:
        for function in module.functions.values():
            if function.owner and any(form[-1] in _GETTERS for form in function.decorators):
                yield function.name


_GETTERS = frozenset({"property", "cached_property"})
