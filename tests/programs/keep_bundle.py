"""Keep a bundle at home, again and again; what is there is always whole, and as new: `… BUNDLE`."""

from __future__ import annotations

import sys
from pathlib import Path

from cqrs_gen.bundles import is_whole, keep_at_home, versions_in

shipped = Path(sys.argv[1])
for _ in range(40):
    kept = keep_at_home(shipped)
    assert is_whole(kept)
    assert versions_in(kept) >= versions_in(shipped)
