"""Runs every benchmark and prints its tables: `python benchmarks/all.py`."""

from __future__ import annotations

import os
import platform

import add
import dispatch
import new


def main() -> None:
    """Print all tables as Markdown."""
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}\n", flush=True)
    for title, benchmark in (("add", add.main), ("new", new.main), ("dispatch", dispatch.main)):
        print(f"## {title}\n", flush=True)
        benchmark()


if __name__ == "__main__":
    main()
