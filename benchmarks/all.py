"""Runs every benchmark and prints its tables: `python benchmarks/all.py`."""

from __future__ import annotations

import os
import platform
from typing import TYPE_CHECKING

import add
import check
import dispatch
import new
import read_side
import serving
import startup
import throughput
import update

if TYPE_CHECKING:
    from collections.abc import Callable

BENCHMARKS: dict[str, Callable[[], None]] = {
    "add": add.main,
    "new": new.main,
    "update": update.main,
    "check": check.main,
    "dispatch": dispatch.main,
    "throughput": throughput.main,
    "startup": startup.main,
    "read_side": read_side.main,
    "serving": serving.main,
}


def main() -> None:
    """Print all tables as Markdown."""
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}\n", flush=True)
    for title, benchmark in BENCHMARKS.items():
        print(f"## {title}\n", flush=True)
        benchmark()


if __name__ == "__main__":
    main()
