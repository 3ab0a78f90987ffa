"""Runs every benchmark and prints its tables: `python benchmarks/all.py`."""

from __future__ import annotations

import os
import platform

import add
import check
import dispatch
import new

BENCHMARKS = (
    ("add", add.main),
    ("new", new.main),
    ("check", check.main),
    ("dispatch", dispatch.main),
)


def main() -> None:
    """Print all tables as Markdown."""
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}\n", flush=True)
    for title, benchmark in BENCHMARKS:
        print(f"## {title}\n", flush=True)
        benchmark()


if __name__ == "__main__":
    main()
