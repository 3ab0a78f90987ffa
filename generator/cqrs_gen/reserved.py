"""Names that are taken: by Python, by pytest, by Windows, and by what generated files import."""

from __future__ import annotations

import builtins
import keyword
import sys

from .words import listed

FRAMEWORK = listed(
    "Ack Change Checkpoint Command CommandHandler Conflict CqrsError Event Handler Id "
    "InvalidMessage InvalidReturn Journal Message MessageBus NoHandler NotFound Origin Page Paging "
    "Port Position Projection Projector Query QueryHandler ReadModel ReadStore Reader Recorded "
    "Refused Removal Scenario Service Settings StaleRead StoreUnavailable Track UnitOfWork "
    "UnknownEvent Upsert View WiringError WriteStore"
)
IMPORTED = listed(
    "Annotated Any Awaitable Callable ClassVar Column Decimal Field Final Generic Iterable "
    "Iterator Literal Mapping MetaData Optional Path Protocol Self Sequence Table TypeAlias "
    "TypeVar UTC UUID Union date datetime field sample time timedelta timezone"
)
BUILTINS = frozenset(dir(builtins)) | {"copyright", "credits", "exit", "help", "license", "quit"}
KEYWORDS = frozenset(keyword.kwlist) | frozenset(keyword.softkwlist) | {"type"}
WINDOWS = frozenset({"aux", "con", "conin", "conout", "nul", "prn"}) | {
    f"{port}{number}" for port in ("com", "lpt") for number in range(10)
}
PACKAGES = (
    frozenset(sys.stdlib_module_names)
    | frozenset({"annotationlib", "cgi", "compression", "crypt", "distutils", "imp", "pipes"})
    | listed(
        "anyio click conftest copier cqrs cqrs_gen docs fastapi grimp httpx hypothesis "
        "importlinter jinja2 mypy pip pluggy psycopg pydantic pydantic_core pydantic_settings "
        "pytest ruff setuptools sqlalchemy src starlette template test tests typer "
        "typing_extensions uvicorn yaml"
    )
)
"""Top-level packages that Python brings, in any version from 3.11 on, or that a project imports."""

PROJECTS = listed(
    "activate annotated-doc annotated-types anyio ast-serialize certifi click colorama cqrs-gen "
    "dmypy exceptiongroup fastapi faststream greenlet grimp h11 hatchling httpcore httptools httpx "
    "idna import-linter iniconfig librt lint-imports markdown-it markdown-it-py mdurl mypy "
    "mypy-extensions mypyc opentelemetry-api packaging pathspec pip pip3 pluggy psycopg py-test "
    "pydantic pydantic-core pydantic-settings pygmentize pygments pytest python python3 rich ruff "
    "setuptools shellingham sqlalchemy starlette stubgen stubtest tomli typer typing-extensions "
    "typing-inspection uvicorn uvloop wheel"
)
"""What a project installs into its environment: another of the name would be taken for it."""

CONSTANTS = listed("command event nothing paging query select")
"""Constants of generated files, in small letters: a read model's name is a constant beside them."""
ROLES = {
    "event": ("Command", "Handler", "Projection", "Query", "View"),
    "query": ("Projection",),
}
"""How what stands around a message ends: an event that ended so could be one of those classes,
and the tests of a query and of a projection would be one file."""

_FRAMEWORK = frozenset(name.lower() for name in FRAMEWORK)
_IMPORTED = frozenset(name.lower() for name in IMPORTED)
_BUILTIN_CLASSES = frozenset(name.lower() for name in BUILTINS if name[0].isupper())


def why_taken(class_name: str) -> str:
    """Say why no class can have this name, whatever its case; empty if one can."""
    low = class_name.lower()
    if low in _FRAMEWORK:
        return "the framework has that name"
    if low in _IMPORTED:
        return "generated files import something of that name"
    if low in _BUILTIN_CLASSES:
        return "Python has a built-in of that name"
    return ""


def is_imported(class_name: str) -> bool:
    """Tell whether a generated file may have this very name for something else."""
    return class_name in FRAMEWORK | IMPORTED | BUILTINS


def why_no_module(module: str) -> str:
    """Say why no file can have this name, less its ending; empty if one can."""
    if module in KEYWORDS or module in {"true", "false", "none"}:
        return f"`{module}` is a keyword of Python"
    if module in BUILTINS:
        return f"`{module}` is built into Python"
    if module in WINDOWS:
        return f"Windows cannot have a file of the name `{module}`"
    if module == "conftest":
        return "pytest loads every `conftest.py` by itself"
    return ""
