"""What becomes of one slice's files, by what they were made as and would be made as now.

| as it was made | as it would be made | on disk | what becomes of it |
|---|---|---|---|
| as now | as before | anything | it is not touched |
| otherwise | otherwise | as it was made | it follows |
| otherwise | otherwise | edited | both, merged; with marks where both changed the same lines |
| otherwise | otherwise | gone | it stays away |
| otherwise | otherwise | hardly anything of it | it is left, and that is said |
| not at all | new | nothing | it is made, unless a file of the slice is left |
| made | no more | as it was made | it goes |
| made | no more | edited | it is left, and that is said |
"""

from __future__ import annotations

import ast
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from cqrs_gen.changes import Blocked, Change, Create, Delete, Keep, Mark, Update, is_same_text
from cqrs_gen.three_way import merge, with_line_ends_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import PurePosixPath

    from cqrs_gen.targets import Found, Targets

ENOUGH = 0.5
"""The share of its lines that a file still has, if it is the one that was made."""


class Renewal(NamedTuple):
    """A slice's files as they were made, and as they would be made now."""

    name: str
    before: dict[PurePosixPath, str]
    after: dict[PurePosixPath, str]

    def differing(self, files: Mapping[PurePosixPath, str]) -> dict[PurePosixPath, str]:
        """Give those files that are not made as they were."""
        return {p: text for p, text in files.items() if self.before.get(p) != self.after.get(p)}

    def with_texts(
        self, before: Mapping[PurePosixPath, str], after: Mapping[PurePosixPath, str]
    ) -> Renewal:
        """Replace what is known better, as it is once ruff has tidied it."""
        return Renewal(
            self.name,
            {path: before.get(path, text) for path, text in self.before.items()},
            {path: after.get(path, text) for path, text in self.after.items()},
        )


class Left(NamedTuple):
    """A file that is left as it is, and why."""

    path: PurePosixPath
    why: str


Outcome: TypeAlias = Change | Left


def renewed(renewal: Renewal, targets: Targets) -> list[Outcome]:
    """Decide on each file; new ones come only where nothing of the slice is left behind."""
    standing = {path: targets.find(path) for path in sorted({*renewal.before, *renewal.after})}
    known = [path for path in standing if path in renewal.before]
    decided = [_decide(path, renewal, standing[path]) for path in known]
    outcomes = [each for each in decided if each is not None]
    is_whole = _is_known(renewal, standing) and not any(isinstance(o, Left) for o in outcomes)
    new = [path for path in standing if path not in renewal.before] if is_whole else []
    return [*outcomes, *(_made(path, renewal.after[path], standing[path]) for path in new)]


def _is_known(renewal: Renewal, standing: Mapping[PurePosixPath, Found]) -> bool:
    """Tell whether any file of the slice is still there as one that was made."""
    texts = ((standing[path], made) for path, made in renewal.before.items())
    return any(isinstance(now, str) and _is_kin(now, made) for now, made in texts)


def _made(path: PurePosixPath, new: str, now: Found) -> Outcome:
    match now:
        case None:
            return Create(path, new)
        case str() if is_same_text(now, new):
            return Keep(path, new)
        case Blocked(why=why):
            return Left(path, why)
    return Left(path, "a new template would make it, and it is there already")


def _decide(path: PurePosixPath, renewal: Renewal, now: Found) -> Outcome | None:
    made, new = renewal.before[path], renewal.after.get(path)
    if now is None or made == new:
        return None
    if isinstance(now, Blocked):
        return Left(path, now.why)
    if new is None:
        was_left_alone = is_same_text(now, made)
        return Delete(path, now) if was_left_alone else Left(path, "its template is gone")
    if is_same_text(now, new):
        return Keep(path, new)
    if is_same_text(now, made):
        return Update(path, now, with_line_ends_of(now, new))
    return _merged(path, made, now, new)


def _merged(path: PurePosixPath, made: str, now: str, new: str) -> Outcome:
    if not _is_kin(now, made):
        return Left(path, "hardly anything of it is as its template made it")
    merged = merge(now, made, new)
    if merged is None:
        return Left(path, "it is no text")
    if merged.has_conflicts:
        return Mark(path, now, merged.text)
    if path.suffix == ".py" and _is_python(now) and not _is_python(merged.text):
        return Left(path, "merged line by line, it would be no Python")
    return Update(path, now, merged.text) if merged.text != now else Keep(path, now)


def _is_kin(now: str, made: str) -> bool:
    ours, base = _rows(now), _rows(made)
    matches = SequenceMatcher(None, base, ours, autojunk=False).get_matching_blocks()
    return sum(match.size for match in matches) >= ENOUGH * len(base)


def _rows(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _is_python(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True
