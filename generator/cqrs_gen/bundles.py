"""Git bundles of the template's released versions, and the one place where a machine keeps them."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from .errors import Failed

HOME = "~/.cqrs-gen/template.bundle"
"""Where the answers of every project say that its template is: the same on every machine."""

_TAG = re.compile(rb"^[0-9a-f]{40,64} refs/tags/v(\d+)\.(\d+)\.(\d+)$")
Version = tuple[int, int, int]


def versions_in(bundle: Path) -> tuple[Version, ...]:
    """Read from a bundle's header which released versions it carries, the oldest first."""
    found = []
    with bundle.open("rb") as file:
        for line in file:
            if not line.strip():
                break  # what follows is for git
            if match := _TAG.match(line.strip()):
                major, minor, patch = (int(part) for part in match.groups())
                found.append((major, minor, patch))
    return tuple(sorted(found))


def keep_at_home(shipped: Path) -> Path:
    """Bring the machine's bundle up to the one that is shipped, never back to an older one.

    It is put in place at once, so that a process beside this one sees the old or the new.
    """
    kept = Path(HOME).expanduser()
    if kept.is_file() and _newest(kept) >= _newest(shipped):
        return kept
    beside = kept.with_name(f"{kept.name}.{os.getpid()}")
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(shipped, beside)
        beside.replace(kept)
    except OSError as error:
        raise Failed(
            f"the template cannot be kept at `{HOME}`: {error.strerror}",
            hint="make that folder writable, or name another source: `--template …`",
        ) from None
    return kept


def _newest(bundle: Path) -> Version:
    return max(versions_in(bundle), default=(0, 0, 0))
