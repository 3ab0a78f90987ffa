"""How the two SQLite files are opened: one way to write, one way that cannot."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Context, Decimal, Inexact, InvalidOperation
from pathlib import Path

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    ExceptionContext,
    PoolProxiedConnection,
    QueuePool,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from . import limits
from .errors import InvalidParameter, StoreUnavailable
from .private import make_private
from .store_file import OpenFiles, StoreFile
from .timing import TIMING, Timing

NOT_READABLE = (sqlite3.Error, StoreUnavailable)

LOOKING = frozenset(
    {
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_READ,
        sqlite3.SQLITE_FUNCTION,
        sqlite3.SQLITE_RECURSIVE,
    }
)

OUT_OF_REACH = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_PERM,
    }
)
"""What is wrong with a file, or with who else has it open, and not with a statement."""

FILES = "files"
"""Where a connection's `info` keeps the files that it has open."""

EXACT = Context(prec=1000, traps=[Inexact, InvalidOperation])

TAKEN = frozenset({sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY})


def open_store(url: str, timing: Timing = TIMING) -> tuple[Engine, Engine]:
    """Open a store for writing, and so that it can only be read; makes what is missing."""
    file = StoreFile(_path(url), timing)
    return _writer(file, url), _reader(file)


def writer(url: str) -> Engine:
    """Open a store for writing; makes its file and folder where they are missing."""
    return _writer(StoreFile(_path(url)), url)


def reader(url: str) -> Engine:
    """Open a store so that no statement can change it, nor any other file."""
    return _reader(StoreFile(_path(url)))


def files_of(connection: Connection) -> OpenFiles:
    """Return the files that a connection has open."""
    files: OpenFiles = connection.info[FILES]
    return files


def checkpoint(connection: Connection) -> None:
    """Copy what stands in the log alone into the database file."""
    driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]  # sqlite3's
    try:
        busy, logged, copied = driver.execute("PRAGMA wal_checkpoint(FULL)").fetchone()
    except sqlite3.Error as error:
        raise StoreUnavailable(f"The log could not be copied: {error}") from error
    if busy or logged != copied:
        raise StoreUnavailable(f"{copied} of {logged} pages could be copied from the log")


def is_taken(error: BaseException | None) -> bool:
    """Tell whether an error says that a unique value is there already."""
    return getattr(error, "sqlite_errorcode", None) in TAKEN


def _path(url: str) -> Path:
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    database = parsed.database if parsed and _names_a_file(parsed) else None
    if not database:
        raise StoreUnavailable(
            f"`{url}` is not a SQLite file; one looks like sqlite:///var/x.db, with %3F for a `?`"
        )
    return Path(database).absolute()


def _names_a_file(url: URL) -> bool:
    return url.get_backend_name() == "sqlite" and not url.query and url.database != ":memory:"


def _writer(file: StoreFile, url: str) -> Engine:
    try:
        make_private(file.path)
    except OSError as error:
        raise StoreUnavailable(f"`{url}` cannot be opened: {error}") from None
    engine = _engine(file, lambda: _open_for_writing(file))
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _reader(file: StoreFile) -> Engine:
    engine = _engine(file, lambda: _open_for_reading(file))
    event.listen(engine, "connect", _allow_looking_only)
    return engine


def _engine(file: StoreFile, connect: Callable[[], sqlite3.Connection]) -> Engine:
    # SQLAlchemy takes a file that it does not open itself for one in memory, and its pool for
    # those closes connections that are in use. Size 0: as many connections as threads ask for.
    # The parameters of a statement that fails are what callers sent: not for tracebacks in a log.
    engine = create_engine(
        "sqlite://", creator=connect, poolclass=QueuePool, pool_size=0, hide_parameters=True
    )

    def say_which_file(context: ExceptionContext) -> None:
        error = context.original_exception
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in OUT_OF_REACH:
            raise StoreUnavailable(f"`{file.path}` is out of reach: {error}") from error

    def remember_files(connection: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
        with _closed_if_it_fails(connection):
            entry.info[FILES] = OpenFiles(file)

    def require_file(
        connection: sqlite3.Connection, _entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection
    ) -> None:
        file.require()
        if (limit := limits.current.get()) is not None:
            limit.enter(connection)

    event.listen(engine, "handle_error", say_which_file)
    event.listen(engine, "handle_error", _refuse_what_cannot_be_bound)
    event.listen(engine, "connect", remember_files)
    event.listen(engine, "checkout", require_file)
    event.listen(engine, "checkin", _leave_limit)
    return engine


def _leave_limit(connection: sqlite3.Connection | None, _entry: ConnectionPoolEntry) -> None:
    if connection is not None and (limit := limits.current.get()) is not None:
        limit.leave(connection)


def _refuse_what_cannot_be_bound(context: ExceptionContext) -> None:
    # What stands in the statement itself; parameters are looked at before.
    error = context.original_exception
    if isinstance(error, OverflowError | UnicodeEncodeError):
        raise InvalidParameter([str(error)]) from error


def _open(file: StoreFile, mode: str) -> sqlite3.Connection:
    file.require_if_known()
    # isolation_level=None: transactions begin where we say so, not where sqlite3 guesses.
    return sqlite3.connect(
        f"{file.path.as_uri()}?mode={mode}",
        uri=True,
        timeout=file.timing.busy,
        isolation_level=None,
        check_same_thread=False,
    )


def _open_for_reading(file: StoreFile) -> sqlite3.Connection:
    connection = _open(file, "ro")
    with _closed_if_it_fails(connection):
        _open_log(connection)
    return connection


def _open_for_writing(file: StoreFile) -> sqlite3.Connection:
    # A file that was there must not be made anew: an empty store would take what comes next.
    connection = _open(file, "rw" if file.is_known else "rwc")
    with _closed_if_it_fails(connection):
        _switch_to_wal(connection, file.timing.busy)
        _open_log(connection)
        # With WAL, NORMAL loses nothing to a killed process; only to a machine without power.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.create_function("decimal_add", 2, _decimal_add, deterministic=True)
    return connection


@contextmanager
def _closed_if_it_fails(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except NOT_READABLE:
        connection.close()
        raise


def _open_log(connection: sqlite3.Connection) -> None:
    # SQLite opens a store's log with the first statement that reads.
    connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchall()


def _switch_to_wal(connection: sqlite3.Connection, seconds: float) -> None:
    # SQLite does not wait here, so that of several that start on a new file all but one would fail.
    patience = time.monotonic() + seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > patience:
                raise
            time.sleep(0.01)
        else:
            return


def _begin_immediate(connection: Connection) -> None:
    # A deferred transaction that turns to writing fails at once, whatever the busy timeout.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _decimal_add(left: str, right: str) -> str | None:
    try:
        return str(EXACT.add(Decimal(left), Decimal(right)))
    except ArithmeticError:  # it has too many digits: the statement says which column's
        return None


def _allow_looking_only(connection: sqlite3.Connection, _record: object) -> None:
    # mode=ro alone leaks: ATTACH opens another file for writing.
    connection.set_authorizer(_authorize)


def _authorize(action: int, *_details: str | None) -> int:
    return sqlite3.SQLITE_OK if action in LOOKING else sqlite3.SQLITE_DENY
