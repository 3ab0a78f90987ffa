"""Measures `cqrs-gen check` by the corpus of violations and look-alikes in `tests/checking/corpus`.

    python rigs/check_corpus.py            prints the figures, the misses and the false alarms
    python rigs/check_corpus.py --write    also writes them down, for the docs and for the tests
    python rigs/check_corpus.py ID …       judges some cases only

A violation is found if a finding of its hundred points at a file that the case made or changed. A
look-alike is a false alarm if any finding appears that the project did not have before.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from contextlib import chdir
from dataclasses import replace
from pathlib import Path

from cases import FAMILIES, Case, read_cases
from ground import CORPUS, ROOT, environment, make_base
from scoring import Judgement, Score, check_here, judge

PAGE = ROOT / "docs" / "rules" / "accuracy.md"
MISJUDGED = CORPUS / "misjudged.txt"
HEADS = (
    "family",
    "violations",
    "found",
    "by a deeper guard",
    "missed",
    "look-alikes",
    "false alarms",
    "recall",
    "with deeper guards",
    "precision",
)


def judge_all(cases: list[Case], folder: Path) -> list[Judgement]:
    """Judge each case in one base, which must be clean itself."""
    env = environment(folder)
    base = make_base(folder, env)
    os.environ["HOME"] = env["HOME"]  # where `check` keeps what it has read
    with chdir(base):
        if findings := check_here():
            sys.exit(f"the base is not clean: {findings}")
        judged = [judge(case, base, env) for case in cases]
    deeper = json.loads((CORPUS / "deeper.json").read_text("utf-8"))
    return [replace(each, deeper=tuple(deeper.get(each.case.id, ()))) for each in judged]


def table(judgements: list[Judgement]) -> str:
    """Write the figures as Markdown, a line a family."""
    lines = [HEADS, ("---", *("---:" for _ in HEADS[1:]))]
    for family in (*FAMILIES, "all"):
        some = [each for each in judgements if family in {each.case.family, "all"}]
        if some:
            lines.append(_row(f"{family}xx" if family in FAMILIES else family, Score.of(some)))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _row(name: str, score: Score) -> tuple[str, ...]:
    missed = score.violations - score.found - score.deeper
    counts = (score.violations, score.found, score.deeper, missed)
    return (
        name,
        *map(str, (*counts, score.innocents, score.false_alarms)),
        *(f"{each:.3f}" for each in (score.recall, score.guarded, score.precision)),
    )


def wrong(judgements: list[Judgement]) -> str:
    """List the misses and the false alarms, each with what was found instead."""
    lines = []
    for each in judgements:
        if not each.is_right:
            how = "false alarm  " if each.case.is_innocent else "missed       "
            guards = f"; caught by {', '.join(each.deeper)}" if each.deeper else ""
            lines.append(f"{how}{each.case.id}: {each.case.what}{guards}")
            lines += [f"             {f.code} {f.path}: {f.said}" for f in each.findings]
    return "\n".join(lines)


def stray(judgements: list[Judgement]) -> str:
    """List what was found in a violation besides itself: right or wrong, somebody has to look."""
    return "\n".join(
        f"besides      {each.case.id}: {found.code} {found.path}: {found.said}"
        for each in judgements
        for found in each.findings
        if not each.case.is_innocent and found.family != each.case.family
    )


def misjudged_table(judgements: list[Judgement]) -> str:
    """Write what is misjudged as Markdown, with the guards that catch it all the same."""
    lines = [("case", "what it is", "judged", "caught by"), ("---",) * 4]
    for each in judgements:
        if not each.is_right:
            how = "a false alarm" if each.case.is_innocent else "missed"
            guards = "" if each.case.is_innocent else ", ".join(each.deeper) or "nothing"
            lines.append((f"`{each.case.id}`", each.case.what, how, guards))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write(judgements: list[Judgement]) -> None:
    """Write the figures into the docs, and what is misjudged beside the corpus."""
    page = PAGE.read_text("utf-8")
    page = _filled(page, "figures", table(judgements))
    page = _filled(page, "missed", misjudged_table(judgements))
    PAGE.write_text(page, encoding="utf-8")
    names = sorted(each.case.id for each in judgements if not each.is_right)
    MISJUDGED.write_text("".join(f"{name}\n" for name in names), encoding="utf-8")


def _filled(page: str, name: str, text: str) -> str:
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, _, rest = page.partition(begin)
    return f"{before}{begin}\n\n{text}\n\n{end}{rest.partition(end)[2]}"


def main(arguments: list[str]) -> None:
    """Judge, and tell."""
    wanted = {each for each in arguments if not each.startswith("--")}
    cases = [case for case in read_cases(CORPUS) if not wanted or case.id in wanted]
    with tempfile.TemporaryDirectory() as folder:
        judgements = judge_all(cases, Path(folder))
    print(table(judgements), wrong(judgements), stray(judgements), sep="\n\n")
    if "--write" in arguments:
        write(judgements)


if __name__ == "__main__":
    main(sys.argv[1:])
