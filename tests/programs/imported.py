"""Import a module, and print which of some others that has imported: `… MODULE OTHER…`."""

from __future__ import annotations

import json
import sys
from importlib import import_module

module, *others = sys.argv[1:]
import_module(module)
print(json.dumps([other for other in others if other in sys.modules]))
