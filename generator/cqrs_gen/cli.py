"""The table of contents: every command and its help; here alone an error becomes an exit code."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

from . import options as o
from .as_typed import take_as_typed
from .errors import CqrsGenError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence


class Contents(TyperGroup):
    """The commands, in the order in which one comes to need them."""

    def list_commands(self, ctx: object) -> list[str]:  # noqa: ARG002
        """Name them."""
        return ["new", "add", "list", "check"]


app = typer.Typer(
    name="cqrs-gen",
    cls=Contents,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
new = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Make a new project.")
add = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Add a message to the project around you."
)
app.add_typer(new, name="new")
app.add_typer(add, name="add")


def _print_version(wanted: bool) -> None:  # noqa: FBT001  typer calls it so
    if wanted:
        from .version import version

        typer.echo(f"cqrs-gen {version()}")
        raise typer.Exit


@app.callback()
def _root(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Turn names into a working CQRS service in Python, and keep it upgradable for years."""


@new.command("project")
def new_project(
    destination: o.Destination = ".",
    *,
    name: o.ProjectName = None,
    package: o.Package = None,
    description: o.Description = None,
    python: o.Python = None,
    http: o.Http = None,
    ci: o.Ci = None,
    because: o.Because = None,
    data: o.Data = None,
    template: o.Template = None,
    bare: o.Bare = False,
    no_git: o.NoGit = False,
) -> None:
    """Make a project that runs, with its first messages.

    \b
    Examples:
      cqrs-gen new project shop --because read-model
      cqrs-gen new project "My Shop" --package shop --bare
      cqrs-gen new project . --no-http --data ci=none
    """
    from .commands.answers import answers_from
    from .commands.new import Order
    from .commands.new import new_project as make

    own = {
        "project_name": name,
        "package_name": package,
        "description": description,
        "python_version": python,
        "http": http,
        "ci": ci,
        "reasons": because or None,
    }
    make(
        Order(
            destination=Path(destination),
            answers=answers_from(data or (), own),
            template=template,
            bare=bare,
            git=not no_git,
        )
    )


@add.command("command")
def add_command(
    name: o.MessageName,
    fields: o.Fields = None,
    *,
    emits: o.Emits = None,
    dry_run: o.DryRun = False,
    diff: o.Diff = False,
    as_json: o.Json = False,
    force: o.Force = False,
    skip: o.Skip = False,
) -> None:
    """Add a command, its handler, its event, and their tests.

    \b
    Examples:
      cqrs-gen add command CreateUser email:str name:str
      cqrs-gen add command PlaceOrder customer_id:UUID "lines:list[str]" note:str?
      cqrs-gen add command RegisterUser email:str name:str --emits UserCreated
    """
    from .commands.add import Wish, run
    from .commands.add_command import add_command as decide

    wish = Wish(dry_run=dry_run, diff=diff, as_json=as_json, force=force, skip=skip)
    run("command", name, lambda project: decide(project, name, fields or (), emits=emits), wish)


@add.command("query")
def add_query(
    name: o.MessageName,
    fields: o.Fields = None,
    *,
    returns: o.Returns = None,
    on: o.On = None,
    source: o.From = None,
    dry_run: o.DryRun = False,
    diff: o.Diff = False,
    as_json: o.Json = False,
    force: o.Force = False,
    skip: o.Skip = False,
) -> None:
    """Add a query, its view, its read model, and their tests.

    List, Find and Search answer a page at a time, the other verbs one view or None.

    \b
    Examples:
      cqrs-gen add query GetUserStats
      cqrs-gen add query GetUserStats user_id:UUID --returns login_count:int --on UserCreated
      cqrs-gen add query ListUsers --on UserCreated,UserDeleted
      cqrs-gen add query FindUsers email:str --from users
    """
    from .commands.add import Wish, run
    from .commands.add_query import QueryOptions
    from .commands.add_query import add_query as decide

    wish = Wish(dry_run=dry_run, diff=diff, as_json=as_json, force=force, skip=skip)
    options = QueryOptions(returns=returns, on=_split(on), source=source)
    run("query", name, lambda project: decide(project, name, fields or (), options), wish)


