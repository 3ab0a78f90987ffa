"""Times the bus of a generated project against its handler, beside the buses of Python peers.

    python benchmarks/dispatch.py [ROUNDS]

Makes an environment of its own with the peers that `peers.txt` names; it is gone at the end.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from projects import environment, new_project

HERE = Path(__file__).parent
SCRIPTS = "Scripts" if os.name == "nt" else "bin"


def main(*rounds: str) -> None:
    """Make a project and an environment that has it and the peers, and time inside it."""
    with tempfile.TemporaryDirectory(prefix="cqrs-gen-benchmark-") as folder:
        place = Path(folder) / "venv"
        shop = new_project(Path(folder), environment(Path(folder)))
        venv.create(place)
        _install(place, "--requirement", str(HERE / "peers.txt"), str(shop))
        python = str(place / SCRIPTS / "python")
        subprocess.run((python, str(HERE / "dispatch_inside.py"), *rounds), check=True)


def _install(place: Path, *what: str) -> None:
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(place))
    subprocess.run((*pip, "install", "--quiet", *what), check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
