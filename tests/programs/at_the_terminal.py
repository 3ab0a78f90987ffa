"""Become cqrs-gen in a session of its own, so that Ctrl-C at its terminal is for this process."""

from __future__ import annotations

import fcntl
import os
import sys
import termios

os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, "-m", "cqrs_gen", *sys.argv[1:]])  # noqa: S606
