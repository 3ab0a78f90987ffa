"""Run the command line of the shop, which ends so soon when told to: `… SECONDS ARGUMENT…`."""

from __future__ import annotations

import sys

from shop.app import build
from shop.cqrs.cli import command_line

grace = float(sys.argv.pop(1))
command_line(build, grace=grace)()
