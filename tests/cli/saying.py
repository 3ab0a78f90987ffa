"""What the command line says, whole, beside what it said before."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subprocess import CompletedProcess

SNAPSHOTS = Path(__file__).with_name("snapshots")


def told(ended: CompletedProcess[str], *folders: Path) -> str:
    """Write down all that came of a command: code, output, errors; `folders` are no one's news."""
    text = f"exit code {ended.returncode}\n--- output\n{ended.stdout}--- errors\n{ended.stderr}"
    for folder in folders:
        text = text.replace(str(folder), f"<{folder.name}>")
    return text


def same(name: str, text: str) -> bool:
    """Compare with the snapshot of this name; `UPDATE_SNAPSHOTS=1` writes it instead."""
    snapshot = SNAPSHOTS / f"{name}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        snapshot.write_text(text)
    before = snapshot.read_text()
    assert text == before  # here, so that pytest shows the difference
    return True
