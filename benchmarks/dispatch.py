"""Times the bus of a generated project against its handler, beside the buses of Python peers.

    python benchmarks/dispatch.py [ROUNDS]

Makes an environment of its own with the peers that `peers.txt` names; it is gone at the end.
"""

from __future__ import annotations

import sys

from beside_peers import run


def main(*rounds: str) -> None:
    """Print the table."""
    run("dispatch_inside.py", "peers.txt", *rounds)


if __name__ == "__main__":
    main(*sys.argv[1:])
