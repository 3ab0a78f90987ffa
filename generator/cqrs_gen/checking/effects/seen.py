"""One call as the rules for effects see it: what is called, and what it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cqrs_gen.checking.values import NOTHING, texts

if TYPE_CHECKING:
    from cqrs_gen.checking.evaluating import Evaluator
    from cqrs_gen.checking.frames import Frame
    from cqrs_gen.checking.summaries import Form
    from cqrs_gen.checking.values import Values


class Seen(NamedTuple):
    """A call: `path` is what is called; `form` is empty where a function is only handed on."""

    path: str
    form: Form
    frame: Frame
    evaluator: Evaluator

    @property
    def name(self) -> str:
        """The last part of what is called."""
        return self.path.rpartition(".")[2]

    @property
    def receiver(self) -> str:
        """All but the last part of what is called."""
        return self.path.rpartition(".")[0]

    @property
    def is_made(self) -> bool:
        """Whether it is called here, and not only handed on."""
        return bool(self.form)

    def argument(self, place: int, name: str = "") -> Values | None:
        """Give what an argument may stand for, None if there is none."""
        if not self.form:
            return None
        for keyword, value in self.form[3]:
            if keyword == name and name:
                return self.evaluator.of(value, self.frame)
        if 0 <= place < len(self.form[2]):
            return self.evaluator.of(self.form[2][place], self.frame)
        return None

    def text(self, place: int, name: str = "") -> str | None:
        """Give an argument that is a text, None if it is not known to be one."""
        found = texts(self.argument(place, name) or NOTHING)
        return found[0] if found else None


class Effect(NamedTuple):
    """What a call does: of which kind that is, and how a sentence goes on: `writes a file`."""

    kind: str
    what: str


SQL = "sql"
STORE_WRITE = "store write"
MODEL_CHANGE = "model change"
ENGINE = "engine"
COMMIT = "commit"
FILE_WRITE = "file write"
FILE_READ = "file read"
NET_WRITE = "net write"
NET_READ = "net read"
PROCESS = "process"
CLOCK = "clock"
CHANCE = "chance"
ENVIRONMENT = "environment"
STORE_READ = "store read"
UNIT_OF_WORK = "unit of work"
RECORD = "record"
SEND_COMMAND = "send command"
SEND_QUERY = "send query"
CALL_WRITE = "call write"
CALL_READ = "call read"
MAYBE = "maybe"
