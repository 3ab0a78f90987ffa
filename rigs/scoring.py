"""What `cqrs-gen check` finds of the corpus: its judgement of each case, and how good they are."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from math import nan
from typing import TYPE_CHECKING, NamedTuple

from ground import plant, restore, touched

from cqrs_gen.commands.check import Wanted, check

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cases import Case


class Finding(NamedTuple):
    """One finding, as far as it is compared: a line that has moved is the same finding."""

    code: str
    path: str
    said: str

    @property
    def family(self) -> str:
        """The hundred that its code is in."""
        return self.code[:3]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came of one case; `findings` are those that the base does not have."""

    case: Case
    findings: tuple[Finding, ...]
    files: frozenset[str]
    deeper: tuple[str, ...] = ()

    @property
    def is_found(self) -> bool:
        """Tell whether a finding of the case's hundred points at a file of the case."""
        files = self.files | set(self.case.elsewhere)
        return any(each.family == self.case.family and each.path in files for each in self.findings)

    @property
    def is_right(self) -> bool:
        """Tell whether a violation was found, or an innocent let alone."""
        return not self.findings if self.case.is_innocent else self.is_found


def check_here() -> Counter[Finding]:
    """Check the project around this folder by what stands behind `cqrs-gen check --format json`."""
    with redirect_stdout(StringIO()) as printed:
        check(Wanted(format="json"))
    found = json.loads(printed.getvalue())["findings"]
    return Counter(Finding(each["code"], each["path"], each["sentence"]) for each in found)


def judge(case: Case, base: Path, env: Mapping[str, str]) -> Judgement:
    """Plant a case in the base, which is the folder that this runs in; check it, and restore it."""
    plant(case.planting, base, env)
    try:
        return Judgement(case, tuple(check_here().elements()), frozenset(touched(base)))
    finally:
        restore(base)


@dataclass(frozen=True, slots=True)
class Score:
    """How many of some cases were judged rightly."""

    violations: int
    found: int
    deeper: int
    innocents: int
    false_alarms: int

    @classmethod
    def of(cls, judgements: list[Judgement]) -> Score:
        """Count them."""
        guilty = [each for each in judgements if not each.case.is_innocent]
        missed = [each for each in guilty if not each.is_found]
        return cls(
            len(guilty),
            len(guilty) - len(missed),
            sum(1 for each in missed if each.deeper),
            len(judgements) - len(guilty),
            sum(each.case.is_innocent and not each.is_right for each in judgements),
        )

    @property
    def recall(self) -> float:
        """The part of the violations that `check` finds."""
        return _share(self.found, self.violations)

    @property
    def guarded(self) -> float:
        """The part of the violations that `check` or a deeper guard finds."""
        return _share(self.found + self.deeper, self.violations)

    @property
    def precision(self) -> float:
        """The part of what is accused that is guilty."""
        return _share(self.found, self.found + self.false_alarms)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else nan
