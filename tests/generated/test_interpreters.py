"""A generated project passes its own tests on every Python that it is made for.

`CQRS_GEN_PYTHONS` lists the versions that must be there, as `3.12 3.13`; the others are not asked
for then. Without it, a version that this machine does not have is skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conftest import ROOT, Shell

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIABLE = "CQRS_GEN_PYTHONS"
CLASSIFIER = "Programming Language :: Python :: 3."


def promised() -> list[str]:
    """Read the versions of Python that the package says it runs on."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = (each for each in project["classifiers"] if each.startswith(CLASSIFIER))
    return [each.rpartition(" ")[2] for each in found]


def interpreter(version: str) -> str | None:
    """Find a Python of a version: on the path, or among those that pyenv has installed."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    installed = map(str, sorted(pyenv.glob(f"{version}.*/bin/python")))
    return next((each for each in _candidates(version, installed) if _is(version, each)), None)


def _candidates(version: str, installed: Iterator[str]) -> Iterator[str]:
    if found := shutil.which(f"python{version}"):
        yield found
    yield from installed


def _is(version: str, python: str) -> bool:
    """Ask it: a shim of pyenv may stand for a version that is not chosen."""
    asked = (python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])")
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)
    return answer.stdout.strip() == version


def done(*command: str | Path, at: Path) -> None:
    """Run a command in the user's own environment, which knows where packages come from."""
    ended = subprocess.run(command, cwd=at, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.thorough
@pytest.mark.parametrize("version", os.environ.get(VARIABLE, "").split() or promised())
def test_a_project_passes_its_own_tests(version: str, shop: Shell) -> None:
    python = interpreter(version)
    if python is None and VARIABLE not in os.environ:
        pytest.skip(f"Python {version} is not on this machine")
    assert python, f"Python {version} is not on this machine, and {VARIABLE} asks for it"

    done(python, "-m", "venv", "venv", at=shop.folder.parent)
    own = shop.folder.parent / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    done(own, "-m", "pip", "install", "--quiet", "--editable", ".[dev]", at=shop.folder)
    done(own, "-m", "pytest", at=shop.folder)


def test_ci_runs_each_version_that_is_promised() -> None:
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    listed = ", ".join(f'"{version}"' for version in promised())

    assert promised()
    assert f"python: [{listed}]" in workflow
    assert f"{VARIABLE}: ${{{{ matrix.python }}}}" in workflow
