"""What an update takes away from code that is its owners': modules and names that it imports."""

from __future__ import annotations

import ast
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from cqrs_gen.changes import Mark, sides
from cqrs_gen.slices import SUFFIX
from cqrs_gen.updating.surface import ANY, bound_names, module_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cqrs_gen.changes import Change
    from cqrs_gen.project import Project

SOURCE = PurePosixPath("src")
_PLACEHOLDER = re.compile(r"\{\{.*?\}\}")
_IMPORT = re.compile(r"(from\s+\S+\s+)?import\s.*")


class Break(NamedTuple):
    """A line of code that asks for what is no longer there."""

    path: PurePosixPath
    line: int
    what: str


class Losses(NamedTuple):
    """Modules that go, and the names that go from others, all dotted."""

    modules: frozenset[str]
    names: frozenset[str]

    def why(self, dotted: str) -> str | None:
        """Say what is missing of a dotted name; None if nothing is."""
        for each in _beginnings(dotted):
            if each in self.modules:
                return f"`{each}` is gone"
            if each in self.names:
                module, _, name = each.rpartition(".")
                return f"`{module}` no longer has `{name}`"
        return None

    @property
    def words(self) -> frozenset[str]:
        """The words of which a source has at least one if it is concerned."""
        return frozenset(each.rpartition(".")[2] for each in self.modules | self.names)


def find_losses(changes: Iterable[Change]) -> Losses:
    """Compare the modules that are changed with what becomes of them."""
    modules = [each for each in changes if _is_module(each.path)]
    before, after = _offered(modules, 0), _offered(modules, 1)
    gone = before.keys() - after.keys()
    names = (
        f"{module}.{name}"
        for module in before.keys() & after.keys()
        if ANY not in after[module]
        for name in before[module] - after[module]
        if f"{module}.{name}" not in after
    )
    return Losses(frozenset(gone), frozenset(names))


def find_breaks(
    project: Project, texts: Mapping[PurePosixPath, str], losses: Losses
) -> list[Break]:
    """Find each line of the texts, Python and slice templates, that asks for what goes."""
    found = (
        Break(path, line, why)
        for path, text in sorted(texts.items())
        if any(word in text for word in losses.words)
        for line, dotted in _references(project.package, path, text, losses)
        if (why := losses.why(dotted))
    )
    return list(dict.fromkeys(found))


def _is_module(path: PurePosixPath) -> bool:
    return path.suffix == ".py" and path.is_relative_to(SOURCE)


def _offered(changes: Iterable[Change], side: int) -> dict[str, frozenset[str]]:
    """Return what each module offers before (0) or after (1) its change."""
    found = {}
    for change in changes:
        text = sides(change)[side]
        if text is not None:
            name = module_name(change.path.relative_to(SOURCE))
            found[name] = frozenset({ANY}) if isinstance(change, Mark) else _names(text)
    return found


def _names(text: str) -> frozenset[str]:
    try:
        return bound_names(text)
    except (SyntaxError, ValueError):  # nobody can tell
        return frozenset({ANY})


def _references(
    package: str, path: PurePosixPath, text: str, losses: Losses
) -> Iterator[tuple[int, str]]:
    """Yield the line and the dotted name of all that a source asks for."""
    if path.name.endswith(SUFFIX):
        return _in_template(package, text)
    try:
        return _in_module(ast.parse(text), _package_of(path), losses)
    except (SyntaxError, ValueError):
        return iter(())


def _package_of(path: PurePosixPath) -> tuple[str, ...]:
    """Return the parts of the package that relative imports of a module start from."""
    return path.relative_to(SOURCE).parts[:-1] if path.is_relative_to(SOURCE) else ()


def _in_module(
    tree: ast.Module, package: tuple[str, ...], losses: Losses
) -> Iterator[tuple[int, str]]:
    aliases: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for name, dotted in _imported(node, package):
                yield node.lineno, dotted
                if name and losses.why(dotted) is None:  # or each use would be told again
                    aliases[name] = dotted
    for node in ast.walk(tree):
        match node:
            case ast.Attribute():
                first, dot, rest = _dotted(node).partition(".")
                yield node.lineno, f"{aliases.get(first, first)}{dot}{rest}"
            case ast.Constant(value=str() as text) if _is_dotted(text):  # `setattr("…", …)`
                yield node.lineno, text


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _is_dotted(text: str) -> bool:
    return "." in text and all(part.isidentifier() for part in text.split("."))


def _imported(
    node: ast.Import | ast.ImportFrom, package: tuple[str, ...]
) -> Iterator[tuple[str | None, str]]:
    """Yield all that an import asks for, and under which other name the source has it then."""
    if isinstance(node, ast.Import):
        yield from ((alias.asname, alias.name) for alias in node.names)
        return
    above = package[: len(package) - node.level + 1] if node.level else ()
    module = ".".join((*above, *([node.module] if node.module else ())))
    yield from ((alias.asname or alias.name, f"{module}.{alias.name}") for alias in node.names)


def _in_template(package: str, text: str) -> Iterator[tuple[int, str]]:
    """Look at import statements alone, line by line: what is around them is not Python."""
    for number, line in enumerate(text.splitlines(), start=1):
        filled = _PLACEHOLDER.sub(package, line).strip().removesuffix("(")
        if _IMPORT.fullmatch(filled):
            statement = filled if filled.split()[-1] != "import" else f"{filled} _"
            yield from ((number, dotted) for _, dotted in _parsed(statement))


def _parsed(statement: str) -> Iterable[tuple[str | None, str]]:
    try:
        node = ast.parse(statement).body[0]
    except SyntaxError:
        return ()
    return _imported(node, ()) if isinstance(node, ast.Import | ast.ImportFrom) else ()


def _beginnings(dotted: str) -> Iterator[str]:
    parts = dotted.split(".")
    return (".".join(parts[:count]) for count in range(1, len(parts) + 1))
