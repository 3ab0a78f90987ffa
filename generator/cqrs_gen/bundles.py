"""Git bundles of the template's released versions, and the one place where a machine keeps them."""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from pathlib import Path

from .errors import CqrsGenError, Failed
from .locking import locked
from .private import home_folder

SHIPPED = Path(__file__).with_name("template.bundle")
"""What the wheel carries: all versions up to its own. Nothing else is ever rendered for `HOME`."""

HOME = "~/.cqrs-gen/template.bundle"
"""Where the answers of every project say that its template is: the same on every machine.

Only Copier reads it, where somebody runs it without cqrs-gen.
"""

_TAG = re.compile(rb"^([0-9a-f]{40,64}) refs/tags/v(\d+)\.(\d+)\.(\d+)$")
Version = tuple[int, int, int]


def canonical(source: str) -> str:
    """Return `HOME` for that place however it is spelled: a shell writes `~` out."""
    with suppress(RuntimeError):  # nobody's home
        if Path(source).expanduser() == Path(HOME).expanduser():
            return HOME
    return source


def versions_in(bundle: Path) -> tuple[Version, ...]:
    """Read from a bundle's header which released versions it carries, the oldest first."""
    return tuple(sorted(_commits_in(bundle)))


def own_version() -> str:
    """Return the version of this cqrs-gen, which is that of its template: the newest it ships."""
    return ".".join(map(str, _newest(SHIPPED)))


def is_whole(bundle: Path) -> bool:
    """Tell whether a bundle is as git wrote it: its pack ends with a digest of itself."""
    import hashlib  # noqa: PLC0415  only what is to render a template asks

    content = bundle.read_bytes()
    head, _, pack = content.partition(b"\n\n")
    digest = hashlib.sha256 if b"object-format=sha256" in head else hashlib.sha1
    size = digest().digest_size
    return digest(pack[:-size]).digest() == pack[-size:]


def expanded(source: str) -> Path:
    """Give the path that a source is; raises Failed where nobody's home can be told."""
    try:
        return Path(source).expanduser()
    except RuntimeError:
        raise Failed(
            f"`{source}` cannot be found: this user has no home folder",
            hint="name one that can be written to: `HOME=/some/folder cqrs-gen …`",
        ) from None


def keep_at_home(shipped: Path = SHIPPED) -> Path:
    """Bring the machine's bundle up to the one that is shipped, never back to an older one.

    It is put in place at once, so that a process beside this one sees the old or the new. What
    is no whole bundle is replaced, and so is one that is no newer and lacks what is shipped.
    Raises Failed where it cannot be kept.
    """
    kept = expanded(HOME)
    try:
        home_folder()
        if not _is_up_to(kept, shipped):
            with locked(kept.parent):
                if not _is_up_to(kept, shipped):  # another process may have been quicker
                    _put_in_place(shipped, kept)
    except OSError as error:
        raise Failed(
            f"the template cannot be kept at `{HOME}`: {error.strerror}",
            hint="make that folder writable; only plain `copier update` needs it",
        ) from None
    return kept


def offer_at_home(shipped: Path = SHIPPED) -> None:
    """Do so in passing, for `copier update` to find it: at a glance, and without a word."""
    with suppress(OSError, RuntimeError, CqrsGenError):  # RuntimeError: nobody's home
        kept = Path(HOME).expanduser()
        if not (kept.is_file() and _covers(kept, shipped)):
            keep_at_home(shipped)


def _is_up_to(kept: Path, shipped: Path) -> bool:
    return kept.is_file() and is_whole(kept) and _covers(kept, shipped)


def _covers(kept: Path, shipped: Path) -> bool:
    """Check whether a bundle is newer, or holds every version that is shipped, just as it is."""
    is_newer = _newest(kept) > _newest(shipped)
    return is_newer or _commits_in(kept).items() >= _commits_in(shipped).items()


def _put_in_place(shipped: Path, kept: Path) -> None:
    beside = kept.with_name(f".{kept.name}.new")  # ours alone, as long as the lock is
    shutil.copyfile(shipped, beside)
    beside.replace(kept)


def _newest(bundle: Path) -> Version:
    return max(versions_in(bundle), default=(0, 0, 0))


def _commits_in(bundle: Path) -> dict[Version, bytes]:
    found = {}
    with bundle.open("rb") as file:
        for line in file:
            if not line.strip():
                break  # what follows is for git
            if match := _TAG.match(line.strip()):
                major, minor, patch = (int(part) for part in match.groups()[1:])
                found[major, minor, patch] = match[1]
    return found
