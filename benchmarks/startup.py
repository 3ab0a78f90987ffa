"""Times a start-up and a generated test in projects of growing size, beside the code of 0.3.0.

python benchmarks/startup.py [ROUNDS]
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from measuring import Timing, report
from projects import MESSAGES_OF_AN_ENTITY, environment, make_project, make_released

if TYPE_CHECKING:
    from collections.abc import Iterable

BEFORE = "0.3.0"
ENTITIES = (4, 34, 334)
INSIDE = Path(__file__).with_name("startup_inside.py")
SUBJECTS = {"start": "start-up", "test": "a generated test"}


def main(rounds: int = 5) -> None:
    """Print a table for each size and subject, in CPU time."""
    with tempfile.TemporaryDirectory(prefix="cqrs-gen-benchmark-") as folder:
        for entities in ENTITIES:
            shops = _shops(Path(folder) / str(entities), entities)
            messages = f"{entities * MESSAGES_OF_AN_ENTITY:,} messages"
            for subject, title in SUBJECTS.items():
                timings = _timings(shops, subject, rounds)
                print(report(f"{title}, {messages}", timings), end="\n\n", flush=True)


def _shops(folder: Path, entities: int) -> dict[str, Path]:
    shops = {}
    for name in (BEFORE, "now"):
        home = folder / name
        home.mkdir(parents=True)
        env = environment(home)
        made = name == "now"
        shops[name] = (
            make_project(home, env, entities) if made else make_released(home, env, name, entities)
        )
    return shops


def _timings(shops: dict[str, Path], subject: str, rounds: int) -> list[Timing]:
    """Measure in turn; a first round, which compiles, does not count."""
    seconds: dict[str, list[float]] = {name: [] for name in shops}
    for number in range(rounds + 1):
        for name, shop in shops.items():
            took = _measured(shop, subject)
            if number:
                seconds[name].append(took)
    return list(_as_timings(seconds))


def _as_timings(seconds: dict[str, list[float]]) -> Iterable[Timing]:
    for name, each in seconds.items():
        yield Timing(f"the template {'of ' * (name != 'now')}{name}", tuple(each))


def _measured(shop: Path, subject: str) -> float:
    own = {"PYTHONPATH": "src", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    env = environment(shop.parent) | own
    command = (sys.executable, str(INSIDE), subject)
    done = subprocess.run(command, cwd=shop, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"`{' '.join(command)}` failed:\n{done.stdout}{done.stderr}")
    return float(done.stdout.split()[-1])


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
