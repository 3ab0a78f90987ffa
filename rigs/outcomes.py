"""Run tests by pytest, and write down how each of them ended.

    python rigs/outcomes.py FILE MODULE [ARGUMENT …]

`FILE` receives the outcomes as JSON. `MODULE` is imported when the tests have ended, because a test
that starts a program of its own cannot tell a module that is broken from one that misbehaves; it is
empty where there is nothing to import. All other arguments are pytest's.
"""

from __future__ import annotations

import importlib
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one phase of a test ended.

    `phase` is `collect`, `setup`, `call` or `teardown`; `session` and `import` are of no one test.

    `raised` has the names of the classes of each exception, the most specific one first.
    """

    test: str
    phase: str
    outcome: str
    seconds: float
    raised: tuple[tuple[str, ...], ...] = ()
    message: str = ""


class Recorder:
    """A plugin of pytest that records how each phase of each test ended."""

    def __init__(self, module: str) -> None:
        self.outcomes: list[Outcome] = []
        self._module = module
        self._errors: dict[tuple[str, str], BaseException] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Iterator[None]:
        """Keep the exception itself: a report has only its text."""
        if call.excinfo:
            self._errors[item.nodeid, call.when] = call.excinfo.value
        return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Record a phase of a test."""
        test, phase = report.nodeid, str(report.when)
        why = _why(self._errors.get((test, phase)) if report.failed else None)
        self.outcomes.append(Outcome(test, phase, report.outcome, report.duration, *why))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Record a file that cannot be collected."""
        if report.failed:
            why = ((), report.longreprtext)
            self.outcomes.append(Outcome(report.nodeid, "collect", report.outcome, 0, *why))

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Record a run that was broken off; import the module while `pythonpath` still holds."""
        if exitstatus not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
            why = ((), f"pytest ended with {exitstatus:d}")
            self.outcomes.append(Outcome("", "session", "failed", 0, *why))
        try:
            if self._module:
                importlib.import_module(self._module)
        except Exception as error:  # noqa: BLE001  whatever it is, the module is broken
            self.outcomes.append(Outcome(self._module, "import", "failed", 0, *_why(error)))


def _why(error: BaseException | None) -> tuple[tuple[tuple[str, ...], ...], str]:
    """Say by which classes of exceptions something failed, and with which message."""
    if error is None:
        return (), ""
    return tuple(_classes(each) for each in _leaves(error)), f"{type(error).__name__}: {error}"


def _leaves(error: BaseException) -> Iterator[BaseException]:
    """Yield what a group of exceptions holds, and what an exception was raised from."""
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _leaves(each)
    else:
        yield error
    if error.__cause__:
        yield from _leaves(error.__cause__)


def _classes(error: BaseException) -> tuple[str, ...]:
    return tuple(each.__name__ for each in type(error).__mro__)


def read(file: Path) -> list[Outcome]:
    """Read back what a run has written down."""
    found = json.loads(file.read_text(encoding="utf-8"))
    return [
        Outcome(**each | {"raised": tuple(tuple(names) for names in each["raised"])})
        for each in found
    ]


def main(file: str, module: str, *arguments: str) -> int:
    """Run the tests; return pytest's exit code."""
    recorder = Recorder(module)
    ended = pytest.main(list(arguments), plugins=[recorder])
    written = json.dumps([asdict(each) for each in recorder.outcomes])
    Path(file).write_text(written, encoding="utf-8")
    return int(ended)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
