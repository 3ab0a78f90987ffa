"""What updates promise, held against a project before and after a command.

Each function yields the faults that it finds.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from snapshots import tokens_in, unlike

from cqrs_gen.yaml_text import parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from renders import Renders
    from snapshots import File, Files, Snapshot
    from terminal import Ended

ANSWERS = ".copier-answers.yml"
GIVEN_ONCE = {"src/shop/app.py", "tests/conftest.py", "README.md"}
LABELS = ("-L", "before updating", "-L", "last update", "-L", "after updating")
KEPT = re.compile(r"is kept: `(.+)`")


def of_every_run(before: Snapshot, after: Snapshot, ended: Ended) -> Iterator[str]:
    """Check what holds for any command: no traceback, nothing of git's touched, no litter."""
    if "Traceback (most recent call last)" in ended.err:
        yield "a traceback"
    if ended.code not in {0, 1, 2}:
        yield f"exit code {ended.code}"
    yield from (f"`.git/{each}` is changed" for each in _differing(before.git, after.git))
    yield from (f"`{path}` is left" for path in _litter(after.files))


def of_places(state: Path, temporary: Path) -> Iterator[str]:
    """Check that a command that has ended leaves nothing of its work behind."""
    unfinished = [file for file in state.glob("unfinished/*/*") if file.name != ".lock"]
    yield from (f"`{file.name}` is left of unfinished work" for file in unfinished)
    yield from (f"`{place.name}` is left in the temporary folder" for place in _ours(temporary))


def of_nothing(before: Snapshot, after: Snapshot) -> Iterator[str]:
    """Check that nothing at all has changed."""
    for path in unlike(before.files, after.files):
        yield f"`{path}` is changed, though nothing was to be done"
    if before.entries != after.entries:
        yield "git's index is changed, though nothing was to be done"


def of_adding(before: Snapshot, after: Snapshot) -> Iterator[str]:
    """Check that nothing that was there has changed."""
    for path in unlike(before.files, after.files):
        if path in before.files:
            yield f"`{path}` is changed, though `add` only makes files"


def of_tokens(before: Snapshot, after: Snapshot, *, aside: Iterable[str] = ()) -> Iterator[str]:
    """Check that all that the team had marked is still somewhere, and nothing is there twice."""
    kept = tokens_in(Path(place).read_bytes() for place in aside)
    lost = [t for t in before.tokens if not after.tokens[t] and not kept[t]]
    yield from (f"`{token.decode()}` is lost" for token in lost)
    for token in before.staged - after.staged:
        if not (after.tokens[token] or kept[token]):
            yield f"`{token.decode()}` is lost, which was staged"


def of_places_of_tokens(before: Snapshot, after: Snapshot) -> Iterator[str]:
    """Check that each mark is there as often as it was."""
    then, now = before.tokens, after.tokens
    for token in sorted({*then, *now}):
        if then[token] != now[token]:
            yield f"`{token.decode()}` was there {then[token]} times, and is {now[token]} times"


def of_conflicts(before: Snapshot, after: Snapshot, ended: Ended) -> Iterator[str]:
    """Check that the command, git and the files say the same of what is left to a person."""
    new = after.unmerged - before.unmerged
    then = before.conflicts
    marked = {path for path, count in after.conflicts.items() if count > then.get(path, 0)}
    yield from (f"`{path}` has conflicts that git does not know of" for path in marked - new)
    yield from (f"nothing is said of `{path}`" for path in new if f"`{path}`" not in ended.err)
    if new and ended.code == 0:
        yield "exit code 0 with conflicts"


def of_taking_back(then: Snapshot, after: Snapshot) -> Iterator[str]:
    """Check that all is as it was before the update."""
    for path in unlike(then.files, after.files):
        yield f"`{path}` is not as it was: {_told(then.files, path)} / {_told(after.files, path)}"
    if then.entries != after.entries:
        both = set(then.entries.split("\0")) ^ set(after.entries.split("\0"))
        yield f"git's index is not as it was: {sorted(both)}"


def aside_of(ended: Ended) -> list[str]:
    """Return the places that `--abort` names."""
    return [place for place in KEPT.findall(ended.said) if Path(place).exists()]


def of_places_named(ended: Ended) -> Iterator[str]:
    """Check that what `--abort` says it keeps is there."""
    for place in KEPT.findall(ended.said):
        if not Path(place).exists():
            yield f"`{place}` is named, and is not there"


