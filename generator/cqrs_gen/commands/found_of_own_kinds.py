"""Slices of the kinds that a team made: found where their templates put them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from cqrs_gen.contexts import fielded, named, sample_imports, sampled
from cqrs_gen.errors import Failed, NotFound
from cqrs_gen.modules import read
from cqrs_gen.names import Name
from cqrs_gen.sources import fields_of, other_fields_of
from cqrs_gen.words import pascal

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cqrs_gen.contexts import Context
    from cqrs_gen.project import Project
    from cqrs_gen.sources import Source

Found: TypeAlias = "tuple[str, Path, Callable[[], Context]]"
PLACE = "__module__"


def slices_of_own_kind(project: Project, kind: str, templates: Path) -> Iterator[Found]:
    """Give name, path and context of each class that is called as its module, after the kind.

    Raises NotFound where no template says by its path where such classes are.
    """
    seen: set[str] = set()
    for folder, before, after in _places(kind, templates / kind):
        place = project.root / folder.replace("__package__", project.package)
        for path in sorted(place.glob(f"{before}*{after}")):
            module = path.name.removeprefix(before).removesuffix(after)
            for source in _readable(project, path):
                for node, name in _named_after(source, kind, module):
                    if name.text not in seen:
                        seen.add(name.text)
                        yield node.name, path, _teller(source, node, name)


def _places(kind: str, folder: Path) -> Iterator[tuple[str, str, str]]:
    """Give the folders of the classes, with what stands before and after a module's name."""
    templates = sorted((folder / "src").rglob(f"*{PLACE}*.py.j2"))
    if not templates:
        raise NotFound(f"`{kind}` has no template `{PLACE}.py.j2` in `src`, to find its classes by")
    for template in templates:
        before, _, after = template.name.removesuffix(".j2").partition(PLACE)
        yield template.parent.relative_to(folder).as_posix(), before, after


def _readable(project: Project, path: Path) -> Iterator[Source]:
    try:
        yield from read(project, path)
    except Failed:
        return  # `list` tells of it


def _named_after(source: Source, kind: str, module: str) -> Iterator[tuple[ast.ClassDef, Name]]:
    for node in source.classes:
        name = Name(node.name.removesuffix(pascal(kind)), kind)
        if name.text and name.module == module and name.class_name == node.name:
            yield node, name


def _teller(source: Source, node: ast.ClassDef, name: Name) -> Callable[[], Context]:
    def tell() -> Context:
        others = other_fields_of(node, source.names)
        if others:
            raise NotFound(f"`{others[0]}` is no field that `add` knows")
        given = fields_of(node, source.names)
        samples = {"sample_arguments": sampled(given), "sample_imports": sample_imports(given)}
        return named(name) | fielded(given) | samples

    return tell
