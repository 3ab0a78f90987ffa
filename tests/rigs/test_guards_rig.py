"""The rig that takes guards away tells a test that notices from one that fails for another reason.

`guarded/` is a small project with one guard for each result.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from guards import Guard, Kind, Tree, choose, guards, judge, main, parsed

GUARDED = Tree(
    Path(__file__).parent / "guarded",
    Path("guards.toml"),
    Path("framework"),
    "framework",
    ("framework", "checks.py", "program_checks.py", "pyproject.toml"),
    ("--disable-plugin-autoload",),
)
KINDS = {
    "noticed": Kind.NOTICED,
    "survives": Kind.SURVIVED,
    "breaks the syntax": Kind.BROKEN,
    "uses a name that is not there": Kind.BROKEN,
    "breaks the import": Kind.BROKEN,
    "breaks the import of a program that the test starts": Kind.BROKEN,
    "changes what a program prints": Kind.NOTICED,
    "breaks a fixture": Kind.BROKEN,
    "breaks what the test calls": Kind.BROKEN,
    "ends the run of the tests": Kind.BROKEN,
    "raises what the list names": Kind.NOTICED,
    "is gone": Kind.STALE,
    "is there twice": Kind.STALE,
    "has a test that fails anyway": Kind.FAILS_ANYWAY,
    "has a test that is skipped": Kind.FAILS_ANYWAY,
    "has a test that is gone": Kind.FAILS_ANYWAY,
}


def results(printed: str) -> dict[str, str]:
    """Read which result was printed for which guard, in columns."""
    lines = printed.partition("taken away")[0].splitlines()[:-1]
    return {line[13:].partition(":")[0]: line[:13].strip() for line in lines}


def test_each_result_is_told_from_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    before = (GUARDED.root / "framework" / "limits.py").read_bytes()
    ended = main([*KINDS, "--jobs", "2"], GUARDED)

    assert results(capsys.readouterr().out) == KINDS
    assert ended == 1
    assert (GUARDED.root / "framework" / "limits.py").read_bytes() == before


@pytest.mark.parametrize("name", ["survives", "is gone"])
def test_one_guard_that_is_not_noticed_fails_the_run(name: str) -> None:
    assert main(["noticed", name], GUARDED) == 1


def test_guards_that_are_all_noticed_succeed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["noticed"], GUARDED) == 0
    assert results(capsys.readouterr().out) == {"noticed": "noticed"}


def test_a_test_that_never_ends_is_ended(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hangs", "--patience", "1"], GUARDED) == 1
    assert results(capsys.readouterr().out) == {"hangs": "HANGS"}


@pytest.mark.parametrize(("hangs", "kind"), [(True, Kind.NOTICED), (False, Kind.HANGS)])
def test_a_test_that_never_ends_counts_where_the_list_says_so(hangs: bool, kind: Kind) -> None:  # noqa: FBT001
    guard = Guard("slow", "limits.py", "old", "new", "checks.py::test_slow", hangs=hangs)

    assert judge(guard, None).kind is kind


def test_a_sample_is_the_same_by_the_same_seed() -> None:
    first, second, other = (
        choose(guards(GUARDED), parsed(["--sample", "5", "--seed", seed])) for seed in "112"
    )

    assert first == second != other
    assert len(first) == 5


def test_a_name_that_no_guard_has_is_an_error() -> None:
    with pytest.raises(SystemExit, match="no guard is called `noticde`"):
        main(["noticde"], GUARDED)
