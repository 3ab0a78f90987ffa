"""What can go wrong, as one tree of errors; each says what is wrong and what to do about it.

CqrsGenError            refused or found wanting: exit code 1
├── InvalidName         a message's name that cannot be one
├── InvalidField        a field that cannot be one
├── NotFound            something named that the project does not have
├── NotAProject         run outside a project that cqrs-gen made
├── Conflict            files are there already and differ
└── Failed              the machine, a tool or a template did not do its part
UsageError              wrong usage of the command line: exit code 2
"""

from __future__ import annotations


class CqrsGenError(Exception):
    """Something wrong that the user can mend.

    `what` is one line without a full stop, with backticks around what can be typed;
    `hint` says what to do or to type next, and may have several lines.
    """

    exit_code = 1

    def __init__(self, what: str, *, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


class InvalidName(CqrsGenError):
    """A message's name that cannot be one."""


class InvalidField(CqrsGenError):
    """A field that cannot be one."""


class NotFound(CqrsGenError):
    """Something named that the project does not have."""


class NotAProject(CqrsGenError):
    """Run outside a project that cqrs-gen made."""


class Conflict(CqrsGenError):
    """Files are there already and differ from what would be written."""


class Failed(CqrsGenError):
    """The machine, a tool or a template did not do its part."""


class UsageError(CqrsGenError):
    """Wrong usage of the command line."""

    exit_code = 2


def failure_of_machine(error: OSError) -> Failed:
    """Explain what nobody saw coming: a full disk, a folder that cannot be written to."""
    where = f": `{error.filename}`" if error.filename else ""
    return Failed(
        f"the machine did not play along: {error.strerror or error}{where}",
        hint="mend it, and run the same again",
    )
