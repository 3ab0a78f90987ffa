"""Take each guard of the framework away, one at a time: its test must fail.

    python rigs/guards.py [NAME …]

Works on a copy of this checkout. `guards.toml` says what to take away, and which test notices.
What survives is printed, and makes the exit code 1.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
CQRS = Path("template/src/{{package_name}}/cqrs")
COPIED = ("template", "tests", "rigs", "generator", "copier.yml", "pyproject.toml")
PATIENCE_SECONDS = 180


@dataclass(frozen=True, slots=True)
class Guard:
    """A piece of the framework, what is there without it, and the test that notices."""

    name: str
    file: str
    old: str
    new: str
    test: str


def guards() -> list[Guard]:
    """Read all of them."""
    listed = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return [Guard(**each) for each in listed["guard"]]


def copy(folder: Path) -> None:
    """Copy what the tests need."""
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, symlinks=True)
        else:
            shutil.copy(ROOT / name, folder)


def survives(guard: Guard, copied: Path) -> bool:
    """Take a guard away, and tell whether its test passes nevertheless."""
    file = copied / CQRS / guard.file
    kept = file.read_text(encoding="utf-8")
    file.write_text(kept.replace(guard.old, guard.new), encoding="utf-8")
    command = (sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", guard.test)
    try:
        ended = subprocess.run(
            command, cwd=copied, timeout=PATIENCE_SECONDS, capture_output=True, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    finally:
        file.write_text(kept, encoding="utf-8")
    return ended.returncode == 0


def main(*names: str) -> int:
    """Take away those that are named, or all."""
    chosen = [guard for guard in guards() if not names or guard.name in names]
    survivors = []
    with tempfile.TemporaryDirectory(prefix="cqrs-gen guards ") as folder:
        copy(Path(folder))
        for guard in chosen:
            survived = survives(guard, Path(folder))
            survivors += [guard.name] if survived else []
            print("SURVIVED" if survived else "noticed ", guard.name, flush=True)
    print(f"{len(chosen)} taken away, {len(survivors)} unnoticed")
    return 1 if survivors or not chosen else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
