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
from .errors import CqrsGenError, UsageError, failure_of_machine
from .streams import drop_unwritable_output

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Never


class Contents(TyperGroup):
    """The commands, in the order in which one comes to need them."""

    def list_commands(self, ctx: object) -> list[str]:  # noqa: ARG002
        """Name them."""
        return ["new", "add", "list", "check", "update"]


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
    edit_pyproject: o.EditPyproject = False,
    dry_run: o.DryRun = False,
) -> None:
    """Make a project that runs, with its first messages.

    In a repository that has a pyproject.toml, what is missing is added and nothing is changed.

    \b
    Examples:
      cqrs-gen new project shop --because read-model
      cqrs-gen new project "My Shop" --package shop --bare
      cqrs-gen new project . --no-http --data ci=none
      cqrs-gen new project . --edit-pyproject --because events
    """
    from .commands.answers import answers_from
    from .commands.new import new_project as make
    from .commands.ordering import Order

    own = {
        "project_name": name,
        "package_name": package,
        "description": description,
        "python_version": python,
        "http": http,
        "ci": ci,
        "reasons": _split(because) or None,
    }
    if not destination.strip():
        raise UsageError("the folder has no name", hint="`.` is the folder that you are in")
    make(
        Order(
            destination=Path(destination),
            answers=answers_from(data or (), own),
            template=template,
            bare=bare,
            git=not no_git,
            edit_pyproject=edit_pyproject,
            dry_run=dry_run,
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
    """Check that the three constraints hold in edited code.

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


@app.command("update")
def update(
    *,
    to: o.To = None,
    check: o.Check = False,
    dry_run: o.DryRun = False,
    as_json: o.UpdateJson = False,
    abort: o.Abort = False,
    data: o.Data = None,
    slices: o.Slices = False,
    since: o.SinceVersion = None,
    template: o.Template = None,
) -> None:
    """Bring the framework forward; what you wrote stays.

    \b
    Examples:
      cqrs-gen update --dry-run
      cqrs-gen update
      cqrs-gen update --to 0.3.0 --data http=true
      cqrs-gen update --abort
    """
    if check + abort + dry_run > 1 and not (abort and dry_run):
        raise UsageError("`--check`, `--abort` and `--dry-run` exclude each other")
    if check:
        from .commands.update_check import check as run_check

        return run_check(to, template, as_json=as_json)
    if abort:
        from .commands.update_abort import abort as run_abort

        return run_abort(dry_run=dry_run, as_json=as_json)
    from .commands.answers import answers_from
    from .commands.update import Wish
    from .commands.update import update as run
    from .streams import someone_answers
    from .updating.planning import Wanted

    asking = someone_answers() and not as_json
    answers = answers_from(data or (), {})
    wanted = Wanted(to=to, since=since, answers=answers, template=template, asking=asking)
    return run(wanted, Wish(dry_run=dry_run, as_json=as_json, slices=slices))


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
            from difflib import get_close_matches

            meant = rest if get_close_matches(word, ["project"]) else [word, *rest]
            raise UsageError(
                f"`new` makes a project, and there is no `new {word}`",
                hint=f"did you mean `{_typed('new', 'project', *meant)}`?",
            )
        case ["add", word, *rest] if word[:1].isupper():
            from .intent import likely_kind
            from .kinds import BUILT_IN

            is_kind = word.lower() in {kind.name for kind in BUILT_IN}
            meant = [word.lower()] if is_kind else [likely_kind(word), word]
            raise UsageError(
                f"`add {word}` does not say of what kind it is",
                hint=f"did you mean `{_typed('add', *meant, *rest)}`?",
            )


def _typed(*words: str) -> str:
    import shlex

    return shlex.join(("cqrs-gen", *words))


def _end_with(error: CqrsGenError) -> Never:
    from .report import show_error

    show_error(error)
    sys.exit(error.exit_code)


def main() -> None:
    """Run the command line; what went wrong goes to standard error and into the exit code."""
    arguments = sys.argv[1:]
    try:
        _require_meant(arguments)
        if "_CQRS_GEN_COMPLETE" in os.environ:
            from .commands.completing import offer_completions

            offer_completions()
            _add_kinds_of_the_team()
        elif arguments[:1] == ["add"]:
            _add_kinds_of_the_team()
        command = typer.main.get_command(app)
        take_as_typed(typer.Context(command))
        command(prog_name="cqrs-gen")
    except CqrsGenError as error:
        _end_with(error)
    except OSError as error:
        drop_unwritable_output()
        _end_with(failure_of_machine(error))
    except KeyboardInterrupt:
        sys.exit(130)
