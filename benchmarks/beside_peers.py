"""Runs a script in an environment that has a generated project and its peers."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from importlib.util import find_spec
from pathlib import Path

from projects import environment, new_project

HERE = Path(__file__).parent
SCRIPTS = "Scripts" if os.name == "nt" else "bin"


def run(script: str, peers: str, *arguments: str) -> None:
    """Make the project and the environment, run the script there, and leave nothing behind."""
    with tempfile.TemporaryDirectory(prefix="cqrs-gen-benchmark-") as folder:
        place = Path(folder) / "venv"
        shop = new_project(Path(folder), environment(Path(folder)))
        venv.create(place)
        _install(place, "--requirement", str(HERE / peers), str(shop))
        python = str(place / SCRIPTS / "python")
        subprocess.run((python, str(HERE / script), *arguments), check=True)


def _install(place: Path, *what: str) -> None:
    pip = (_python_with_pip(), "-m", "pip", "--disable-pip-version-check", "--python", str(place))
    subprocess.run((*pip, "install", "--quiet", *what), check=True)


def _python_with_pip() -> str:
    """Give this Python, or the one that its environment was made from."""
    here = Path(sys.executable)
    return str(here if find_spec("pip") else Path(sys.base_prefix) / SCRIPTS / here.name)
