"""Times a generated project's API over kept connections, beside a bare FastAPI with SQLAlchemy.

    python benchmarks/serving.py [ROUNDS]

Makes an environment of its own with what `serving-peers.txt` names; it is gone at the end.
"""

from __future__ import annotations

import sys

from beside_peers import run


def main(*rounds: str) -> None:
    """Print a table for queries, and one for commands."""
    run("serving_inside.py", "serving-peers.txt", *rounds)


if __name__ == "__main__":
    main(*sys.argv[1:])
