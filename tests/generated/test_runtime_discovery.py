"""Discovery in a generated project: what lies in a folder is there, once."""

from __future__ import annotations

import importlib
import sys
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from shop.cqrs import WiringError
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
EVENT = """
from dataclasses import dataclass
from shop.cqrs import Event

@dataclass(frozen=True, slots=True, kw_only=True)
class Paid(Event):
    pass
"""
PROJECTION = """
from shop.cqrs.reading import Projection

class Payments(Projection):
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
            "write/commands/pay.py": COMMAND.format(name="Pay")
            + dedent("""\

                PayNow = Pay
                """),
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
            "write/commands/base.py": dedent("""\
                from abc import ABC
                from shop.cqrs import Command
                class Base(Command, ABC): ...
                """),
            "write/handlers/base.py": dedent("""\
                from shop.cqrs import Command
                from shop.cqrs.writing import CommandHandler
                class Base(CommandHandler[Command]): ...
                """),
            "read/projections/base.py": dedent("""\
                from abc import ABC
                from shop.cqrs.reading import Projection
                class Base(Projection, ABC): ...
                """),
        }
    )

    assert discovered == Found((), (), (), (), (), ())


def test_the_same_files_are_found_in_the_same_order(found: Callable[..., Found]) -> None:
    discovered = found(
        {f"write/commands/{name.lower()}.py": COMMAND.format(name=name) for name in ("B", "C", "A")}
    )

    assert names(discovered.commands) == ["A", "B", "C"]


FAILING = {
    "a name that is missing": (
        dedent("""\
            x = 1
            import no_such_module
            """),
        2,
        "ModuleNotFoundError: No module",
    ),
    "a syntax error": ("x = 1\n\nclass Broken(\n", 3, "SyntaxError: '(' was never closed"),
    "a class body": (
        dedent("""\
            class A:
                x = unknown
            """),
        2,
        "NameError: name 'unknown' is not defined",
    ),
    "a call": (
        dedent("""\
            def f():
                raise ValueError('two\\nlines')
            f()
            """),
        2,
        "ValueError: two lines",
    ),
    "an exit": (
        dedent("""\
            import sys
            sys.exit('no licence')
            """),
        2,
        "SystemExit: no licence",
    ),
    "the framework": (
        dedent("""\
            from shop.cqrs.reading import ReadModel
            ReadModel('a', version=1, key={'n': int})
            """),
        2,
        "TypeError: ReadModel.__init__() missing",
    ),
    "another library": (
        dedent("""\
            import json
            json.loads('[')
            """),
        2,
        "JSONDecodeError: Expecting value",
    ),
    "no text": ("x = '\0'\n", 1, "SyntaxError: source code string cannot contain null bytes"),
}


@pytest.mark.parametrize("planted", FAILING)
def test_a_module_that_fails_to_import_is_a_fault_with_its_line(
    found: Callable[..., Found], tmp_path: Path, planted: str
) -> None:
    source, line, told = FAILING[planted]
    discovered = found({"write/handlers/broken.py": source, "events/pay.py": EVENT})

    [fault] = discovered.faults
    place, _, what = fault.partition("`: ")
    file = tmp_path / "found/write/handlers/broken.py"
    assert place in {f"`{file}:{line}", f"`{file}"}
    assert what.startswith(told)
    assert names(discovered.events) == ["Paid"]


def test_faults_in_several_modules_are_told_with_the_others(found: Callable[..., Found]) -> None:
    discovered = found(
        {
            "write/commands/pay.py": COMMAND.format(name="Pay"),
            "write/handlers/pay.py": "import no_such_module\n",
            "read/projections/one.py": "1 / 0\n",
            "read/projections/two/three.py": "class\n",
        }
    )

    with pytest.raises(WiringError) as error:
        wire(discovered, {})

    told = [fault.rpartition("found/")[2] for fault in error.value.faults]
    assert (
        told[0] == "write/handlers/pay.py:1`: ModuleNotFoundError: No module named 'no_such_module'"
    )
    assert told[1] == "read/projections/one.py:1`: ZeroDivisionError: division by zero"
    assert told[2] == "read/projections/two/three.py:1`: SyntaxError: invalid syntax"
    assert told[3] == "`Pay` has no handler"
    assert len(told) == 4


def test_who_imports_a_module_that_fails_is_no_second_fault(found: Callable[..., Found]) -> None:
    once = """\
