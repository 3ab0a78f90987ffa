"""The modules of a package: imported one by one, and told about where one cannot be."""

from __future__ import annotations

import importlib
import inspect
import os
import pkgutil
import sys
import traceback
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

NOT_FOUND = (ImportError, ValueError)

FRAMEWORK = __package__


class Modules:
    """Import the modules of a package; those that fail are noted in `faults`, a line each.

    `with` keeps a module that has failed from being run again by each module that imports it,
    so that one mistake is one fault.
    """

    def __init__(self, package: str) -> None:
        self.package = package
        self.faults: list[str] = []
        self._failed: set[str] = set()

    def __enter__(self) -> Modules:
        return self

    def __exit__(self, *_error: object) -> None:
        for name in self._failed:
            sys.modules.pop(name, None)

    def walk(self, name: str) -> Iterator[ModuleType]:
        """Import a module and all that are below it, in folders without `__init__.py` too."""
        module = self._import(name)
        if module is not None:
            yield module
            for below in self._names_below(module):
                yield from self.walk(below)

    def _names_below(self, package: ModuleType) -> list[str]:
        names: set[str] = set()
        for path in getattr(package, "__path__", ()):
            if not Path(path).is_dir():  # in an archive
                names.update(info.name for info in pkgutil.iter_modules([path]))
            else:
                names.update(filter(None, map(self._name, os.scandir(path))))
        return [f"{package.__name__}.{name}" for name in sorted(names - {"__init__"})]

    def _name(self, entry: os.DirEntry[str]) -> str | None:
        """Return the name that an entry of a folder can be imported by, None if it is no module."""
        if entry.name.startswith((".", "__pycache__")):
            return None
        if entry.is_dir():
            return None if "." in entry.name else entry.name
        name = inspect.getmodulename(entry.name)
        if name is None or "." not in name:
            return name
        self.faults.append(
            f"`{shown(entry.path)}` cannot be imported: "
            "the name of a module has no dot in it, so rename it"
        )
        return None

    def _import(self, name: str) -> ModuleType | None:
        try:
            return importlib.import_module(name)
        except (Exception, SystemExit) as error:  # noqa: BLE001  whatever a module does, the others are looked at too
            if not self._follows_from_another(error):
                self._note(name, error)
            return None

    def _follows_from_another(self, error: BaseException) -> bool:
        return isinstance(error, ModuleNotFoundError) and error.name in self._failed

    def _note(self, name: str, error: BaseException) -> None:
        if (fault := reason(error, name)) not in self.faults:
            self.faults.append(fault)
        for failed in {name, *_modules_run(error)}:
            if failed.startswith(f"{self.package}.") and failed not in sys.modules:
                self._failed.add(failed)
                sys.modules[failed] = None  # type: ignore[assignment]  # so that Python imports it no more


def reason(error: BaseException, module: str) -> str:
    """Describe an error in one line, by the line of the module's package that led to it."""
    return f"`{_place(error, module)}`: {summary(error)}"


def summary(error: BaseException) -> str:
    """Return what an error is and says, on one line."""
    said = error.msg if isinstance(error, SyntaxError) else str(error)
    return ": ".join(part for part in (type(error).__name__, " ".join(said.split())) if part)


def shown(path: str) -> str:
    """Return a path relative to the working directory, if it is below that."""
    return os.path.relpath(path) if Path(path).is_relative_to(Path.cwd()) else path


def _modules_run(error: BaseException) -> Iterator[str]:
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_name == "<module>":
            yield str(frame.f_globals.get("__name__"))


def _place(error: BaseException, module: str) -> str:
    package = module.partition(".")[0]
    if isinstance(error, SyntaxError) and error.filename and _is_in(error.filename, package):
        return f"{shown(error.filename)}:{error.lineno or 1}"
    lines = [
        f"{shown(frame.f_code.co_filename)}:{number}"
        for frame, number in traceback.walk_tb(error.__traceback__)
        if _is_users(str(frame.f_globals.get("__name__")), package)
    ]
    return lines[-1] if lines else _file(module)


def _is_users(module: str, package: str) -> bool:
    return f"{module}.".startswith(f"{package}.") and not f"{module}.".startswith(f"{FRAMEWORK}.")


def _is_in(file: str, package: str) -> bool:
    root = sys.modules.get(package)
    return any(Path(file).is_relative_to(path) for path in getattr(root, "__path__", ()))


def _file(module: str) -> str:
    try:
        spec = find_spec(module)
    except NOT_FOUND:
        return module
    return shown(spec.origin) if spec is not None and spec.origin else module
