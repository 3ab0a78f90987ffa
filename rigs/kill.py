"""Kill a service under load, again and again, then hold it to what it promised.

    python rigs/kill.py --kills 300

One process sends commands from many tasks at once and keeps a ledger of what was sent and what
was acknowledged; another projects. Either or both are killed (SIGKILL) at random moments and
started anew. In the end each line of the ledger is held against the stores: any fault is printed
and makes the exit code 1.
"""

from __future__ import annotations

import argparse
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from audit import Ledger, faults, shown, stuck
from project import ROOT, make_project

if TYPE_CHECKING:
    from collections.abc import Callable

FOLLOWING = (str(ROOT / "tests/programs/service.py"), "ledger", "project", "--follow")
PATIENCE_SECONDS = 60
APART = 1_000_000_000
"""Each load begins with numbers of its own, so that none is sent twice."""


@dataclass(slots=True)
class Victim:
    """A process that is killed and started anew."""

    root: Path
    arguments: tuple[str, ...]
    process: subprocess.Popen[bytes] | None = None

    def start(self, *more: str) -> None:
        """Start it, its output in a log beside the stores."""
        with (self.root / "victims.log").open("ab") as log:
            self.process = subprocess.Popen(
                (sys.executable, *self.arguments, *more),
                cwd=self.root,
                env=os.environ | {"PYTHONPATH": str(self.root / "src")},
                stdout=log,
                stderr=log,
            )

    def kill(self) -> bool:
        """Kill it; tell whether it was alive until then, as it should have been."""
        if self.process is None:
            return True
        alive = self.process.poll() is None
        self.process.kill()
        self.process.wait()
        return alive


def torment(
    root: Path, kills: int, chance: random.Random, pause: tuple[float, float]
) -> tuple[Counter[str], int]:
    """Kill until it is enough; count who was killed, and who had died before."""
    load = Victim(root, ("load.py", str(root / "ledger.txt")))
    projector = Victim(root, FOLLOWING)
    killed: Counter[str] = Counter()
    died = 0
    load.start("0")
    projector.start()
    wait_until(lambda: at_work(root))
    while killed.total() < kills:
        time.sleep(chance.uniform(*pause))
        who = chance.choice(("load", "projector", "both"))
        victims = {"load": [load], "projector": [projector], "both": [load, projector]}[who]
        died += sum(not victim.kill() for victim in victims)
        killed[who] += 1
        if load in victims:
            load.start(str(killed.total() * APART))
        if projector in victims:
            projector.start()
    load.kill()
    projector.kill()
    return killed, died


def settle(root: Path) -> None:
    """Let a projector catch up, which it cannot before the lease of a killed one has ended."""
    projector = Victim(root, FOLLOWING)
    projector.start()
    wait_until(lambda: not any(stuck(root)))
    projector.kill()


def at_work(root: Path) -> bool:
    """Tell whether something was acknowledged, and something projected."""
    try:
        return "acked" in (root / "ledger.txt").read_text() and bool(shown(root))
    except (OSError, sqlite3.OperationalError):  # not even begun
        return False


def wait_until(reached: Callable[[], bool]) -> None:
    """Wait, though not for ever: the audit tells what was not reached."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not reached() and time.monotonic() < deadline:
        time.sleep(0.1)


def main() -> int:
    """Run the rig as its options say."""
    parser = argparse.ArgumentParser(description="Kill a service under load, and audit it.")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=os.getpid())
    parser.add_argument(
        "--pause",
        type=float,
        nargs=2,
        default=(0.3, 1.8),
        metavar=("LEAST", "MOST"),
        help="seconds between two kills",
    )
    options = parser.parse_args()
    chance = random.Random(options.seed)  # noqa: S311  when to kill is no secret
    with tempfile.TemporaryDirectory(prefix="cqrs-gen kill ") as folder:
        root = make_project(Path(folder))
        killed, died = torment(root, options.kills, chance, tuple(options.pause))
        settle(root)
        ledger = Ledger.read(root / "ledger.txt")
        found = [*faults(ledger, root), *["died by itself"] * died]
        if died:
            print((root / "victims.log").read_text()[-3000:])
    print(f"seed {options.seed}, killed: {dict(killed)}")
    print(f"sent {len(ledger.sent)}, acknowledged {len(ledger.acked)}, faults {len(found)}")
    print("\n".join(found[:50]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
