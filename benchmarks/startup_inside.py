"""What `startup.py` runs in a project: prints how many seconds of CPU time something took."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path
from statistics import mean
from time import process_time

import pytest

TESTS = [
    *(f"tests/write/test_create_widget{number}.py" for number in ("", 1, 2)),
    *(f"tests/read/test_get_widget{number}.py" for number in ("", 1, 2)),
    *(f"tests/read/test_widget{number}_projection.py" for number in ("", 1, 2)),
]
FIRST = 2
"""Tests that pay for what all share, and are not counted."""


class Stopwatch:
    """A plugin that times each test, with its fixtures."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self._began = 0.0

    def pytest_runtest_logstart(self) -> None:
        """Begin."""
        self._began = process_time()

    def pytest_runtest_logfinish(self) -> None:
        """End."""
        self.seconds.append(process_time() - self._began)


async def start() -> float:
    """Start a service on new stores: discover, wire, and make tables."""
    from shop.app import build  # noqa: PLC0415  pytest is to import it for itself
    from shop.cqrs.settings import Settings  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        stores = f"sqlite:///{folder}"
        settings = Settings(write_url=f"{stores}/write.db", read_url=f"{stores}/read.db")
        began = process_time()
        async with build(settings, projecting=False):
            return process_time() - began


def test() -> float:
    """Run the tests of a few messages; give the mean of all but the first."""
    stopwatch = Stopwatch()
    tests = [test for test in TESTS if Path(test).exists()]
    if pytest.main(["-q", "-p", "no:cacheprovider", *tests], plugins=[stopwatch]):
        sys.exit("the tests failed")
    return mean(stopwatch.seconds[FIRST:])


if __name__ == "__main__":
    print(asyncio.run(start()) if sys.argv[1] == "start" else test())
