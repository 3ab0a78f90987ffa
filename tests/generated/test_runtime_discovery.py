"""Discovery in a generated project: what lies in a folder is there, once."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING

import pytest
from shop.cqrs.discovery import Found, discover
from shop.cqrs.wiring import wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FOLDERS = (
    "",
    "events",
    "write",
    "write/commands",
    "write/handlers",
    "read",
    "read/queries",
    "read/handlers",
    "read/projections",
)
COMMAND = """
from dataclasses import dataclass
from shop.cqrs import Command

@dataclass(frozen=True, slots=True, kw_only=True)
class {name}(Command):
    pass
"""
HANDLER = """
from __future__ import annotations
from shop.cqrs.writing import CommandHandler, UnitOfWork
from found.write.commands.{module} import {name}

class {name}Handler(CommandHandler[{name}]):
    async def handle(self, command: {name}, uow: UnitOfWork) -> None:
        pass
"""


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Found]]:
    """Make a package of these files, and discover it."""
    monkeypatch.syspath_prepend(tmp_path)

    def discovered(files: dict[str, str]) -> Found:
        for folder in FOLDERS:
            (tmp_path / "found" / folder).mkdir(parents=True, exist_ok=True)
            (tmp_path / "found" / folder / "__init__.py").touch()
        for path, text in files.items():
            (tmp_path / "found" / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "found" / path).write_text(text)
        importlib.invalidate_caches()
        return discover("found")

    yield discovered
    for name in [name for name in sys.modules if name.split(".")[0] == "found"]:
        del sys.modules[name]


def names(classes: tuple[type, ...]) -> list[str]:
    """Give the names of classes."""
    return [each.__name__ for each in classes]


def test_an_empty_package_holds_nothing(found: Callable[..., Found]) -> None:
    assert found({}) == Found((), (), (), (), (), ())


def test_a_handler_in_a_folder_of_its_own_is_found(found: Callable[..., Found]) -> None:
    discovered = found(
        {
            "write/commands/billing/__init__.py": "",
            "write/commands/billing/pay.py": COMMAND.format(name="Pay"),
            "write/handlers/billing/__init__.py": "",
            "write/handlers/billing/pay.py": HANDLER.format(name="Pay", module="billing.pay"),
        }
    )

    assert names(discovered.commands) == ["Pay"]
    assert names(discovered.command_handlers) == ["PayHandler"]
    assert len(wire(discovered, {}).command_handlers) == 1


def test_what_is_imported_or_called_something_else_too_is_found_once(
    found: Callable[..., Found],
) -> None:
    discovered = found(
        {
            "write/commands/pay.py": COMMAND.format(name="Pay") + "\nPayNow = Pay\n",
            "write/commands/again.py": "from found.write.commands.pay import Pay\n",
            "write/handlers/pay.py": HANDLER.format(name="Pay", module="pay"),
            "write/handlers/again.py": "from found.write.handlers.pay import PayHandler\n",
        }
    )

    assert names(discovered.commands) == ["Pay"]
    assert names(discovered.command_handlers) == ["PayHandler"]


def test_abstract_bases_are_left_out(found: Callable[..., Found]) -> None:
    discovered = found(
        {
            "write/commands/base.py": (
                "from abc import ABC\nfrom shop.cqrs import Command\n"
                "class Base(Command, ABC): ...\n"
            ),
            "write/handlers/base.py": (
                "from shop.cqrs import Command\nfrom shop.cqrs.writing import CommandHandler\n"
                "class Base(CommandHandler[Command]): ...\n"
            ),
            "read/projections/base.py": (
                "from abc import ABC\nfrom shop.cqrs.reading import Projection\n"
                "class Base(Projection, ABC): ...\n"
            ),
        }
    )

    assert discovered == Found((), (), (), (), (), ())


def test_the_same_files_are_found_in_the_same_order(found: Callable[..., Found]) -> None:
    discovered = found(
        {f"write/commands/{name.lower()}.py": COMMAND.format(name=name) for name in ("B", "C", "A")}
    )

    assert names(discovered.commands) == ["A", "B", "C"]


def test_a_module_that_cannot_be_imported_is_not_passed_over(found: Callable[..., Found]) -> None:
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        found({"write/handlers/broken.py": "import no_such_module\n"})


def test_names_that_only_the_type_checker_imports_do_no_harm_where_they_are_not_needed(
    found: Callable[..., Found],
) -> None:
    handler = HANDLER.format(name="Pay", module="pay").replace(
        "from shop.cqrs.writing import CommandHandler, UnitOfWork",
        "from typing import TYPE_CHECKING\nfrom uuid import UUID\n"
        "from shop.cqrs.writing import CommandHandler\n"
        "if TYPE_CHECKING:\n    from shop.cqrs.writing import UnitOfWork",
    )
    discovered = found(
        {
            "write/commands/pay.py": COMMAND.format(name="Pay"),
            "write/handlers/pay.py": handler.replace("-> None", "-> UUID | None"),
        }
    )

    assert len(wire(discovered, {}).command_handlers) == 1
