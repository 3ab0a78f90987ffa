"""Git is given an environment of our own, and no more time than it may need."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from cqrs_gen import git
from cqrs_gen.errors import Failed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def plant_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put a git that does something else before that of the machine."""

    def plant(script: str) -> None:
        program = tmp_path / "bin" / "git"
        program.parent.mkdir()
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(0o700)
        monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")

    return plant


def test_a_git_that_waits_for_ever_is_ended(
    tmp_path: Path, plant_git: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant_git("exec sleep 60")
    monkeypatch.setattr(git, "PATIENCE", 0.1)

    with pytest.raises(Failed) as refusal:
        git.run_on_files(tmp_path, "status", "--short")

    assert refusal.value.what == f"`git status` takes too long in `{tmp_path}`"


def test_git_does_not_learn_of_the_repository_whose_hook_runs_cqrs_gen(
    tmp_path: Path, plant_git: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant_git("exec env")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "another"))

    told = git.run_apart("status").stdout.splitlines()

    assert "GIT_TERMINAL_PROMPT=0" in told
    assert not [line for line in told if line.startswith("GIT_DIR=")]
