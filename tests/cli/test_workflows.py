"""Workflows run with as few rights as they need, on code that nobody can change unseen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Shell

PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
LONGEST = 60
"""As many minutes as a job of ours may take; GitHub's own limit is six hours."""


@pytest.fixture(params=["this repository", "a new project"])
def workflows(request: pytest.FixtureRequest, bare_shop: Shell) -> list[Path]:
    """Give every workflow, of which there is one at least."""
    folder = ROOT if request.param == "this repository" else bare_shop.folder
    found = sorted((folder / ".github/workflows").iterdir())
    assert found
    return found


def test_every_action_is_pinned_to_a_commit_with_its_version_beside_it(
    workflows: list[Path],
) -> None:
    used = [
        line.partition("uses:")[2].strip()
        for workflow in workflows
        for line in workflow.read_text().splitlines()
        if "uses:" in line
    ]

    assert used
    assert [line for line in used if not PINNED.fullmatch(line)] == []


def test_a_workflow_may_read_the_code_and_do_nothing_else(workflows: list[Path]) -> None:
    for workflow in workflows:
        told = parsed(workflow)
        assert told["permissions"] == {"contents": "read"}
        assert [name for name, job in told["jobs"].items() if "permissions" in job] == []


def test_a_checkout_leaves_no_credentials_behind(workflows: list[Path]) -> None:
    steps = [step for workflow in workflows for step in steps_of(workflow)]
    checkouts = [step for step in steps if step.get("uses", "").startswith("actions/checkout@")]

    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_a_job_that_hangs_is_ended(workflows: list[Path]) -> None:
    jobs = [job for workflow in workflows for job in parsed(workflow)["jobs"].values()]

    assert all(job["timeout-minutes"] <= LONGEST for job in jobs)


@pytest.mark.parametrize(
    ("oldest", "versions"),
    [
        ("3.11", ["3.11", "3.12", "3.13"]),
        ("3.12", ["3.12", "3.13"]),
        ("3.13", ["3.13"]),
        ("3.14", ["3.14"]),
    ],
)
def test_a_new_project_is_tested_from_its_oldest_python_on(
    shell: Shell, oldest: str, versions: list[str]
) -> None:
    shell.done("new", "project", "shop", "--bare", "--because", "events", "--python", oldest)
    told = parsed(shell.folder / "shop/.github/workflows/ci.yml")

    assert told["jobs"]["check"]["strategy"]["matrix"] == {"python": versions}


def test_packages_are_kept_from_run_to_run(workflows: list[Path]) -> None:
    steps = [step for workflow in workflows for step in steps_of(workflow)]
    pythons = [step for step in steps if step.get("uses", "").startswith("actions/setup-python@")]

    assert pythons
    assert all(step["with"]["cache"] == "pip" for step in pythons)


def steps_of(workflow: Path) -> list[dict[str, Any]]:
    return [step for job in parsed(workflow)["jobs"].values() for step in job["steps"]]


def parsed(workflow: Path) -> dict[str, Any]:
    told = yaml.safe_load(workflow.read_text())
    assert isinstance(told, dict)
    return told
