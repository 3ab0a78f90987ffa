"""The names and versions of events that the journal holds, kept beside it by the store itself.

A trigger keeps them, so that they are right whichever release writes to the journal, and what no
longer fits is found at start-up without reading the journal.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    Text,
    bindparam,
    delete,
    select,
)

from .codec import name_of
from .journal import JOURNAL
from .messages import Event, RetiredEvent

NAMES = Table(
    "journal_names",
    MetaData(),
    Column("name", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
)
ARE_KEPT = "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = 'journal_names_insert'"
KEEP = """
    CREATE TRIGGER journal_names_insert AFTER INSERT ON journal
    WHEN NOT EXISTS (
        SELECT 1 FROM journal_names WHERE name = new.name AND version = new.version
    )
    BEGIN
        INSERT INTO journal_names (name, version) VALUES (new.name, new.version);
    END
"""
FILL = "INSERT OR IGNORE INTO journal_names SELECT DISTINCT name, version FROM journal"
HELD = (
    select(JOURNAL.c.row)
    .where(JOURNAL.c.name == bindparam("held"), JOURNAL.c.version == bindparam("in_version"))
    .limit(1)
)
FORGET = delete(NAMES).where(
    NAMES.c.name == bindparam("held"), NAMES.c.version == bindparam("in_version")
)


def keep_names(connection: Connection) -> None:
    """Keep the names from now on; those of a journal from before are read once."""
    if connection.exec_driver_sql(ARE_KEPT).first() is None:
        NAMES.create(connection, checkfirst=True)
        connection.exec_driver_sql(KEEP)
        connection.exec_driver_sql(FILL)


def unreadable(connection: Connection, events: Iterable[type[Event]]) -> list[str]:
    """Describe each kind of event in the journal that none of these classes reads."""
    by_name = {name_of(event): event for event in events}
    faults: dict[str, None] = {}  # one for all versions of what is gone
    for name, version in connection.execute(select(NAMES)).all():
        fault = _fault(name, version, by_name.get(name))
        if fault is not None and _is_held(connection, name, version):
            faults[fault] = None
    return list(faults)


def _fault(name: str, version: int, event: type[Event] | None) -> str | None:
    if event is None:
        return (
            f"the journal holds `{name}`, and no class in `events` is called so: bring it back, "
            f'say which class it is now by `NAME = "{name}"`, '
            f"or retire it: `class {name}(RetiredEvent)`"
        )
    if version == event.VERSION or issubclass(event, RetiredEvent):
        return None
    if version > event.VERSION:
        return (
            f"the journal holds version {version} of `{name}`, and `{event.__name__}` is version "
            f"{event.VERSION}: a later release has recorded it, so run that one here too"
        )
    if _inherits_upcast(event):
        return (
            f"the journal holds version {version} of `{name}`, and `{event.__name__}` is version "
            f"{event.VERSION}: override `upcast` to bring it forward"
        )
    return None


def _inherits_upcast(event: type[Event]) -> bool:
    owner = next(each for each in event.__mro__ if "upcast" in vars(each))
    return owner is Event


def _is_held(connection: Connection, name: str, version: int) -> bool:
    """Whether the journal holds it still: somebody may have deleted all of its events."""
    this = {"held": name, "in_version": version}
    if connection.execute(HELD, this).first() is not None:
        return True
    connection.execute(FORGET, this)
    return False
