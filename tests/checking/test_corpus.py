"""Each case of the corpus is judged as when the figures in docs/rules/accuracy.md were taken.

Where `check` has become better, `python rigs/check_corpus.py --write` writes it down.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cases import Case, read_cases
from ground import CORPUS, make_base
from scoring import check_here, judge

if TYPE_CHECKING:
    from collections.abc import Iterator

MISJUDGED = frozenset((CORPUS / "misjudged.txt").read_text("utf-8").split())


@pytest.fixture(scope="module")
def bank(env: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Make the base once, and go there with a home of its own."""
    root = make_base(tmp_path_factory.mktemp("ground"), env)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        patch.setenv("HOME", env["HOME"])
        yield root


def test_nothing_is_found_in_the_base(bank: Path) -> None:
    assert bank == Path.cwd()
    assert not check_here()


@pytest.mark.parametrize("case", read_cases(CORPUS), ids=lambda case: case.id)
def test_a_case_is_judged_as_before(case: Case, bank: Path, env: dict[str, str]) -> None:
    judgement = judge(case, bank, env)

    assert judgement.is_right == (case.id not in MISJUDGED), judgement.findings
