"""All that a generated project's own checks say of it, untouched."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from conftest import program

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Shell

CHECKS = {
    "ruff check": ("-m", "ruff", "check", "--no-cache"),
    "ruff format": ("-m", "ruff", "format", "--check", "--no-cache"),
    "mypy": ("-m", "mypy"),
    "lint-imports": (program("lint_imports.py"),),
    "cqrs-gen check": ("-m", "cqrs_gen", "check"),
    "pytest": ("-m", "pytest", "-q", "-p", "no:cacheprovider"),
}
ALL = tuple(CHECKS)
WITHOUT_TESTS = ALL[:-1]


def failures(shop: Shell, mypy_cache: Path, checks: tuple[str, ...] = ALL) -> dict[str, str]:
    """Run the checks as the project's Makefile does; give what those said that failed.

    No plugin of this repository's pytest is the project's. Mypy remembers, from project to
    project, the libraries that all of them use.
    """
    own = {
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTEST_DEBUG_TEMPROOT": str(mypy_cache.parent),  # or it tidies up after other runs
        "MYPY_CACHE_DIR": str(mypy_cache),
    }
    path = os.pathsep.join((os.path.dirname(sys.executable), shop.env["PATH"]))  # noqa: PTH120
    clean = replace(shop, env=shop.env | own | {"PATH": path})
    ended = {check: clean.python(*CHECKS[check]) for check in checks}
    return {
        check: done.stdout + done.stderr for check, done in ended.items() if done.returncode != 0
    }
