"""What `cqrs-gen check` finds of the corpus: its judgement of each case, and how good they are."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ground import plant, touched

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


def read_findings(printed: str) -> Counter[Finding]:
    """Read what `cqrs-gen check --format json` has printed."""
    found = json.loads(printed)["findings"]
    return Counter(Finding(each["code"], each["path"], each["sentence"]) for each in found)


def check(root: Path, env: Mapping[str, str]) -> Counter[Finding]:
    """Run `cqrs-gen check` in a project, as a user does."""
    command = (sys.executable, "-m", "cqrs_gen", "check", "--format", "json")
    done = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False)
    if done.returncode not in {0, 1}:
        sys.exit(f"`cqrs-gen check` failed in {root}:\n{done.stdout}{done.stderr}")
    return read_findings(done.stdout)


def judge(
    case: Case, base: Path, root: Path, env: Mapping[str, str], before: Counter[Finding]
) -> Judgement:
    """Plant a case in a copy of the base and see what is found that was not there before."""
    shutil.copytree(base, root, copy_function=os.link)
    plant(case.planting, root, env)
    findings = tuple((check(root, env) - before).elements())
    files = frozenset(touched(root))
    shutil.rmtree(root)
    return Judgement(case, findings, files)


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
        return self.found / self.violations

    @property
    def guarded(self) -> float:
        """The part of the violations that `check` or a deeper guard finds."""
        return (self.found + self.deeper) / self.violations

    @property
    def precision(self) -> float:
        """The part of what is accused that is guilty."""
        return self.found / (self.found + self.false_alarms) if self.found else 0.0
