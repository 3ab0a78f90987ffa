"""Statements that change something: made here, or made elsewhere and handed to what runs them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cqrs_gen.checking.calling import WRITING_TEXT
from cqrs_gen.checking.sql import changes_something, verb_of
from cqrs_gen.checking.values import paths, texts

from .files import shown
from .seen import MODEL_CHANGE, SQL, Effect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .seen import Seen

_ALCHEMY = r"(sqlalchemy|sqlmodel)(\.\w+)*\."
_TABLE = rf"({_ALCHEMY}[Tt]able(\(\))?|cqrs\.ReadModel\(\)\.table|.*\.__table__)"
_BUILDERS = re.compile(
    rf"{_ALCHEMY}(insert|update|delete|(Create|Drop)(Table|Index|Schema|Sequence))"
    rf"|{_TABLE}\.(insert|update|delete|create|drop)"
    rf"|({_ALCHEMY}MetaData\(\)|.*\.metadata|cqrs\.tables)\.(create_all|drop_all)"
    r"|cqrs\.(Upsert|Removal)"
)
_STATEMENT = re.compile(
    rf"({re.escape(WRITING_TEXT)}|({_ALCHEMY}|{_TABLE}\.)(insert|update|delete)\(\)).*"
)
_CHANGES = re.compile(r"cqrs\.ReadModel\(\)\.(upsert|remove)")
_RUNNERS = frozenset(
    {"execute", "executemany", "executescript", "exec_driver_sql", "execute_many", "execute_insert",
     "execute_fetchall", "exec", "run", "run_sync", "raw", "query", "sql", "prepare", "scalar",
     "scalars", "fetch", "fetchrow", "fetchval", "fetch_all", "fetch_one", "fetch_val", "stream",
     "stream_scalars", "iterate", "one", "all", "page", "copy_expert", "read_sql", "callproc"}
)  # fmt: skip


def of_statements(seen: Seen) -> Iterator[Effect]:
    """Tell whether a call makes a statement that changes something, or runs one."""
    if _BUILDERS.fullmatch(seen.path):
        yield Effect(SQL, f"makes a statement that changes something: `{shown(seen.path)}`")
    elif _CHANGES.fullmatch(seen.path):
        yield Effect(MODEL_CHANGE, f"makes a change of a read model: `{seen.name}`")
    elif seen.name == "text" and seen.path.startswith("sqlalchemy"):
        sql = seen.text(0, "text")
        if sql is not None and changes_something(sql):
            yield Effect(SQL, f"makes a statement that changes something: {verb_of(sql)}")
    elif seen.is_made:
        yield from _run(seen)


def _run(seen: Seen) -> Iterator[Effect]:
    for argument in (*seen.form[2], *(value for _, value in seen.form[3])):
        values = seen.evaluator.of(argument, seen.frame)
        # What is made in the call itself has been told of already.
        if argument[0] != "call" and any(_STATEMENT.fullmatch(path) for path in paths(values)):
            yield Effect(SQL, f"hands a statement that changes something to `{seen.name}`")
        if seen.name in _RUNNERS:
            for sql in filter(changes_something, texts(values)):
                yield Effect(SQL, f"runs SQL that changes something: {verb_of(sql)}")
