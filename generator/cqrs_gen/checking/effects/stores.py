"""Databases: connections made by hand, sessions, and commits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .files import shown
from .seen import COMMIT, ENGINE, MAYBE, STORE_READ, STORE_WRITE, Effect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .seen import Seen

_ALCHEMY = r"(sqlalchemy|sqlmodel)(\.\w+)*\."
_DRIVERS = (
    r"(sqlite3|aiosqlite|psycopg|psycopg2|asyncpg|pymysql|MySQLdb|aiomysql|pyodbc|oracledb|"
    r"cx_Oracle|duckdb|apsw)"
)
_SESSIONS = (
    r"(Session|AsyncSession|SessionTransaction|scoped_session|sessionmaker|async_sessionmaker|"
    r"async_scoped_session)"
)
_SESSION = re.compile(rf"{_ALCHEMY}{_SESSIONS}(\(\))+(\.begin\(\))?")
_WRITES = frozenset(
    {"add", "add_all", "delete", "merge", "flush", "bulk_save_objects", "bulk_insert_mappings",
     "bulk_update_mappings"}
)  # fmt: skip
_EVERYDAY = frozenset({"add", "delete"})
"""What also a session of another sort may do, if nothing is known of it but its name."""

_NAME = r"\?(\w+\.)?_?(\w+_)?"
_CALLED_SESSION = re.compile(rf"{_NAME}(session|db)(\(\))?", re.IGNORECASE)
_CALLED_TRANSACTION = re.compile(
    rf"{_NAME}(session|db|conn|connection|transaction|trans|tx|cursor|engine|uow)(\(\))?",
    re.IGNORECASE,
)
_TABLE = (
    (
        STORE_WRITE,
        "changes what is stored",
        re.compile(
            r"(pymongo|motor)\..*\.(insert_\w+|update_\w+|delete_\w+|replace_one|bulk_write|drop\w*|"
            r"find_one_and_\w+|create_\w+)"
            rf"|({_ALCHEMY}{_SESSIONS}(\(\))+|\?[\w.]*)\.query\(\).*\.(delete|update)"
        ),
    ),
    (
        ENGINE,
        "opens a database by itself",
        re.compile(
            rf"{_ALCHEMY}(create_engine|create_async_engine|engine_from_config)"
            rf"|{_DRIVERS}\.(connect|Connection|create_pool|(Async)?Connection\.connect|pool\.\w+)"
            r"|psycopg_pool\.\w+|databases\.Database|pymongo\.(Async)?MongoClient"
            r"|motor\.\w+\.\w+Client|cqrs\.Engines(\.open)?|\w+\.cqrs\.(engines|sqlite)\.\w+"
        ),
    ),
    (
        ENGINE,
        "takes a raw connection",
        re.compile(
            rf"{_ALCHEMY}(Engine|AsyncEngine|create_engine|create_async_engine)\(\)\."
            r"(connect|begin|raw_connection|execute)"
            r"|cqrs\.Reader\(\)\._engine(\..*)?|cqrs\.UnitOfWork\(\)\._fetch\..*"
        ),
    ),
    (
        COMMIT,
        "commits by itself",
        re.compile(
            rf"({_ALCHEMY}|{_DRIVERS}\.).*\.(commit|commit_prepared)|cqrs\.WriteStore\(\)\.apply"
        ),
    ),
    (
        STORE_READ,
        "reads from a store",
        re.compile(r"cqrs\.(Reader|UnitOfWork|ReadStore|WriteStore|Journal)\(\)\.\w+"),
    ),
)


def of_stores(seen: Seen) -> Iterator[Effect]:
    """Tell what a call does to a database, other than by a statement."""
    for kind, what, pattern in _TABLE:
        if pattern.fullmatch(seen.path):
            yield Effect(kind, f"{what}: `{shown(seen.path)}`")
    if _SESSION.fullmatch(seen.receiver) and seen.name in _WRITES:
        yield Effect(STORE_WRITE, f"changes what is stored: `{shown(seen.path)}`")
    elif seen.path.startswith("?"):
        yield from _by_name(seen)


def _by_name(seen: Seen) -> Iterator[Effect]:
    """Judge what nobody has typed by what it is called: `self.session.commit()`."""
    if seen.name == "commit" and _CALLED_TRANSACTION.fullmatch(seen.receiver):
        yield Effect(COMMIT, f"commits by itself: `{shown(seen.path)}`")
    elif seen.name in _WRITES and _CALLED_SESSION.fullmatch(seen.receiver):
        if seen.name in _EVERYDAY:
            what = f"calls `{shown(seen.path)}`, which may change what is stored"
            yield Effect(MAYBE, what)
        else:
            yield Effect(STORE_WRITE, f"changes what is stored: `{shown(seen.path)}`")
