"""The first messages of a new project: those of the document that describes CQRS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.applying import apply
from cqrs_gen.commands.add_command import add_command
from cqrs_gen.commands.add_query import QueryOptions, add_query
from cqrs_gen.commands.adding import plan_additions

if TYPE_CHECKING:
    from cqrs_gen.project import Project


def add_first_messages(project: Project) -> None:
    """Add `CreateUser` and `GetUserStats`, by the same path as `add`."""
    apply(plan_additions(project, [add_command(project, "CreateUser", ["email:str", "name:str"])]))
    options = QueryOptions(returns="login_count:int,last_seen:datetime?", on=["UserCreated"])
    query = add_query(project, "GetUserStats", ["user_id:UUID"], options)
    apply(plan_additions(project, [query]))
