"""What is left in a project of an update that was begun: only that is ever taken back.

An update is over as soon as what is committed of its files is something else than when it began:
it was committed, or another commit came. As long as it is not, each file is looked at:

| a file | what becomes of it |
|---|---|
| as it was before the update | nothing |
| as the update left it | it is put back |
| edited, and something of the update is in it | it is put back, and what is there goes aside |
| edited, and nothing of the update is in it | it stays |
| edited, and nobody can tell | as the two above, by whether other files have the update |

So work that was begun after the update had been stashed, reset, or committed on another branch is
never touched.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

from cqrs_gen.errors import CqrsGenError
from cqrs_gen.three_way import merge
from cqrs_gen.updating.records import read_record
from cqrs_gen.updating.trees import Standing

if TYPE_CHECKING:
    from cqrs_gen.updating.records import Noted, Record
    from cqrs_gen.updating.repositories import Repository
    from cqrs_gen.updating.trees import File


class State(Enum):
    """What a file is now, seen from an update."""

    BEFORE = auto()
    AFTER = auto()
    EDITED_WITH = auto()
    EDITED_WITHOUT = auto()
    UNCLEAR = auto()


class Trace(NamedTuple):
    """A file that an update changed, as it is now."""

    noted: Noted
    now: File | None
    state: State


class Remains(NamedTuple):
    """What is left of an update; `is_marked` while git's index has its conflicts."""

    record: Record
    traces: tuple[Trace, ...]
    is_over: bool
    is_marked: bool

    @property
    def is_here(self) -> bool:
        """Whether the update is in the project, be it with edits or in part."""
        shown = {State.AFTER, State.EDITED_WITH}
        return not self.is_over and (
            self.is_marked or any(each.state in shown for each in self._telling)
        )

    @property
    def is_as_before(self) -> bool:
        """Whether every file is as it was before the update."""
        return not self.is_over and self.of(State.BEFORE) == self.traces

    def of(self, *states: State) -> tuple[Trace, ...]:
        """Return the files that are in one of the states."""
        return tuple(each for each in self.traces if each.state in states)

    @property
    def _telling(self) -> tuple[Trace, ...]:
        """Files that tell: one that the update made is left behind by `git stash` and `reset`."""
        changed = (each for each in self.traces if each.noted.before and each.noted.after)
        return tuple(e for e in changed if _text(e.noted.before) != e.noted.after) or self.traces


def find_remains(repository: Repository) -> Remains | None:
    """Look for what is left of the update that was noted last; None if none was."""
    record = read_record(repository)
    if record is None:
        return None
    standing = Standing(repository.root)
    traces = (_trace(noted, standing.find(noted.path)) for noted in record.files)
    is_marked = bool({*record.marks} & {*repository.entries(record.indexed)})
    return Remains(record, tuple(traces), _is_over(repository, record), is_marked)


def known_remains(repository: Repository) -> Remains | None:
    """Do so, but take what nobody can understand for nothing: it cannot be taken back."""
    try:
        return find_remains(repository)
    except CqrsGenError:
        return None


def begun(remains: Remains | None) -> str | None:
    """Name the version of an update that can be taken back, if there is one."""
    return remains.record.version if remains and remains.is_here else None


def _is_over(repository: Repository, record: Record) -> bool:
    if record.head == repository.head:
        return False
    then = repository.committed(record.head, record.indexed)
    return then is None or then != repository.committed("HEAD", record.indexed)


def _trace(noted: Noted, now: File | None) -> Trace:
    return Trace(noted, now, _state(noted, now))


def _state(noted: Noted, now: File | None) -> State:
    if now == noted.before:
        return State.BEFORE
    if _text(now) == noted.after:
        return State.AFTER
    if now is None or now.is_link or noted.before is None or noted.after is None:
        return State.UNCLEAR
    without = merge(now.text, noted.after, noted.before.text)
    if without is None or without.has_conflicts:
        return State.UNCLEAR
    return State.EDITED_WITHOUT if without.text == now.text else State.EDITED_WITH


def _text(file: File | None) -> str | None:
    """Return a file's text; a link has none that could be as an update left it."""
    return None if file is None else f"-> {file.text}" if file.is_link else file.text
