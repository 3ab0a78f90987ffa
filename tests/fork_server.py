"""A process that has imported cqrs-gen once, and forks for each command that a test runs.

Most of a start of cqrs-gen is imports. A fork has them, and nothing else of an earlier command:
folder, environment, streams and memory are its own. Some tests start the real program instead,
see `Shell.start_cqrs_gen`.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping

PRELOADED = (
    "copier",
    "cqrs_gen.cli",
    "cqrs_gen.commands.add",
    "cqrs_gen.commands.check",
    "cqrs_gen.commands.listing",
    "cqrs_gen.commands.new",
    "cqrs_gen.commands.update",
    "cqrs_gen.slices",
)


class Request(TypedDict):
    """One command: its arguments, where it runs, and the files that are its streams."""

    arguments: list[str]
    folder: str
    env: dict[str, str]
    streams: list[str]


class ForkServer:
    """Run commands of cqrs-gen, each in a fork of one process that has imported it."""

    def __init__(self, path: str | None = None) -> None:
        own = {"PYTHONPATH": path} if path else {}
        self._server = subprocess.Popen(
            (sys.executable, __file__),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=own | {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ},
        )

    def run(
        self, *arguments: str, folder: Path, env: Mapping[str, str], stdin: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, whatever comes of it."""
        with tempfile.TemporaryDirectory() as place:
            streams = [Path(place) / name for name in ("stdin", "stdout", "stderr")]
            for stream in streams:
                stream.write_text(stdin if stream.name == "stdin" else "", encoding="utf-8")
            request = Request(
                arguments=list(arguments),
                folder=str(folder),
                env=dict(env),
                streams=list(map(str, streams)),
            )
            code = self._ask(json.dumps(request))
            out, err = (stream.read_text(encoding="utf-8") for stream in streams[1:])
        return subprocess.CompletedProcess(["cqrs-gen", *arguments], code, out, err)

    def close(self) -> None:
        """End the process."""
        for pipe in (self._server.stdin, self._server.stdout):
            if pipe is not None:
                pipe.close()
        self._server.wait()

    def _ask(self, request: str) -> int:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(f"{request}\n")
        self._server.stdin.flush()
        return int(self._server.stdout.readline())


def serve() -> None:
    """Fork for each request, and answer with its exit code; a signal is a negative one."""
    for module in PRELOADED:
        __import__(module)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _execute(json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201  the answer


def _execute(request: Request) -> NoReturn:
    code = 1
    try:
        _become(request)
        code = _exit_code_of_main()
    finally:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        os._exit(code)


def _become(request: Request) -> None:
    """Take on the folder, the environment, the arguments and the streams of a command."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    tempfile.tempdir = None
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["env"])
    for number, path in enumerate(request["streams"]):
        opened = os.open(path, os.O_RDWR)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = os.fdopen(0, "r", encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
    sys.argv = ["cqrs-gen", *request["arguments"]]


def _exit_code_of_main() -> int:
    from cqrs_gen.__main__ import main  # noqa: PLC0415  the parent does without

    try:
        main()
    except SystemExit as ended:
        if ended.code is None or isinstance(ended.code, int):
            return ended.code or 0
        sys.stderr.write(f"{ended.code}\n")
        return 1
    except BaseException:  # noqa: BLE001  as the interpreter does, for whatever was not caught
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    serve()