class Merged:
    """What an update must have come to, by the template's two versions and what was there."""

    def __init__(self, before: Snapshot, after: Snapshot, ended: Ended, renders: Renders) -> None:
        self._before, self._after, self._ended = before.files, after.files, ended
        old, new = (answers_in(files) for files in (before.files, after.files))
        self._old, self._new = (
            renders.files(str(each["_commit"]), each, str(each["_src_path"])) for each in (old, new)
        )
        self._links = {path for path, file in before.files.items() if file.is_link}

    def faults(self) -> Iterator[str]:
        """Yield what came out otherwise."""
        for path in sorted({*self._old, *self._new} - {ANSWERS}):
            if not self._is_behind_a_link(path):
                yield from self._of_template(path)
        if not self._links:
            for path in sorted(self._before.keys() - {*self._old, *self._new, ANSWERS}):
                yield from self._of_own(path)

    def _of_template(self, path: str) -> Iterator[str]:
        was, now = self._before.get(path), self._after.get(path)
        old, new = self._old.get(path), self._new.get(path)
        if was is None:
            yield from self._of_absent(path, old, now, new)
        elif new and (path in GIVEN_ONCE or old == new):
            if was != now and not _may_be_mended(path):
                yield f"`{path}` is changed, which is the team's"
        elif old and was.plain == old.plain and not was.is_link:
            if (now and now.plain) != (new and new.plain):
                yield f"nobody edited `{path}`, and it is not as a new project has it"
        elif old and new and now:
            yield from self._of_merged(path, (was, old, new), now)

    def _of_absent(
        self, path: str, old: File | None, now: File | None, new: File | None
    ) -> Iterator[str]:
        if old and now and new:
            yield f"`{path}` is back, which the team had taken away"
        if new and not old and not now and f"`{path}`" not in self._ended.said:
            yield f"`{path}` is new in the template, and not here, and nothing is said of it"

    def _of_merged(self, path: str, sides: tuple[File, File, File], now: File) -> Iterator[str]:
        is_text = all(not each.is_link and b"\0" not in each.content for each in (*sides, now))
        if not is_text or b"\r" in sides[0].content or _may_be_mended(path):
            return
        if now.content != _by_git(*(each.content for each in sides)):
            yield f"`{path}` is not what git makes of the three sides"
        if sides[1].plain[0] == sides[2].plain[0] and now.mode != sides[0].mode:
            yield f"`{path}` has mode {now.mode:o} instead of {sides[0].mode:o}"

    def _of_own(self, path: str) -> Iterator[str]:
        was, now = self._before[path], self._after.get(path)
        if was != now and not _may_be_mended(path):
            yield f"`{path}` is changed, which is the team's alone"
        elif now and now.mode != was.mode:
            yield f"`{path}` has mode {now.mode:o} instead of {was.mode:o}"

    def _is_behind_a_link(self, path: str) -> bool:
        return any(str(folder) in self._links for folder in PurePosixPath(path).parents)


def answers_in(files: Files) -> Mapping[str, object]:
    """Read the answers of a project; nothing where they cannot be read."""
    try:
        read = parsed(files[ANSWERS].content.decode())
    except (KeyError, ValueError):
        return {}
    return {str(name): answer for name, answer in read.items()}


def _may_be_mended(path: str) -> bool:
    """Tell whether codemods run over a file: slices and tests."""
    return path.endswith(".py") and not path.startswith("src/shop/cqrs/")


def _by_git(ours: bytes, base: bytes, theirs: bytes) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (("ours", ours), ("base", base), ("theirs", theirs)):
            (Path(folder) / name).write_bytes(content)
        command = ("git", "merge-file", "-p", *LABELS, "ours", "base", "theirs")
        return subprocess.run(command, cwd=folder, capture_output=True, check=False).stdout


def _told(files: Files, path: str) -> str:
    file = files.get(path)
    return f"{file.mode:o} {file.content[:60]!r}" if file else "nothing"


def _differing(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))


def _litter(files: Files) -> list[str]:
    return [path for path in files if PurePosixPath(path).name.startswith(".cqrs-gen-")]


def _ours(folder: Path) -> list[Path]:
    return sorted(folder.glob("cqrs-gen*"))
