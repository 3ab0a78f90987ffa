"""The generated service's command line, without the extra `fast` if `PLAIN` is set."""

from __future__ import annotations

import os
import sys

if "PLAIN" in os.environ:
    sys.modules["uvloop"] = sys.modules["httptools"] = None  # type: ignore[assignment]  # not there

from shop.app import main

main()
