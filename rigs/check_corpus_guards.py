"""Writes down which deeper guards catch each case of the corpus, by asking them.

    python rigs/check_corpus_guards.py [ID …]

What comes out stands beside the cases, in `deeper.json`. That a look-alike appears there means
that the case is wrong.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from cases import read_cases
from deeper import guarded_by
from ground import CORPUS, environment, make_base, plant, restore, touched

FOUND = CORPUS / "deeper.json"
ALWAYS = {"get_order"}
"""The slice that uses what query handlers share."""


def main(wanted: list[str]) -> None:
    """Ask about all cases, or about some."""
    known = json.loads(FOUND.read_text("utf-8")) if wanted and FOUND.exists() else {}
    every = read_cases(CORPUS)
    with tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder))
        base = make_base(Path(folder), env)
        if objections := guarded_by(base, env, {"get_order", "ship_order", "orders"}):
            sys.exit(f"the base itself is not clean: {objections}")
        for case in every:
            if not wanted or case.id in wanted:
                plant(case.planting, base, env)
                known[case.id] = guarded_by(
                    base, env, {Path(each).stem for each in touched(base)} | ALWAYS
                )
                restore(base)
                print(case.id, known[case.id], flush=True)
        subprocess.run((sys.executable, "-m", "mypy.dmypy", "stop"), cwd=base, check=True)
    there = {case.id for case in every}
    kept = {name: guards for name, guards in sorted(known.items()) if guards and name in there}
    FOUND.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
