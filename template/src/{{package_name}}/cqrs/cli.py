"""The service's command line: execute a message, project, see how things stand."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from threading import Timer
from typing import Annotated, Any, TypeAlias

import typer

from .edge import find_message, read_message, show
from .errors import CqrsError, NotThere
from .messages import Command, Position, Query
from .service import Service
from .status import Lag, Pruned, Status


def _position(text: str) -> Position:
    try:
        return Position.parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


TERMINATED = 128 + signal.SIGTERM
"""The exit code of what was told to stop before it was done."""

GRACE_SECONDS = 10.0
"""How long what was told to stop may take to do so."""

Build: TypeAlias = Callable[..., Service]
"""What makes the service; it takes `projecting`: whether a projector runs in the background."""

MessageName = Annotated[
    str, typer.Argument(metavar="MESSAGE", help="A command or query: CreateUser, GetUserStats.")
]
Body = Annotated[
    str, typer.Argument(metavar="[JSON]", help="Its fields as JSON; `-` reads standard input.")
]
After = Annotated[
    Position | None,
    typer.Option(
        metavar="POSITION",
        parser=_position,
        help="Answer a query as of this position or later.",
    ),
]
Skip = Annotated[
    Position | None,
    typer.Option(
        metavar="POSITION",
        parser=_position,
        help="Leave out the event at which projections have halted, for good.",
    ),
]
ReadModelName = Annotated[str, typer.Argument(metavar="READ_MODEL", help="Its name: user_stats.")]
Follow = Annotated[bool, typer.Option("--follow", help="Go on until interrupted.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print it for other programs.")]


def command_line(build: Build, *, grace: float = GRACE_SECONDS) -> typer.Typer:
    """Make the command line of a service; `grace` is how long it takes to stop at most."""
    cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    run = partial(_run, grace=grace)

    @cli.command()
    def execute(message: MessageName, body: Body = "{}", after: After = None) -> None:
        """Execute a command and print its ack, or a query and print its view."""
        text = sys.stdin.read() if body == "-" else body
        typer.echo(run(_execute(build, message, text, after)))

    @cli.command()
    def project(*, follow: Follow = False, skip: Skip = None) -> None:
        """Bring the read models up to the journal; projections that halted try again."""
        _tell(run(_project(build, skip, follow=follow), terminated=0 if follow else TERMINATED))

    @cli.command()
    def rebuild(read_model: ReadModelName) -> None:
        """Empty a read model and fill it from the whole journal."""
        _tell(run(_rebuild(build, read_model)))

    @cli.command()
    def prune() -> None:
        """Forget old idempotency keys, and drop the tables of older read model versions."""
        pruned = run(_prune(build))
        dropped = ", ".join(pruned.tables) or "none"
        typer.echo(f"{pruned.keys} keys forgotten, tables dropped: {dropped}")

    @cli.command()
    def status(*, as_json: AsJson = False) -> None:
        """Show where the journal ends, and how far each projection is."""
        current = run(_status(build))
        typer.echo(_json(current) if as_json else _table(current))

    return cli


@contextmanager
def guarded() -> Iterator[None]:
    """Turn what went wrong into a line on standard error and an exit code."""
    try:
        yield
    except CqrsError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def _run(work: Coroutine[Any, Any, Any], *, grace: float, terminated: int = TERMINATED) -> Any:
    with guarded():
        try:
            return asyncio.run(_until_terminated(work, grace))
        except asyncio.CancelledError:
            raise typer.Exit(terminated) from None


async def _until_terminated(work: Coroutine[Any, Any, Any], grace: float) -> Any:
    """Let SIGTERM cancel the work, so that its service stops in order and releases its leases."""
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)
    before = signal.getsignal(signal.SIGTERM)

    def terminate(*_: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a second one does not ask
        overdue = Timer(grace, os._exit, [TERMINATED])
        overdue.daemon = True
        overdue.start()
        loop.call_soon_threadsafe(task.cancel)

    with suppress(ValueError):  # signals reach the main thread alone
        signal.signal(signal.SIGTERM, terminate)
    try:
        return await task
    finally:
        with suppress(ValueError):
            signal.signal(signal.SIGTERM, before)


async def _execute(build: Build, name: str, body: str, after: Position | None) -> str:
    # Only who asks to see what was written needs a projector here.
    async with build(projecting=after is not None) as service:
        kinds: tuple[type[Command] | type[Query[Any]], ...]
        kinds = (*service.found.commands, *service.found.queries)
        message = read_message(find_message(name, kinds), body)
        if isinstance(message, Command):
            return show(await service.bus.execute(message))
        return show(await service.bus.execute(message, after))


async def _project(build: Build, skip: Position | None, *, follow: bool) -> Status:
    async with build(projecting=follow) as service:
        if skip is not None and not await service.skip(skip):
            raise NotThere(f"No projection has halted at {skip}: `status` tells where they are")
        await service.catch_up(wait=not follow)
        if follow:
            await service.watch()
        return await service.status()


async def _rebuild(build: Build, read_model: str) -> Status:
    async with build(projecting=False) as service:
        await service.rebuild(read_model)
        return await service.status()


async def _prune(build: Build) -> Pruned:
    async with build(projecting=False) as service:
        return await service.prune()


async def _status(build: Build) -> Status:
    async with build(projecting=False) as service:
        return await service.status()


def _tell(reached: Status) -> None:
    typer.echo(_table(reached))
    if any(lag.failure for lag in reached.projections):
        typer.echo("error: a projection has halted; mend it, or leave the event out", err=True)
        raise typer.Exit(1)


def _table(status: Status) -> str:
    lines = [f"journal  {status.head}"]
    width = max((len(lag.projection) for lag in status.projections), default=0)
    lines += [
        f"{lag.projection:<{width}}  {lag.position}  {_lag(lag)}" for lag in status.projections
    ]
    return "\n".join(lines)


def _lag(lag: Lag) -> str:
    if lag.failure is not None:
        return f"halted, {lag.behind} behind: {lag.failure}"
    return "up to date" if lag.behind == 0 else f"{lag.behind} behind"


def _json(status: Status) -> str:
    rows = [
        {
            "projection": lag.projection,
            "position": str(lag.position),
            "behind": lag.behind,
            "failure": lag.failure,
        }
        for lag in status.projections
    ]
    return show({"head": str(status.head), "projections": rows})
