"""One transaction for many commands: all that succeed are in it, each failure stays alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ..codec import Encoded
from ..errors import Conflict, as_exception
from ..journal import APPEND, Origin, head, to_row
from ..messages import Position
from ..sqlite import is_taken
from .receipts import Receipt
from .unit_of_work import Execution


class Submission(NamedTuple):
    """What one command wants changed, and which command that was."""

    executions: tuple[Execution, ...]
    events: tuple[Encoded, ...]
    origin: Origin
    receipt: Receipt | None = None


class Outcome(NamedTuple):
    """Where a submission's last event stands, or why nothing of it was applied."""

    position: Position | None = None
    error: Exception | None = None
    last_event: object = None


def commit(connection: Connection, submissions: Sequence[Submission]) -> list[Outcome]:
    """Apply all in one transaction, journal rows last; what it raises has undone all of them."""
    with connection.begin():
        last = head(connection)
        rows: list[dict[str, object]] = []
        outcomes = []
        for submission in submissions:
            new = list(_journal_rows(submission, last))
            reached = Position(last.transaction, last.row + len(new))
            outcome = Outcome(reached, last_event=new[-1]["event_id"]) if new else Outcome()
            if error := _failure(connection, _executions(submission, outcome.position)):
                outcomes.append(Outcome(error=error))
                continue
            outcomes.append(outcome)
            rows += new
            last = reached
        if rows:
            connection.execute(APPEND, rows)
    return outcomes


def as_conflict(error: BaseException) -> Exception:
    """Tell that something is taken in the words of this package; other errors stay as they are."""
    if isinstance(error, DBAPIError) and is_taken(error.orig):
        return Conflict(f"Taken already: {error.orig}")
    return as_exception(error)


def _executions(submission: Submission, position: Position | None) -> tuple[Execution, ...]:
    if submission.receipt is None:
        return submission.executions
    return (*submission.executions, submission.receipt.kept_at(position, datetime.now(UTC)))


def _journal_rows(submission: Submission, last: Position) -> Iterator[dict[str, object]]:
    now = datetime.now(UTC)
    for row, event in enumerate(submission.events, start=last.row + 1):
        yield to_row(event, Position(last.transaction, row), now, submission.origin)


def _failure(connection: Connection, executions: Sequence[Execution]) -> Exception | None:
    """Execute all of it, or nothing and tell why."""
    if not executions:
        return None
    # Plain SQL: SQLAlchemy's own savepoints cost more than the statements between them.
    connection.exec_driver_sql("SAVEPOINT command")
    try:
        _execute_all(connection, executions)
    except BaseException as error:  # noqa: BLE001  whatever it is, it is this command's alone
        _undo(connection, error)
        return as_conflict(error)
    connection.exec_driver_sql("RELEASE command")
    return None


def _undo(connection: Connection, error: BaseException) -> None:
    try:
        connection.exec_driver_sql("ROLLBACK TO command")
    except SQLAlchemyError:  # the error has undone the whole transaction
        raise error from None


def _execute_all(connection: Connection, executions: Sequence[Execution]) -> None:
    for _, run in groupby(executions, key=_batch_key):
        _execute_run(connection, list(run))


def _batch_key(execution: Execution) -> tuple[int, int | None, frozenset[str]]:
    # A run of one statement goes out as one executemany; one that counts its rows goes alone.
    alone = None if execution.rows is None else id(execution)
    return id(execution.statement), alone, frozenset(execution.parameters)


def _execute_run(connection: Connection, run: Sequence[Execution]) -> None:
    parameters = [dict(execution.parameters) for execution in run]
    result = connection.execute(run[0].statement, parameters[0] if len(run) == 1 else parameters)
    wanted = run[0].rows
    if wanted is not None and result.rowcount != wanted:
        table = run[0].statement.table
        raise Conflict(f"{table} has changed: {result.rowcount} rows matched, not {wanted}")
