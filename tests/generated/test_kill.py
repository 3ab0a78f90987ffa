"""A service that is killed keeps its promises, and the rig that says so sees when it does not."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from audit import Ledger, faults

from conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

STORES = {
    "write": (
        "CREATE TABLE journal (row INTEGER PRIMARY KEY, body TEXT)",
        "CREATE TABLE entries (number INTEGER)",
        """INSERT INTO journal VALUES (1, '{"number": 10}'), (2, '{"number": 20}'),
            (3, '{"number": 11}')""",
        "INSERT INTO entries VALUES (10), (20), (11)",
    ),
    "read": (
        "CREATE TABLE entries_v1 (number INTEGER, times INTEGER)",
        'CREATE TABLE checkpoints (projection TEXT, "row" INTEGER, failure TEXT)',
        "INSERT INTO entries_v1 VALUES (10, 1), (20, 1), (11, 1)",
        "INSERT INTO checkpoints VALUES ('entries_v1', 3, NULL)",
    ),
}
LEDGER = """sent 10
sent 20
acked 10 1 0
acked 20 2 1
sent 11
acked 11 3 0
sent 12
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give a ledger and stores in which all is well."""
    (tmp_path / "var").mkdir()
    (tmp_path / "ledger.txt").write_text(LEDGER)
    for store, statements in STORES.items():
        for statement in statements:
            change(tmp_path, store, statement)
    return tmp_path


def change(root: Path, store: str, statement: str) -> None:
    """Tamper with a store."""
    with closing(sqlite3.connect(root / f"var/{store}.db")) as connection, connection:
        connection.execute(statement)


def found(root: Path) -> list[str]:
    """Audit what is there."""
    return list(faults(Ledger.read(root / "ledger.txt"), root))


def test_where_all_is_well_the_audit_finds_nothing(root: Path) -> None:
    assert found(root) == []


def test_a_line_that_a_kill_cut_short_says_nothing(root: Path) -> None:
    (root / "ledger.txt").write_text(LEDGER + "acked 12 4")

    assert found(root) == []


@pytest.mark.parametrize(
    ("store", "tampering", "fault"),
    [
        ("write", "DELETE FROM journal WHERE row = 3", "lost: 11 was acknowledged"),
        ("write", "UPDATE journal SET row = 4 WHERE row = 3", "moved: 11, from 3"),
        (
            "write",
            """INSERT INTO journal VALUES (4, '{"number": 11}')""",
            "doubled: 11 is in the journal twice",
        ),
        (
            "write",
            """INSERT INTO journal VALUES (4, '{"number": 9}')""",
            "invented: 9 was never sent",
        ),
        ("write", "DELETE FROM entries WHERE number = 11", "half: 11 is in one table"),
        ("write", "INSERT INTO entries VALUES (12)", "half: 12 is in one table"),
        ("write", "UPDATE journal SET row = 4 WHERE row = 2", "gap: 2 is no row"),
        ("read", "DELETE FROM entries_v1 WHERE number = 11", "unprojected: 11"),
        ("read", "INSERT INTO entries_v1 VALUES (12, 1)", "unfounded: 12 is in no event"),
        ("read", "UPDATE entries_v1 SET times = 2 WHERE number = 11", "projected 2 times: 11"),
        (
            "read",
            'UPDATE checkpoints SET "row" = 2',
            "stuck: entries_v1 is at 2 of 3: behind",
        ),
        (
            "read",
            "UPDATE checkpoints SET failure = 'KeyError'",
            "stuck: entries_v1 is at 3 of 3: KeyError",
        ),
    ],
)
def test_a_store_that_was_tampered_with_is_found_out(
    root: Path, store: str, tampering: str, fault: str
) -> None:
    change(root, store, tampering)

    assert fault in found(root)


@pytest.mark.parametrize(
    ("line", "tampered", "fault"),
    [
        ("acked 11 3 0", "acked 13 4 0", "lost: 13 was acknowledged"),
        ("acked 11 3 0", "acked 11 1 0", "out of order: 11 stands at 1, after 1"),
        ("acked 20 2 1", "acked 20 3 1", "moved: 20, from 3"),
        ("sent 11", "sent 13", "invented: 11 was never sent"),
    ],
)
def test_a_ledger_that_says_otherwise_is_found_out(
    root: Path, line: str, tampered: str, fault: str
) -> None:
    (root / "ledger.txt").write_text(LEDGER.replace(line, tampered))

    assert fault in found(root)


@pytest.mark.thorough
def test_a_service_that_is_killed_again_and_again_loses_and_doubles_nothing(
    env: dict[str, str],
) -> None:
    rig = (sys.executable, "rigs/kill.py", "--kills", "8", "--pause", "0.4", "1.2")
    path = {"PYTHONPATH": str(ROOT / "generator")}
    done = subprocess.run(
        rig, cwd=ROOT, env=env | path, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    _killed, counted, *_ = done.stdout.splitlines()
    assert counted.startswith("sent ")
    assert counted.endswith(", faults 0")
    assert "acknowledged 0" not in counted