@add.command("event")
def add_event(
    name: o.MessageName,
    fields: o.Fields = None,
    *,
    dry_run: o.DryRun = False,
    diff: o.Diff = False,
    as_json: o.Json = False,
    force: o.Force = False,
    skip: o.Skip = False,
) -> None:
    """Add an event: a fact, in the past tense.

    \b
    Examples:
      cqrs-gen add event UserLoggedIn user_id:UUID
    """
    from .commands.add import Wish, run
    from .commands.add_event import add_event as decide

    wish = Wish(dry_run=dry_run, diff=diff, as_json=as_json, force=force, skip=skip)
    run("event", name, lambda project: decide(project, name, fields or ()), wish)


@add.command("projection")
def add_projection(
    name: o.MessageName,
    fields: o.Fields = None,
    *,
    on: o.On = None,
    dry_run: o.DryRun = False,
    diff: o.Diff = False,
    as_json: o.Json = False,
    force: o.Force = False,
    skip: o.Skip = False,
) -> None:
    """Add a projection: a read model, for queries to share.

    \b
    Examples:
      cqrs-gen add projection OrderSummary --on OrderPlaced
      cqrs-gen add projection OrderSummary total:Decimal items:int --on OrderPlaced,OrderShipped
    """
    from .commands.add import Wish, run
    from .commands.add_projection import add_projection as decide

    wish = Wish(dry_run=dry_run, diff=diff, as_json=as_json, force=force, skip=skip)
    events = _split(on)
    run("projection", name, lambda project: decide(project, name, fields or (), on=events), wish)


@app.command("list")
def list_messages(*, as_json: o.ListJson = False) -> None:
    """List every message, its handler, and what feeds what.

    \b
    Examples:
      cqrs-gen list
      cqrs-gen list --json
    """
    from .commands.listing import list_messages as run

    run(as_json=as_json)


@app.command("check")
def check_project(
    *,
    select: o.Select = None,
    ignore: o.Ignore = None,
    form: o.Format = "text",
    fix: o.Fix = False,
    since: o.Since = None,
    pedantic: o.Pedantic = False,
    strict: o.Strict = False,
    advise: o.Advise = False,
) -> None:
    """Check that reads only look, writes only decide, and both know the lag.

    \b
    Examples:
      cqrs-gen check
      cqrs-gen check --select CQ1,CQ2 --format github
      cqrs-gen check --since v1.2.0
      cqrs-gen check --advise
    """
    from .commands.check import Wanted, check

    code = check(
        Wanted(
            select=_split(select) if select else None,
            ignore=_split(ignore) if ignore else None,
            pedantic=pedantic,
            strict=strict,
            since=since,
            format=form,
            mend=fix,
            advise=advise,
        )
    )
    if code:
        raise typer.Exit(code)


def _split(texts: Sequence[str] | None) -> list[str]:
    return [name.strip() for text in texts or () for name in text.split(",") if name.strip()]


def _add_kinds_of_the_team() -> None:
    """Make `add KIND` of each folder that the team has put into `.cqrs-gen`."""
    from .commands.add import register_kinds
    from .errors import NotAProject
    from .project import find_project

    try:
        register_kinds(add, find_project())
    except NotAProject:
        return


def _require_meant(arguments: Sequence[str]) -> None:
    """Answer `new shop` and `add CreateUser` with the command that was meant."""
    match arguments:
        case ["new", word, *rest] if word != "project" and not word.startswith("-"):
            raise UsageError(
                f"`new` makes a project, and there is no `new {word}`",
                hint=f"did you mean `{_typed('new', 'project', word, *rest)}`?",
            )
        case ["add", word, *rest] if word[:1].isupper():
            from .intent import likely_kind

            raise UsageError(
                f"`add {word}` does not say of what kind it is",
                hint=f"did you mean `{_typed('add', likely_kind(word), word, *rest)}`?",
            )


def _typed(*words: str) -> str:
    import shlex

    return shlex.join(("cqrs-gen", *words))


def main() -> None:
    """Run the command line; what went wrong goes to standard error and into the exit code."""
    arguments = sys.argv[1:]
    try:
        _require_meant(arguments)
        if arguments[:1] == ["add"] or "_CQRS_GEN_COMPLETE" in os.environ:
            _add_kinds_of_the_team()
        command = typer.main.get_command(app)
        take_as_typed(typer.Context(command))
        command(prog_name="cqrs-gen")
    except CqrsGenError as error:
        from .report import show_error

        show_error(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
