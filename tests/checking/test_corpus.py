"""Each case of the corpus is judged as it was when the figures in docs/rules/accuracy.md were taken.

Where `check` has become better, `python rigs/check_corpus.py --write` writes it down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cases import Case, read_cases
from ground import CORPUS, make_base, plant, restore, touched
from scoring import Judgement, read_findings

from cqrs_gen.commands.check import Wanted, check

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator
    from pathlib import Path

    from scoring import Finding

MISJUDGED = frozenset((CORPUS / "misjudged.txt").read_text("utf-8").split())


@pytest.fixture(scope="module")
def bank(env: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Make the base once, and go there with a home of its own."""
    root = make_base(tmp_path_factory.mktemp("ground"), env)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        patch.setenv("HOME", env["HOME"])
        yield root


def found(capsys: pytest.CaptureFixture[str]) -> Counter[Finding]:
    check(Wanted(format="json"))
    return read_findings(capsys.readouterr().out)


def test_nothing_is_found_in_the_base(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bank.exists()
    assert not found(capsys)


@pytest.mark.parametrize("case", read_cases(CORPUS), ids=lambda case: case.id)
def test_a_case_is_judged_as_before(
    case: Case, bank: Path, env: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    plant(case.planting, bank, env)
    try:
        findings = tuple(found(capsys).elements())
        judgement = Judgement(case, findings, frozenset(touched(bank)))
    finally:
        restore(bank)

    assert judgement.is_right == (case.id not in MISJUDGED), findings
