"""Updates of projects that a team has edited at random: a few rounds of the rig."""

from __future__ import annotations

import subprocess
import sys

import pytest

from conftest import ROOT


@pytest.mark.thorough
@pytest.mark.skipif(sys.platform == "win32", reason="the rig is made of lines of shell")
def test_what_a_team_edits_survives_updates_that_are_killed_and_taken_back(
    env: dict[str, str],
) -> None:
    rig = (sys.executable, "rigs/updates.py", "--rounds", "2", "--seed", "2")
    path = {"PYTHONPATH": str(ROOT / "generator")}
    done = subprocess.run(
        rig, cwd=ROOT, env=env | path, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("seed 2, rounds 2: ")
