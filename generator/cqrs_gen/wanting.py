"""What settings lack: what is wanted and not there, and where what is there differs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

IDENTITY = ("name", "module")
"""By what one table of several is known: a contract by its name, an override by its module."""


class Differing(NamedTuple):
    """A setting that stays as it is, though another was wanted."""

    path: tuple[str, ...]
    there: object
    wanted: object


class Wanting(NamedTuple):
    """What is to be added, as a tree of what is not there alone; and what differs."""

    additions: dict[str, object]
    differing: tuple[Differing, ...]


def wanting(there: Mapping[str, object], wanted: Mapping[str, object]) -> Wanting:
    """Compare settings; a table or a list that is there is added to, and nothing is replaced."""
    differing: list[Differing] = []
    additions = _missing(there, wanted, (), differing)
    return Wanting(additions, tuple(differing))


def joined(there: Mapping[str, object], additions: Mapping[str, object]) -> dict[str, object]:
    """Give settings with additions to them."""
    both = dict(there)
    for key, new in additions.items():
        match there.get(key), new:
            case dict(old), dict():
                both[key] = joined(old, new)
            case list(old), list():
                both[key] = [*old, *new]
            case _:
                both[key] = new
    return both


def _missing(
    there: Mapping[str, object],
    wanted: Mapping[str, object],
    path: tuple[str, ...],
    differing: list[Differing],
) -> dict[str, object]:
    additions: dict[str, object] = {}
    for key, new in wanted.items():
        here = (*path, key)
        match there.get(key), new:
            case None, _:
                lacking = new
            case dict(old), dict():
                lacking = _missing(old, new, here, differing)
            case list(old), list():
                lacking = list(_not_in(old, new))
            case old, _:
                lacking = None
                if old != new:
                    differing.append(Differing(here, old, new))
        if lacking or (lacking is not None and key not in there):
            additions[key] = lacking
    return additions


def _not_in(there: list[object], wanted: list[object]) -> Iterator[object]:
    known = [_identity(each) for each in there]
    return (each for each in wanted if _identity(each) not in known)


def _identity(each: object) -> object:
    if not isinstance(each, dict):
        return each
    named = (each[key] for key in IDENTITY if key in each)
    return next(named, each)
