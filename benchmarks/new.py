"""Times `cqrs-gen new project` against `copier copy` of the same template, from both its sources.

python benchmarks/new.py [ROUNDS]
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from measuring import Subject, in_turn, process, report
from projects import bundle_template, copy_template, environment, tool

SPEAKS_FOR_IT = ("--because", "read-model")


def main(rounds: int = 11) -> None:
    """Print a table for each source; what `new` does beyond copying is part of what it takes."""
    with tempfile.TemporaryDirectory(prefix="cqrs-gen-benchmark-") as folder:
        here = Path(folder)
        env = environment(here)
        template = copy_template(here)
        for title, source in (
            ("from a folder", copy_template(here / "plain")),
            ("from a bundle", bundle_template(template, env)),
        ):
            print(report(title, in_turn(_subjects(here, source, env), rounds)), end="\n\n")


def _subjects(here: Path, source: Path, env: dict[str, str]) -> list[Subject]:
    make = (tool("cqrs-gen"), "new", "project", "shop", "--template", str(source), *SPEAKS_FOR_IT)
    copy = (tool("copier"), "copy", "--defaults", "--quiet", str(source), "shop")

    def remove() -> None:
        shutil.rmtree(here / "shop", ignore_errors=True)

    def timed(name: str, *command: str) -> Subject:
        return Subject(name, process(*command, at=here, env=env), remove)

    return [
        timed("`copier copy`", *copy),
        timed("`new project`, in all", *make),
        timed("`new project --bare`", *make, "--bare"),
        timed("`new project --bare --no-git`", *make, "--bare", "--no-git"),
    ]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
