"""Times `cqrs-gen update` against plain `copier update`, with few messages and with many.

python benchmarks/update.py [ROUNDS]
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from measuring import Subject, in_turn, process, report
from projects import environment, make_released, tool

from cqrs_gen.bundles import SHIPPED, versions_in

ENTITIES = 334
"""As many entities have 1,002 messages."""

PUT_BACK = (("reset", "--quiet", "--hard"), ("clean", "--quiet", "--force", "-d"))


def main(rounds: int = 11) -> None:
    """Print a table for each size: from the first released version to the newest."""
    first = ".".join(map(str, versions_in(SHIPPED)[0]))
    with tempfile.TemporaryDirectory(prefix="cqrs-gen-benchmark-") as folder:
        env = environment(Path(folder))
        for title, entities in (("with 0 messages", 0), ("with 1,002 messages", ENTITIES)):
            here = Path(folder) / title
            here.mkdir()
            shop = make_released(here, env, first, entities)
            print(report(title, in_turn(_subjects(shop, env), rounds)), end="\n\n", flush=True)


def _subjects(shop: Path, env: dict[str, str]) -> list[Subject]:
    def put_back() -> None:
        for command in PUT_BACK:
            subprocess.run(("git", *command), cwd=shop, env=env, check=True)

    def timed(name: str, *command: str) -> Subject:
        return Subject(name, process(*command, at=shop, env=env), put_back)

    return [
        timed("`copier update`", tool("copier"), "update", "--defaults", "--quiet"),
        timed("`cqrs-gen update`", tool("cqrs-gen"), "update"),
        timed("`cqrs-gen update --dry-run`", tool("cqrs-gen"), "update", "--dry-run"),
    ]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
