"""Writes down which deeper guards catch each case of the corpus, by asking them.

    python rigs/check_corpus_guards.py [ID …]

Takes about a quarter of an hour for all of them. What comes out stands beside the cases, in
`deeper.json`; that a look-alike appears there means that the case is wrong.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path

from cases import read_cases
from deeper import guarded_by
from planting import CORPUS, environment, make_base, planted

FOUND = CORPUS / "deeper.json"


def main(wanted: list[str]) -> None:
    """Ask about all cases, or about some."""
    known = json.loads(FOUND.read_text("utf-8")) if wanted and FOUND.exists() else {}
    cases = [case for case in read_cases(CORPUS) if not wanted or case.id in wanted]
    with tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder))
        base = make_base(Path(folder), env)
        if objections := guarded_by(base, env, Path(folder) / "types"):
            sys.exit(f"the base itself is not clean: {objections}")
        for case in cases:
            root = planted(case.planting, base, Path(folder) / "case" / "bank", env)
            known[case.id] = guarded_by(root, env, Path(folder) / "types")
            shutil.rmtree(root)
            print(case.id, known[case.id], flush=True)
    there = {case.id for case in read_cases(CORPUS)}
    kept = {name: guards for name, guards in sorted(known.items()) if guards and name in there}
    FOUND.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