from found.events import runs
runs.append(1)
if len(runs) > 1:
    raise LookupError("it is run again")
1 / 0
"""
    discovered = found(
        {
            "events/__init__.py": "runs = []\n",
            "write/handlers/a.py": "from found.write.handlers import broken\n",
            "write/handlers/broken.py": once,
            "write/handlers/c.py": "import found.write.handlers.broken\n",
            "read/handlers/d.py": "from found.write.handlers.broken import runs\n",
            "read/handlers/e.py": "from found.read.handlers.d import runs\n",
        }
    )

    [fault] = discovered.faults
    assert fault.endswith("broken.py:5`: ZeroDivisionError: division by zero")


def test_what_failed_is_tried_again_when_it_was_mended(found: Callable[..., Found]) -> None:
    broken = {"write/commands/pay.py": "1 / 0\n", "write/handlers/pay.py": "1 / 0\n"}
    assert len(found(broken).faults) == 2

    mended = found(
        {
            "write/commands/pay.py": COMMAND.format(name="Pay"),
            "write/handlers/pay.py": HANDLER.format(name="Pay", module="pay"),
        }
    )

    assert mended.faults == ()
    assert names(mended.command_handlers) == ["PayHandler"]


@pytest.mark.parametrize("folder", ["billing", "billing/cards", "billing/2024", "my cards"])
def test_folders_without_init_hold_modules_too(found: Callable[..., Found], folder: str) -> None:
    discovered = found(
        {
            f"events/{folder}/paid.py": EVENT,
            f"write/commands/{folder}/pay.py": COMMAND.format(name="Pay"),
            f"write/handlers/{folder}/other.py": COMMAND.format(name="NoHandler"),
            f"read/projections/{folder}/payments.py": PROJECTION,
            f"read/projections/{folder}/__pycache__/old.cpython-311.pyc": "",
            f"read/projections/{folder}/notes.v1.txt": "",
            f"read/projections/{folder}/.#payments.py": "",
        }
    )

    assert names(discovered.events) == ["Paid"]
    assert names(discovered.commands) == ["Pay"]
    assert names(discovered.projections) == ["Payments"]
    assert discovered.faults == ()


def test_a_module_whose_name_is_no_identifier_is_found(found: Callable[..., Found]) -> None:
    assert names(found({"events/has-paid.py": EVENT}).events) == ["Paid"]


@pytest.mark.parametrize("file", ["events/paid.v2.py", "events/billing/a.b.c.py"])
def test_a_file_that_cannot_be_imported_is_told(found: Callable[..., Found], file: str) -> None:
    [fault] = found({file: EVENT}).faults

    assert f"{file}` cannot be imported: the name of a module has no dot in it" in fault


def test_a_package_is_searched_once(found: Callable[..., Found]) -> None:
    first = found({"events/paid.py": EVENT})

    assert discover("found") is first


def test_names_that_only_the_type_checker_imports_do_no_harm_where_they_are_not_needed(
    found: Callable[..., Found],
) -> None:
    handler = HANDLER.format(name="Pay", module="pay").replace(
        "from shop.cqrs.writing import CommandHandler, UnitOfWork",
        dedent("""\
            from typing import TYPE_CHECKING
            from uuid import UUID
            from shop.cqrs.writing import CommandHandler
            if TYPE_CHECKING:
                from shop.cqrs.writing import UnitOfWork"""),
    )
    discovered = found(
        {
            "write/commands/pay.py": COMMAND.format(name="Pay"),
            "write/handlers/pay.py": handler.replace("-> None", "-> UUID | None"),
        }
    )

    assert len(wire(discovered, {}).command_handlers) == 1
