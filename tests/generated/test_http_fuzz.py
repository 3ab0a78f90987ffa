"""What schemathesis makes of the API's own description finds no fault in the API."""

from __future__ import annotations

import subprocess
import sys

import pytest

from conftest import ROOT


@pytest.mark.thorough
def test_the_api_keeps_to_its_description(env: dict[str, str]) -> None:
    rig = (sys.executable, "rigs/fuzz.py", "--examples", "20")
    path = {"PYTHONPATH": str(ROOT / "generator")}
    done = subprocess.run(
        rig, cwd=ROOT, env=env | path, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
