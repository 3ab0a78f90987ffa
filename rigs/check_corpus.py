"""Measures `cqrs-gen check` by the corpus of violations and look-alikes in `tests/checking/corpus`.

    python rigs/check_corpus.py            prints the figures, the misses and the false alarms
    python rigs/check_corpus.py --write    also writes the figures into docs/rules/accuracy.md
    python rigs/check_corpus.py ID …       judges some cases only

A violation is found if a finding of its hundred points at a file that the case made or changed. A
look-alike is a false alarm if any finding appears that the project did not have before.
"""

from __future__ import annotations

import json
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cases import FAMILIES, Case, read_cases
from planting import CORPUS, ROOT, environment, make_base
from scoring import Judgement, Score, check, judge

PAGE = ROOT / "docs" / "rules" / "accuracy.md"
BEGIN, END = "<!-- figures -->", "<!-- /figures -->"
WORKERS = 2
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
    """Judge each case in a copy of one base."""
    env = environment(folder)
    base = make_base(folder, env)
    deeper = json.loads((CORPUS / "deeper.json").read_text("utf-8"))
    known = (check(base, env), deeper)
    with ThreadPoolExecutor(WORKERS) as workers:
        return list(
            workers.map(lambda case: judge(case, base, folder / case.id, env, known), cases)
        )


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
        if each.is_false_alarm:
            lines.append(f"false alarm  {each.case.id}: {each.case.what}")
        elif not each.case.is_innocent and not each.is_found:
            guards = f"; caught by {', '.join(each.deeper)}" if each.deeper else ""
            lines.append(f"missed       {each.case.id}: {each.case.what}{guards}")
        else:
            continue
        lines += [
            f"             {found.code} {found.path}: {found.said}" for found in each.findings
        ]
    return "\n".join(lines)


def stray(judgements: list[Judgement]) -> str:
    """List what was found in a violation besides itself: right or wrong, somebody has to look."""
    return "\n".join(
        f"besides      {each.case.id}: {found.code} {found.path}: {found.said}"
        for each in judgements
        for found in each.findings
        if not each.case.is_innocent and found.family != each.case.family
    )


def main(arguments: list[str]) -> None:
    """Judge, and tell."""
    wanted = {each for each in arguments if not each.startswith("--")}
    cases = [case for case in read_cases(CORPUS) if not wanted or case.id in wanted]
    with tempfile.TemporaryDirectory() as folder:
        judgements = judge_all(cases, Path(folder))
    figures = table(judgements)
    print(figures, wrong(judgements), stray(judgements), sep="\n\n")
    if "--write" in arguments:
        before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        PAGE.write_text(f"{before}{BEGIN}\n{figures}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
