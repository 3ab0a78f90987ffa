"""Requirements of a project: which it has, which it lacks, and which it has in an older form."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from packaging.requirements import Requirement

AT_LEAST = frozenset({">=", ">", "==", "===", "~="})


class Lacking(NamedTuple):
    """The requirements that are not there, and pairs of one that is there and the one wanted."""

    missing: list[str]
    older: list[tuple[str, str]]


def lacking(there: Iterable[object], wanted: Iterable[str]) -> Lacking:
    """Compare by the names of the distributions; one that is there need not be added."""
    own = {_key(each): each for each in map(_parsed, there) if each is not None}
    missing, older = [], []
    for text in wanted:
        required = _parsed(text)
        if required is None or _key(required) not in own:
            missing.append(text)
        elif not _reaches(own[_key(required)], required):
            older.append((str(own[_key(required)]), text))
    return Lacking(missing, older)


def oldest_python(requires: object, choices: Iterable[str]) -> str | None:
    """Choose the oldest version that `requires-python` lets in, or None where it says nothing."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415  seldom needed

    if not isinstance(requires, str):
        return None
    try:
        allowed = SpecifierSet(requires)
    except InvalidSpecifier:
        return None
    return next((version for version in choices if allowed.contains(f"{version}.99")), None)


def admits_older_python(own: object, wanted: object) -> bool:
    """Tell whether a `requires-python` lets in versions that another keeps out."""
    from packaging.requirements import Requirement  # noqa: PLC0415  seldom needed

    if not isinstance(own, str) or not isinstance(wanted, str):
        return False
    return not _reaches(Requirement(f"python{own}"), Requirement(f"python{wanted}"))


def _parsed(text: object) -> Requirement | None:
    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415

    try:
        return Requirement(text) if isinstance(text, str) else None
    except InvalidRequirement:
        return None


def _key(requirement: Requirement) -> str:
    from packaging.utils import canonicalize_name  # noqa: PLC0415

    return canonicalize_name(requirement.name)


def _reaches(own: Requirement, wanted: Requirement) -> bool:
    """Tell whether what is there keeps out every version that is too old."""
    from packaging.version import Version  # noqa: PLC0415

    lowest = max(Version(each.version) for each in wanted.specifier)
    bounds = (each.version for each in own.specifier if each.operator in AT_LEAST)
    return any(Version(bound.removesuffix(".*")) >= lowest for bound in bounds)
