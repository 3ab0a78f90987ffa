"""Times a generated project's stores on SQLite, beside SQLAlchemy's Core and eventsourcing.

    python benchmarks/throughput.py [ROUNDS]

Makes an environment of its own with what `throughput-peers.txt` names; it is gone at the end.
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
        _install(place, "--requirement", str(HERE / "throughput-peers.txt"), str(shop))
        python = str(place / SCRIPTS / "python")
        subprocess.run((python, str(HERE / "throughput_inside.py"), *rounds), check=True)


def _install(place: Path, *what: str) -> None:
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(place))
    subprocess.run((*pip, "install", "--quiet", *what), check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
