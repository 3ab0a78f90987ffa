"""Times `cqrs-gen check` against mypy in projects of growing size, cold and warm.

python benchmarks/check.py [ROUNDS]
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from measuring import Subject, in_turn, process, report
from projects import MESSAGES_OF_AN_ENTITY, environment, make_project, tool

if TYPE_CHECKING:
    from collections.abc import Callable

ENTITIES = (4, 34, 334)


def main(rounds: int = 3) -> None:
    """Print a table for each size of project."""
    for entities in ENTITIES:
        with tempfile.TemporaryDirectory(prefix="cqrs-gen-benchmark-") as folder:
            subjects, files = _subjects(Path(folder), entities)
            title = f"{entities * MESSAGES_OF_AN_ENTITY:,} messages, {files:,} files"
            print(report(title, in_turn(subjects, rounds)), end="\n\n", flush=True)


def _subjects(folder: Path, entities: int) -> tuple[list[Subject], int]:
    env = environment(folder) | {"PYTHONPATH": "src"}
    shop = make_project(folder, env, entities)
    kept = folder / ".cqrs-gen" / "checked"
    changed = shop / "src/shop/events/user_created.py"
    check = process(tool("cqrs-gen"), "check", at=shop, env=env)
    mypy = process(tool("mypy"), at=shop, env=env)
    files = sum(1 for path in shop.rglob("*.py") if ".git" not in path.parts)
    return [
        Subject("`mypy`, from cold", mypy, _forget(shop / ".mypy_cache")),
        Subject("`check`, from cold", check, _forget(kept)),
        Subject("`check`, one file changed", check, _change(changed)),
        Subject("`check`, nothing changed", check),
    ], files


def _forget(folder: Path) -> Callable[[], None]:
    return lambda: shutil.rmtree(folder, ignore_errors=True)


def _change(file: Path) -> Callable[[], None]:
    def change() -> None:
        file.write_text(file.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")

    return change


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
