"""`cqrs-gen` typed in this very process: the whole command line, without starting Python anew."""

from __future__ import annotations

import contextlib
import io
import shlex
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unittest import mock

from cqrs_gen.cli import main

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Said:
    """What came of a line: the exit code and what was printed."""

    code: int
    output: str
    errors: str


def typed(folder: Path, line: str) -> Said:
    """Type a line, less `cqrs-gen`, in a folder."""
    return run(folder, *shlex.split(line))


def run(folder: Path, *arguments: str) -> Said:
    """Run cqrs-gen with these arguments in a folder."""
    output, errors = io.StringIO(), io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["cqrs-gen", *arguments]),
        contextlib.chdir(folder),
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(errors),
    ):
        code = _exit_code()
    return Said(code, output.getvalue(), errors.getvalue())


def _exit_code() -> int:
    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0
