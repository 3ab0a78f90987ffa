"""Run `lint-imports` by this Python, wherever its script may be."""

from __future__ import annotations

import sys

from importlinter.cli import lint_imports

sys.exit(lint_imports())
