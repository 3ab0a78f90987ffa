"""The first messages of a new project: those of the document that describes CQRS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.commands.add_command import add_command
from cqrs_gen.commands.add_query import QueryOptions, add_query
from cqrs_gen.commands.adding import rendered
from cqrs_gen.commands.placing import lay_out
from cqrs_gen.plan import plan_files
from cqrs_gen.tidying import tidy

if TYPE_CHECKING:
    from pathlib import Path

    from cqrs_gen.commands.adding import Addition
    from cqrs_gen.project import Project


def add_first_messages(project: Project, *, rules: Path | None = None) -> None:
    """Add `CreateUser` and `GetUserStats`, by the same path as `add`.

    `rules` is the folder whose settings of ruff hold, where that is not the project's.
    """
    _add(project, add_command(project, "CreateUser", ["email:str", "name:str"]), rules)
    options = QueryOptions(returns="login_count:int,last_seen:datetime?", on=["UserCreated"])
    _add(project, add_query(project, "GetUserStats", ["user_id:UUID"], options), rules)


def _add(project: Project, addition: Addition, rules: Path | None) -> None:
    tidied = tidy(project.root, rendered(project, [addition]), package=project.package, rules=rules)
    lay_out(plan_files(project.root, tidied))
