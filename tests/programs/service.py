"""Run the command line of a service: `service.py PACKAGE ARGUMENT…`."""

from __future__ import annotations

import sys
from importlib import import_module

package = sys.argv.pop(1)
sys.argv[0] = package
import_module(f"{package}.app").main()
