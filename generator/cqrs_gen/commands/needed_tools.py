"""What a service needs of a repository's tools: only what it could not work without."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cqrs_gen.commands.needed_project import Part
from cqrs_gen.files import read_text
from cqrs_gen.toml_text import written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cqrs_gen.existing import Existing

OF_SLICES = ("ARG002", "D102", "E501", "S105")
"""What generated slices do that a strict choice of ruff's rules would forbid."""

OF_TESTS = (*OF_SLICES, "D101", "D103", "INP001", "PLR2004", "S101", "S106")
TEMPLATES_TESTS = ("tests/test_app.py", "tests/test_architecture.py", "tests/test_http.py")
ELSEWHERE = {
    "importlinter": (("setup.cfg", "[importlinter"), (".importlinter", "")),
    "mypy": (("mypy.ini", ""), (".mypy.ini", ""), ("setup.cfg", "[mypy")),
    "pytest": (("pytest.ini", ""), ("tox.ini", "[pytest]"), ("setup.cfg", "[tool:pytest]")),
    "ruff": ((".ruff.toml", ""), ("ruff.toml", "")),
}
"""Files that count for a tool instead of `pyproject.toml`, if they hold this."""


class Service(NamedTuple):
    """A service that is put into a repository, with the paths that it adds to it."""

    package: str
    is_new_package: bool
    paths: frozenset[str]


def needed_tools(service: Service, made: Existing, existing: Existing) -> Part:
    """Gather settings; for a tool that is set up in another file, only say what it needs."""
    tools: dict[str, dict[str, object]] = {
        "hatch": _hatch(service, existing),
        "importlinter": _importlinter(service, made, existing),
        "mypy": _mypy(made, existing),
        "pytest": _pytest(service, existing),
        "ruff": _ruff(service, existing),
    }
    elsewhere = {tool: file for tool in tools if (file := _file_of(tool, existing))}
    notes = [
        f"`{file}` counts for {tool} here, and needs the sense of this:\n{_indented(tools[tool])}"
        for tool, file in elsewhere.items()
        if tools[tool]
    ]
    wanted = {tool: each for tool, each in tools.items() if each and tool not in elsewhere}
    return Part(dict(wanted), (*notes, *_packing(service, existing)))


def _hatch(service: Service, existing: Existing) -> dict[str, object]:
    if not service.is_new_package or not _is_built_by_hatch(existing):
        return {}
    inside = [*existing.packages, service.package]
    packages = [*existing.flat_packages, *(f"src/{name}" for name in inside)]
    return {"build": {"targets": {"wheel": {"packages": packages}}}}


def _importlinter(service: Service, made: Existing, existing: Existing) -> dict[str, object]:
    own = made.at("tool", "importlinter")
    wanted = dict(own) if isinstance(own, dict) else {}
    if existing.at("tool", "importlinter", "root_packages") is not None:
        wanted.pop("root_package", None)
        wanted = {"root_packages": [service.package], **wanted}
    return wanted


def _mypy(made: Existing, existing: Existing) -> dict[str, object]:
    # Tests of one name in two folders are two modules; that takes both, or neither.
    is_ours = existing.at("tool", "mypy", "mypy_path") in (None, "src")
    path: dict[str, object] = {"mypy_path": "src"}
    bases = {**path, "explicit_package_bases": True} if is_ours else path
    has_files = any(existing.at("tool", "mypy", key) for key in ("files", "packages", "modules"))
    files = {} if has_files else {"files": ["src", "tests"]}
    return {**bases, **files, "overrides": made.at("tool", "mypy", "overrides")}


def _pytest(service: Service, existing: Existing) -> dict[str, object]:
    lists = {
        **({"pythonpath": ["src"]} if service.is_new_package else {}),
        **({"testpaths": ["tests"]} if _has_testpaths(existing) else {}),
    }
    return {"ini_options": lists} if lists else {}


def _has_testpaths(existing: Existing) -> bool:
    return isinstance(existing.at("tool", "pytest", "ini_options", "testpaths"), list)


def _ruff(service: Service, existing: Existing) -> dict[str, object]:
    templates = [path for path in TEMPLATES_TESTS if path in service.paths]
    wanted = {"extend-exclude": [f"src/{service.package}/cqrs", *templates]}
    lint: dict[str, object] = {}
    if existing.at("tool", "ruff", "lint", "isort", "known-first-party") is not None:
        lint["isort"] = {"known-first-party": [service.package]}
    if any(existing.at("tool", "ruff", "lint", key) for key in ("select", "extend-select")):
        fixtures = [path for path in ("conftest.py", "tests/conftest.py") if path in service.paths]
        ignores = {
            f"src/{service.package}/{{app.py,events/**,read/**,write/**}}": list(OF_SLICES),
            **{path: list(OF_TESTS) for path in (*fixtures, "tests/{events,read,write}/**")},
        }
        lint["extend-per-file-ignores"] = ignores
    return {**wanted, **({"lint": lint} if lint else {})}


def _file_of(tool: str, existing: Existing) -> str:
    for name, mark in ELSEWHERE.get(tool, ()):
        file = existing.root / name
        counts = mark != "[mypy" or existing.at("tool", "mypy") is None
        if file.is_file() and mark in read_text(file, errors="replace") and counts:
            return name
    return ""


def _packing(service: Service, existing: Existing) -> Iterator[str]:
    backend = existing.at("build-system", "build-backend")
    if service.is_new_package and backend is not None and not _is_built_by_hatch(existing):
        yield f"see to it that `{backend}` packs `src/{service.package}` too"


def _is_built_by_hatch(existing: Existing) -> bool:
    return existing.at("build-system", "build-backend") == "hatchling.build"


def _indented(settings: dict[str, object]) -> str:
    lines = written(settings).rstrip().splitlines()
    return "\n".join(f"  {line}".rstrip() for line in lines)
