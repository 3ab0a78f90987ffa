"""Tests of a program that is started in a process of its own."""

from __future__ import annotations

import subprocess
import sys

from framework.limits import MOST


def test_the_program_prints_the_limit() -> None:
    command = (sys.executable, "-m", "framework.program")
    printed = subprocess.run(command, capture_output=True, text=True, check=False)

    assert printed.stdout == f"the limit is {MOST}\n"
