"""Asks the deeper guards about a project: mypy, import contracts, start-up, its own tests."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
import tempfile
import traceback
from contextlib import redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING

# Imported once, ahead of all the forks that use them.
import fastapi  # noqa: F401
import pytest
import sqlalchemy.dialects.sqlite  # noqa: F401
import typer  # noqa: F401
from importlinter.cli import lint_imports

if TYPE_CHECKING:
    import io
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

TESTED = ("events", "read", "write")
NOT_HERE = re.compile(r"^(ModuleNotFoundError|ImportError)")
DATABASE = re.compile(r"not authorized|prohibited|readonly database")
RUN_TIME = re.compile(r"InvalidReturn|InvalidEvent|UnknownEvent|StaleRead|NoHandler")
CHANGED = re.compile(r"^FAILED \S+test_it_changes_nothing - (assert|AssertionError)")


def guarded_by(root: Path, env: Mapping[str, str], stems: set[str]) -> dict[str, str]:
    """Tell which guards object to a project, each with the first thing that it says.

    Of its tests, those of the slices with these stems are run. Only that counts which a guard of
    the runtime said, or that a query has changed something: not that a host is missing here.
    """
    said = {
        "mypy": _typed(root, env),
        "contracts": _forked(root, lambda: lint_imports(no_cache=True)),
        "start-up": _forked(root, _start),
    }
    found = {name: _told(name, text) for name, text in said.items() if text}
    if "start-up" in found:
        return {name: line for name, line in found.items() if not NOT_HERE.search(line)}
    return found | dict(_tested(root, stems))


def _told(name: str, text: str) -> str:
    lines = [line.strip() for line in text.strip().splitlines()]
    if name == "contracts":
        return next((line for line in lines if line.endswith("BROKEN")), lines[-1])
    return lines[-1 if name == "start-up" else 0]


def _typed(root: Path, env: Mapping[str, str]) -> str:
    """Ask mypy's daemon, which looks again only at what has changed."""
    command = (sys.executable, "-m", "mypy.dmypy", "run", "--", "--no-error-summary", "src")
    done = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if ": error:" in line]
    return "\n".join(lines) if done.returncode else ""


def _start() -> int:
    app = importlib.import_module("bank.app")
    settings = importlib.import_module("bank.cqrs.settings")
    app.build(settings.Settings())
    return 0


def _tested(root: Path, stems: set[str]) -> Iterator[tuple[str, str]]:
    (root / "var").mkdir(exist_ok=True)
    there = sorted((root / "tests").rglob("test_*.py"))
    tests = [
        str(path)
        for path in there
        if path.parent.name in TESTED
        and path.stem.removeprefix("test_").removesuffix("_projection") in stems
    ]
    if not tests:
        return
    options = ("-q", "--tb=short", "-p", "no:cacheprovider")
    output = _forked(root, lambda: int(pytest.main([*options, *tests])))
    for name, pattern in (("database", DATABASE), ("run time", RUN_TIME), ("its tests", CHANGED)):
        if match := next((line for line in output.splitlines() if pattern.search(line)), None):
            yield name, match.removeprefix("E").strip()


def _forked(root: Path, run: Callable[[], int]) -> str:
    """Run it in a process of its own; give what it printed if it objected, else nothing."""
    with tempfile.TemporaryFile("w+") as output:
        if not (child := os.fork()):
            _child(root, run, output)
        _, status = os.waitpid(child, 0)
        output.seek(0)
        return output.read() if status else ""


def _child(root: Path, run: Callable[[], int], output: io.TextIOBase) -> None:
    code = 1
    try:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
        os.chdir(root)
        sys.path.insert(0, str(root / "src"))
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        with redirect_stdout(output), redirect_stderr(output):
            try:
                code = run()
            except BaseException:  # noqa: BLE001  a fork has nobody to raise it to
                traceback.print_exc()
        output.flush()
    finally:
        os._exit(code)
