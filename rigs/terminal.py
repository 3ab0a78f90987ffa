"""A terminal in a project: each line that is run in it is kept, so that a person can repeat them.

Lines that run cqrs-gen do so in a fork of this process, which has imported it already.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from killing import Steps, places, run_main

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PROGRAM = "cqrs-gen"
KILLING = "python rigs/killing.py"
PRELOADED = ("copier", "cqrs_gen.cli", "cqrs_gen.commands.add", "cqrs_gen.commands.update")


class Ended(NamedTuple):
    """A line that was run: its exit code, what was printed, and the steps that it took."""

    line: str
    code: int
    out: str
    err: str
    steps: int = 0

    @property
    def said(self) -> str:
        """All that was printed."""
        return self.out + self.err


class Terminal:
    """A project's folder, the environment, and all lines that were run there so far."""

    def __init__(self, root: Path, env: Mapping[str, str]) -> None:
        self.root = root
        self.env = env
        self.lines: list[str] = []

    def run(self, line: str) -> Ended:
        """Run a line of shell, whatever comes of it."""
        self.lines.append(line)
        words = shlex.split(line) if line.startswith((PROGRAM, KILLING)) else []
        if line.startswith(KILLING):
            return self._forked(line, words[3:], int(words[2]))
        if words:
            return self._forked(line, words[1:])
        return self.shell(line)

    def shell(self, line: str) -> Ended:
        """Run one that nobody need repeat."""
        command = ("sh", "-c", line)
        done = subprocess.run(
            command, cwd=self.root, env=self.env, capture_output=True, check=False
        )
        out, err = (said.decode("utf-8", "replace") for said in (done.stdout, done.stderr))
        return Ended(line, done.returncode, out, err)

    def comment(self, text: str) -> None:
        """Keep a remark among the lines."""
        self.lines.append(f"# {text}")

    def _forked(self, line: str, arguments: list[str], last: int | None = None) -> Ended:
        with tempfile.TemporaryDirectory() as folder:
            code = forked(
                lambda: _counted(arguments, last, Path(folder) / "steps"),
                self.root,
                self.env,
                Path(folder),
            )
            out, err, steps = (
                (Path(folder) / name).read_bytes().decode("utf-8", "replace")
                for name in ("out", "err", "steps")
            )
        return Ended(line, code, out, err, int(steps or 0))


def preload() -> None:
    """Import what forks then have."""
    for module in PRELOADED:
        __import__(module)


def forked(do: Callable[[], object], folder: Path, env: Mapping[str, str], streams: Path) -> int:
    """Do something in a fork, in a folder and an environment; return the exit code, or -signal."""
    for name in ("in", "out", "err", "steps"):
        (streams / name).touch()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        _execute(do, folder, env, streams)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _counted(arguments: list[str], last: int | None, told: Path) -> None:
    steps = Steps(places(), last)
    try:
        run_main(arguments, steps.watch)
    finally:
        told.write_text(str(steps.count), encoding="utf-8")


def _execute(
    do: Callable[[], object], folder: Path, env: Mapping[str, str], streams: Path
) -> NoReturn:
    code = 1
    try:
        _become(folder, env, streams)
        code = _exit_code_of(do)
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)


def _become(folder: Path, env: Mapping[str, str], streams: Path) -> None:
    tempfile.tempdir = None
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(env)
    for number, name in enumerate(("in", "out", "err")):
        opened = os.open(streams / name, os.O_RDWR)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = os.fdopen(0, "r", encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)


def _exit_code_of(do: Callable[[], object]) -> int:
    try:
        do()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(bool(ended.code))
    except BaseException:  # noqa: BLE001  as the interpreter does
        traceback.print_exc()
        return 1
    return 0
