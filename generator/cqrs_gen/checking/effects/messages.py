"""The service's own doors: messages that are sent, events that are recorded, units of work."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .files import shown
from .seen import RECORD, SEND_COMMAND, SEND_QUERY, UNIT_OF_WORK, Effect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cqrs_gen.checking.evaluating import Evaluator
    from cqrs_gen.checking.values import Value, Values

    from .seen import Seen

SENDERS = frozenset(
    {"execute", "send", "dispatch", "handle", "publish", "invoke", "submit", "ask", "call", "put",
     "put_nowait", "command", "query", "fetch", "execute_soon"}
)  # fmt: skip
RECORDERS = frozenset({"record", "publish", "emit", "dispatch", "raise_event", "notify", "send"})
_WRITERS = re.compile(r"cqrs\.(UnitOfWork|WriteStore|CommandRunner|Execution|Effects)")
_OF_UNIT = re.compile(
    r"(cqrs\.UnitOfWork\(\)|\?(\w+\.)?_?(uow|unit_of_work))\.(execute|record|commit|apply)"
)


def of_messages(seen: Seen) -> Iterator[Effect]:
    """Tell which message a call sends or records."""
    if _WRITERS.fullmatch(seen.path):
        yield Effect(UNIT_OF_WORK, f"makes a `{seen.name}`")
    elif _OF_UNIT.fullmatch(seen.path):
        yield Effect(UNIT_OF_WORK, f"notes a change in a unit of work: `{shown(seen.path)}`")
    if not seen.is_made:
        return
    for role, name in _handed(seen):
        if role == "cqrs.Command" and seen.name in SENDERS:
            yield Effect(SEND_COMMAND, f"sends a command: `{name}`")
        elif role == "cqrs.Query" and seen.name in SENDERS:
            yield Effect(SEND_QUERY, f"sends a query: `{name}`")
        elif role == "cqrs.Event" and seen.name in RECORDERS:
            yield Effect(RECORD, f"records an event: `{name}`")


def _handed(seen: Seen) -> Iterator[tuple[str, str]]:
    """Name the messages among a call's arguments, and of what kind they are."""
    for argument in (*seen.form[2], *(value for _, value in seen.form[3])):
        yield from messages_in(seen.evaluator, seen.evaluator.of(argument, seen.frame))


def messages_in(evaluator: Evaluator, values: Values) -> Iterator[tuple[str, str]]:
    """Give the kind and the name of each message among values."""
    for value in sorted(values, key=str):
        if value[0] == "instance":
            yield from ((role, value[2]) for role in roles_of(evaluator, value))
        elif value[0] == "outside" and value[1] in {
            "cqrs.Command()",
            "cqrs.Query()",
            "cqrs.Event()",
        }:
            yield value[1].removesuffix("()"), value[1][5:-2]


def roles_of(evaluator: Evaluator, value: Value) -> list[str]:
    """Name the framework's classes that a class or an object is made from."""
    found = evaluator.index.class_of(value)
    if found is None:
        return []
    return sorted(name for name in evaluator.lineage(*found).beyond if name.startswith("cqrs."))
