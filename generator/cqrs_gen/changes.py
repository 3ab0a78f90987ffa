"""What becomes of one file, as data: to be shown, compared and diffed before it is done.

`executable` says what becomes of that bit of a file; None leaves it as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeAlias

if TYPE_CHECKING:
    from pathlib import PurePosixPath


# Each @dataclass costs half a millisecond at start-up, so those of one shape share one.
@dataclass(frozen=True, slots=True)
class _Rendered:
    path: PurePosixPath
    content: str
    executable: bool | None = None


class Create(_Rendered):
    """A file that is not there yet."""

    __slots__ = ()
    action: ClassVar[str] = "create"


class Keep(_Rendered):
    """A file that is there already, just as it would be written."""

    __slots__ = ()
    action: ClassVar[str] = "identical"


@dataclass(frozen=True, slots=True)
class _Differing:
    path: PurePosixPath
    old: str
    new: str
    executable: bool | None = None


class Clash(_Differing):
    """A file that is there already and differs; `--force` or `--skip` decides."""

    __slots__ = ()
    action: ClassVar[str] = "conflict"


class Overwrite(_Differing):
    """A clash that `--force` has decided."""

    __slots__ = ()
    action: ClassVar[str] = "overwrite"


class Update(Overwrite):
    """A file that is brought forward, with all that its owners made of it."""

    __slots__ = ()
    action: ClassVar[str] = "update"


class Mark(Overwrite):
    """A file in which both sides changed the same lines: both are written, with marks."""

    __slots__ = ()
    action: ClassVar[str] = "conflict"


@dataclass(frozen=True, slots=True)
class Blocked:
    """A path that not even `--force` may write to, and why."""

    action: ClassVar[str] = "conflict"
    path: PurePosixPath
    why: str


class Misspelt(Blocked):
    """A path where something stands that is spelt a little differently, by case mostly."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Skip:
    """A clash that `--skip` has decided: what is there stays."""

    action: ClassVar[str] = "skip"
    path: PurePosixPath


@dataclass(frozen=True, slots=True)
class Delete:
    """A file that is to go."""

    action: ClassVar[str] = "delete"
    path: PurePosixPath
    old: str


Write: TypeAlias = Create | Overwrite | Delete
Change: TypeAlias = Write | Keep | Clash | Blocked | Skip


def sides(change: Change) -> tuple[str | None, str | None]:
    """Give the text before and the text after; None is no file, and no change is twice None."""
    match change:
        case Create(content=new):
            return None, new
        case Clash(old=old, new=new) | Overwrite(old=old, new=new):
            return old, new
        case Delete(old=old):
            return old, None
        case Keep() | Blocked() | Skip():
            return None, None


def is_same_text(one: str, other: str) -> bool:
    """Tell whether two texts differ by no more than their line ends."""
    return one.replace("\r\n", "\n") == other.replace("\r\n", "\n")
