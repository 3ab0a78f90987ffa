"""Times `cqrs-gen add` against the import of what it is built on, in projects of growing size.

python benchmarks/add.py [ROUNDS]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from measuring import Subject, in_turn, process, report
from projects import MESSAGES_OF_AN_ENTITY, environment, make_project, tool

ENTITIES = (0, 4, 34, 334)
ADDITIONS = (
    ("command", "CreateCustomer", "email:str", "name:str"),
    ("query", "GetUserStats", "user_id:UUID", "--returns", "logins:int", "--on", "UserCreated"),
    ("event", "UserLoggedIn", "user_id:UUID"),
    ("projection", "UserSummary", "--on", "UserCreated"),
)


def main(rounds: int = 15) -> None:
    """Print a table for each size of project."""
    for entities in ENTITIES:
        with tempfile.TemporaryDirectory(prefix="cqrs-gen-benchmark-") as folder:
            title = f"with {entities * MESSAGES_OF_AN_ENTITY:,} messages"
            print(report(title, in_turn(_subjects(Path(folder), entities), rounds)), end="\n\n")


def _subjects(folder: Path, entities: int) -> list[Subject]:
    env = environment(folder)
    shop = make_project(folder, env, entities)
    imports = process(sys.executable, "-c", "import typer, jinja2", at=shop, env=env)
    undo = process("git", "clean", "-fdq", at=shop, env=env)
    return [
        Subject("`import typer, jinja2`", imports),
        *(
            Subject(
                f"`add {words[0]}`",
                process(tool("cqrs-gen"), "add", *words, at=shop, env=env),
                undo,
            )
            for words in ADDITIONS
        ),
    ]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
