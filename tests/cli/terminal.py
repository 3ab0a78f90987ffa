"""A terminal with someone at it who answers: cqrs-gen behind a pseudo-terminal."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from conftest import program

if TYPE_CHECKING:
    from conftest import Shell

ENTER = "\r"
INTERRUPT = "\x03"
CLEAR = "\x15"
PATIENCE = 30
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\r")


class Terminal:
    """One run of cqrs-gen, and what it has shown so far."""

    def __init__(self, shell: Shell, *arguments: str, **env: str) -> None:
        import pty  # noqa: PLC0415  not on Windows

        self._mine, theirs = pty.openpty()
        self._running = subprocess.Popen(
            (sys.executable, program("at_the_terminal.py"), *arguments),
            cwd=shell.folder,
            env=shell.env
            | {"TERM": "xterm", "COLUMNS": "200", "PROMPT_TOOLKIT_NO_CPR": "1", **env},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        self.raw = ""

    @property
    def shown(self) -> str:
        """What is on the screen, without colours and the like."""
        return _ESCAPES.sub("", self.raw)

    def answer(self, question: str, keys: str) -> None:
        """Wait for a question, then type."""
        deadline = time.monotonic() + PATIENCE
        while question not in self.shown:
            assert time.monotonic() < deadline, self.shown
            assert self._read(), self.shown
        self.raw = self.raw[self.raw.rindex(question.rsplit(maxsplit=1)[-1]) :]
        os.write(self._mine, keys.encode())

    def interrupt(self, question: str) -> None:
        """Wait for a question, then press Ctrl-C until it is heard.

        Python misses one that comes just before it begins to wait for a line.
        """
        self.answer(question, INTERRUPT)
        while True:
            heard, _, _ = select.select([self._mine], [], [], 1)
            if not heard:
                os.write(self._mine, INTERRUPT.encode())
            elif not self._read():
                return

    def end(self) -> int:
        """Read all that is still shown; give the exit code."""
        while self._read():
            pass
        os.close(self._mine)
        return self._running.wait(PATIENCE)

    def _read(self) -> bool:
        """Read some more; tell whether there was any."""
        readable, _, _ = select.select([self._mine], [], [], PATIENCE)
        if not readable:
            self._running.kill()
            self._running.wait()
            raise AssertionError(f"Nothing more came after:\n{self.shown}")
        with suppress(OSError):  # which is how Linux tells of its end
            got = os.read(self._mine, 65536).decode(errors="replace")
            self.raw += got
            return bool(got)
        return False
