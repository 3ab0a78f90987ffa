"""Runs every benchmark and prints its tables: `python benchmarks/all.py`."""

from __future__ import annotations

import os
import platform

import add
import dispatch
import new
import update


def main() -> None:
    """Print all tables as Markdown."""
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}\n", flush=True)
    benchmarks = {"add": add, "new": new, "update": update, "dispatch": dispatch}
    for title, benchmark in benchmarks.items():
        print(f"## {title}\n", flush=True)
        benchmark.main()


if __name__ == "__main__":
    main()
