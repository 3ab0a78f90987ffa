"""Merges what the template was, what it is now, and what the project made of it, file by file.

| the template | the project | what comes of it |
|---|---|---|
| as it was | anything | what the project has |
| has a new file | has none | the new file |
| changed it | as it was | the new file |
| changed it | changed it too | both, merged; with marks where both changed the same lines |
| changed it | deleted or moved it | it stays away, and that is said |
| dropped it | as it was | it goes |
| dropped it | changed it | it stays, for a person to decide |
| renamed it | changed it | the changes are merged into the renamed file |
| renamed it | deleted or moved it | it stays away, and that is said |
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from cqrs_gen.changes import Change, Create, Delete, Mark, Update, is_same_text
from cqrs_gen.project import ANSWERS
from cqrs_gen.three_way import Merged, merge, with_line_ends_of
from cqrs_gen.updating.answers_file import merge_answers
from cqrs_gen.updating.trees import File, Standing, changed_paths

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from cqrs_gen.updating.breaks import Break
    from cqrs_gen.updating.trees import Tree

NOTHING = File("")


class Unsettled(NamedTuple):
    """A file that a person must look at, why, and the three sides of it, for git to know."""

    path: PurePosixPath
    why: str
    base: File | None
    ours: File | None
    theirs: File | None


@dataclass(slots=True)
class Outcome:
    """What is to be done, what is left to a person, what is worth knowing, and what breaks."""

    changes: dict[PurePosixPath, Change] = field(default_factory=dict)
    unsettled: list[Unsettled] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    breaks: list[Break] = field(default_factory=list)


class Merge:
    """One run over all files that the template had or has."""

    def __init__(self, root: Path, old: Tree, new: Tree) -> None:
        self._standing = Standing(root)
        self._old = old
        self._new = new
        self._outcome = Outcome()

    def run(
        self, renamed: Mapping[PurePosixPath, PurePosixPath], is_only_begun: Callable[[str], bool]
    ) -> Outcome:
        """Decide on every file; `is_only_begun` tells those that are given once and then theirs."""
        carried = self._carry(renamed)
        for path in sorted(changed_paths(self._old, self._new) - carried):
            old, new, place = self._old.get(path), self._new.get(path), self._standing.place(path)
            if place is None:
                note = f"`{path}` is behind a link that leads out of the project: it stays as it is"
                self._outcome.notes.append(note)
                continue
            ours = self._standing.find(place, was_here=old is not None)
            if ours and new and is_only_begun(str(path)):
                self._outcome.notes.append(f"`{path}` is yours and stays; a new project's differs")
            else:
                self._decide(place, old, ours, new)
        return self._outcome

    def _decide(
        self, path: PurePosixPath, old: File | None, ours: File | None, new: File | None
    ) -> None:
        if ours is None:
            self._decide_absent(path, old, new)
        elif new is None:
            self._decide_dropped(path, old or NOTHING, ours)
        elif ours.is_link or new.is_link or (old and old.is_link):
            if ours != new:
                self._leave(path, "a link, on one side or the other", old, ours, new)
        else:
            self._bring_forward(path, old or NOTHING, ours, new)

    def _decide_absent(self, path: PurePosixPath, old: File | None, new: File | None) -> None:
        if new is None:
            return
        if old is not None:
            self._outcome.notes.append(
                f"`{path}` is not here and stays away, though the template has changed it"
            )
        elif new.is_link:
            self._leave(path, f"a link to `{new.text}`, which is yours to make", None, None, new)
        else:
            self._outcome.changes[path] = Create(path, new.text, new.executable or None)

    def _decide_dropped(self, path: PurePosixPath, old: File, ours: File) -> None:
        if is_same_text(ours.text, old.text) and not ours.is_link:
            self._outcome.changes[path] = Delete(path, ours.text)
        elif ours != old:
            why = "you changed it and the template has dropped it: it stays"
            self._leave(path, why, old, ours, None)

    def _bring_forward(self, path: PurePosixPath, old: File, ours: File, new: File) -> None:
        executable = _executable(old, ours, new)
        if is_same_text(ours.text, new.text):
            if executable is not None:
                self._outcome.changes[path] = Update(path, ours.text, ours.text, executable)
        elif is_same_text(ours.text, old.text):
            is_as_made = ours.text == old.text
            text = new.text if is_as_made else with_line_ends_of(ours.text, new.text)
            self._outcome.changes[path] = Update(path, ours.text, text, executable)
        else:
            self._merge(path, old, ours, new)

    def _merge(self, path: PurePosixPath, old: File, ours: File, new: File) -> None:
        executable = _executable(old, ours, new)
        if path == PurePosixPath(ANSWERS):
            text = merge_answers(ours.text, old.text, new.text)
            self._outcome.changes[path] = Update(path, ours.text, text, executable)
            return
        merged = merge(ours.text, old.text, new.text)
        if merged is None:
            self._leave(
                path, "both sides changed it, and it is no text: yours stays", old, ours, new
            )
        elif merged.has_conflicts:
            self._outcome.changes[path] = Mark(path, ours.text, merged.text, executable)
            self._leave(path, "both sides changed the same lines", old, ours, new)
        elif merged.text != ours.text or executable is not None:
            self._outcome.changes[path] = Update(path, ours.text, merged.text, executable)

    def _carry(self, renamed: Mapping[PurePosixPath, PurePosixPath]) -> set[PurePosixPath]:
        """Bring changes in a file that the template renamed to where it is now."""
        carried = set()
        for before, after in renamed.items():
            here, there = self._standing.place(before), self._standing.place(after)
            if here and there and self._carry_one(here, there, self._old[before], self._new[after]):
                carried |= {before, after}
        return carried

    def _carry_one(self, before: PurePosixPath, after: PurePosixPath, old: File, new: File) -> bool:
        """Carry one; False leaves the two names to be decided on one by one."""
        ours, there = self._standing.find(before, was_here=True), self._standing.find(after)
        if ours is None:
            return self._leave_away(before, after, old, there, new)
        if there or ours.is_link or new.is_link:
            return False
        merged = _merged_if_edited(ours, old, new)
        if merged is None:
            return False
        self._outcome.changes[before] = Delete(before, ours.text)
        self._outcome.changes[after] = Create(after, merged.text, _bit(old, ours, new) or None)
        if ours != old:
            self._outcome.notes.append(f"`{before}` is `{after}` now, with your changes")
        if merged.has_conflicts:
            self._leave(after, "both sides changed the same lines", old, ours, new)
        return True

    def _leave_away(
        self, before: PurePosixPath, after: PurePosixPath, old: File, there: File | None, new: File
    ) -> bool:
        """Bring no file back that the team moved or deleted; one of the new name is its own."""
        if not self._is_surely_renamed(old, new):
            return False
        if there:
            self._decide(after, old, there, new)
        else:
            self._outcome.notes.append(
                f"`{before}` is not here and stays away; the template calls it `{after}` now"
            )
        return True

    def _is_surely_renamed(self, old: File, new: File) -> bool:
        """Tell whether it can be no other file, since none that came or went is just like it."""
        gone = [path for path in self._old.keys() - self._new.keys() if self._old[path] == old]
        come = [path for path in self._new.keys() - self._old.keys() if self._new[path] == new]
        return bool(old.text) and len(gone) == len(come) == 1

    def _leave(
        self, path: PurePosixPath, why: str, old: File | None, ours: File | None, new: File | None
    ) -> None:
        self._outcome.unsettled.append(Unsettled(path, why, old, ours, new))


def _merged_if_edited(ours: File, old: File, new: File) -> Merged | None:
    """Merge, but for a file that nobody edited: that need not be text."""
    if ours.text == old.text:
        return Merged(new.text, has_conflicts=False)
    return merge(ours.text, old.text, new.text)


def _executable(old: File, ours: File, new: File) -> bool | None:
    """Say what becomes of the bit: what the template made of it, or None for as it is."""
    wanted = _bit(old, ours, new)
    return None if wanted == ours.executable else wanted


def _bit(old: File, ours: File, new: File) -> bool:
    """Take the bit of the side that changed it."""
    return ours.executable if new.executable == old.executable else new.executable
