"""Asks the deeper guards about a project: mypy, the import contracts, start-up, and its own tests."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

START = "from bank.app import build; from bank.cqrs.settings import Settings; build(Settings())"
LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
TESTS = ("tests/read", "tests/write", "tests/events", "tests/test_app.py")

DATABASE = re.compile(r"not authorized|prohibited|readonly database|cannot write")
RUN_TIME = re.compile(r"InvalidReturn|InvalidEvent|UnknownEvent|StaleRead|NoHandler")
PROMISE = re.compile(r"^(?:E\s+)?(?:assert|AssertionError)", re.M)


def guarded_by(root: Path, env: Mapping[str, str], types: Path) -> dict[str, str]:
    """Tell which guards object to a project, each with the first thing that it says.

    Of its tests only that counts which a guard of the runtime said, or a promise that was broken:
    not that a host or a file is missing here.
    """
    checks = {
        "mypy": ("-m", "mypy", "--cache-dir", str(types), "--no-error-summary", "src"),
        "contracts": ("-c", LINT),
        "start-up": ("-c", START),
    }
    said = {name: _said(root, env, arguments) for name, arguments in checks.items()}
    found = {name: text.strip().splitlines()[_line(name)] for name, text in said.items() if text}
    if "contracts" in said and said["contracts"]:
        found["contracts"] = next(line for line in said["contracts"].splitlines() if "BROKEN" in line)
    return found | ({} if "start-up" in found else dict(_tested(root, env)))


def _line(name: str) -> int:
    return -1 if name == "start-up" else 0


def _tested(root: Path, env: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    (root / "var").mkdir(exist_ok=True)
    there = [name for name in TESTS if (root / name).exists()]
    output = _said(root, env, ("-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider", *there))
    for name, pattern in (("database", DATABASE), ("run time", RUN_TIME), ("its tests", PROMISE)):
        if match := next((line for line in output.splitlines() if pattern.search(line)), None):
            yield name, match.removeprefix("E").strip()


def _said(root: Path, env: Mapping[str, str], arguments: Sequence[str]) -> str:
    """Run it; give what it printed if it objected, nothing if it did not."""
    done = subprocess.run(
        (sys.executable, *arguments),
        cwd=root,
        env={**env, "PYTHONPATH": "src", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return (done.stdout + done.stderr) if done.returncode else ""
