"""Reads a project's files: modules into summaries, tests into the names that they use."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from cqrs_gen.errors import Failed
from cqrs_gen.files import read_bytes
from cqrs_gen.project import require_package

from .cache import digest
from .findings import Finding
from .plain import plain_module, whole_module
from .reading import read_module

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cqrs_gen.project import Project

    from .cache import Cache
    from .summaries import Module

NOT_PYTHON = "CQ001"
_NAMES = re.compile(rb"\b[A-Z]\w+")
UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What the parser raises, whatever a file holds; a MemoryError is what it calls deep nesting."""

_LEFT_OUT = frozenset({"__pycache__", ".git", ".venv", "node_modules"})


class Text(NamedTuple):
    """A file as it stands on the disk; `path` starts from the project's root."""

    path: str
    content: bytes
    digest: bytes


class Files(NamedTuple):
    """The files of a project that are looked at, and the digest of all of them."""

    modules: tuple[Text, ...]
    tests: tuple[Text, ...]

    @property
    def digest(self) -> bytes:
        """Tell these files from any others."""
        each = (os.fsencode(path) + own for path, _, own in (*self.modules, *self.tests))
        return digest(b"\0".join(each))


class Loaded(NamedTuple):
    """What was read: modules, the names in tests, and what could not be read."""

    modules: tuple[Module, ...]
    tests: dict[str, frozenset[str]]
    faults: tuple[Finding, ...]


def files_of(project: Project) -> Files:
    """Read all that is the team's own: the package without the framework, and its tests."""
    require_package(project)
    modules = _texts(project.root, project.source, os.fspath(project.source / "cqrs"))
    return Files(tuple(modules), tuple(_texts(project.root, project.root / "tests", "")))


def load(files: Files, cache: Cache) -> Loaded:
    """Summarise files, as far as that is not done already."""
    kept: dict[str, tuple[bytes, Any]] = cache.load("modules") or {}
    known: dict[str, tuple[bytes, Any]] = {}
    modules: list[Module] = []
    faults: list[Finding] = []
    for text in files.modules:
        found = kept.get(text.path)
        if found is not None and found[0] == text.digest:
            known[text.path] = found
            modules.append(whole_module(found[1]))
            continue
        try:
            module = read_module(_dotted(text.path), text.path, text.content)
        except UNREADABLE as error:
            faults.append(not_python(text.path, error))
            continue
        known[text.path] = (text.digest, plain_module(module))
        modules.append(module)
    if known.keys() != kept.keys() or any(known[path][0] != kept[path][0] for path in known):
        cache.save("modules", known)
    tests = {text.path: _names(text.content) for text in files.tests}
    return Loaded(tuple(modules), tests, tuple(faults))


def not_python(path: str, error: Exception) -> Finding:
    """Say where a file stops being Python."""
    line, column, told = 1, 0, str(error) or type(error).__name__
    if isinstance(error, SyntaxError):
        line, column, told = error.lineno or 1, max((error.offset or 1) - 1, 0), error.msg
    elif isinstance(error, RecursionError | MemoryError):
        told = "it is nested too deeply"
    return Finding(
        NOT_PYTHON, path, (line, column, line, column + 1), f"this is not Python: {told}"
    )


def _texts(root: Path, folder: Path, left_out: str) -> Iterator[Text]:
    prefix = len(os.fspath(root)) + 1
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(each for each in folders if each not in _LEFT_OUT)
        if left_out and place.startswith(left_out) and place[len(left_out) :][:1] in {"", os.sep}:
            folders.clear()
            continue
        for name in sorted(names):
            if name.endswith(".py") and not name.startswith("."):  # no module is called so
                yield _text(f"{place}{os.sep}{name}", prefix)


def _text(path: str, prefix: int) -> Text:
    try:
        content = read_bytes(path)
    except OSError as error:
        raise Failed(
            f"`{path[prefix:]}` cannot be read: {error.strerror}", hint="mend that, or remove it"
        ) from None
    return Text(path[prefix:].replace(os.sep, "/"), content, digest(content))


def _dotted(path: str) -> str:
    parts = Path(path).with_suffix("").parts[1:]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _names(content: bytes) -> frozenset[str]:
    return frozenset(name.decode(errors="replace") for name in _NAMES.findall(content))
