"""Run cqrs-gen, and then say which of some modules it has imported: `… MODULE,MODULE ARGUMENT…`."""

from __future__ import annotations

import sys

from cqrs_gen.__main__ import main

asked = sys.argv.pop(1).split(",")
sys.argv[0] = "cqrs-gen"
try:
    main()
finally:
    print("loaded:", *sorted(set(asked) & set(sys.modules)), file=sys.stderr)
