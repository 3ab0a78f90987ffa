"""Times a generated project's stores on SQLite, beside SQLAlchemy's Core and eventsourcing.

    python benchmarks/throughput.py [ROUNDS]

Makes an environment of its own with what `throughput-peers.txt` names; it is gone at the end.
"""

from __future__ import annotations

import sys

from beside_peers import run


def main(*rounds: str) -> None:
    """Print a table for each promise."""
    run("throughput_inside.py", "throughput-peers.txt", *rounds)


if __name__ == "__main__":
    main(*sys.argv[1:])
