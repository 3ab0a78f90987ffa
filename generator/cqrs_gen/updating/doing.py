"""Does an update, so that it can be taken back from any moment on, and takes it back.

1. note: how all was goes into a folder of the user's alone
2. apply: the files change and git learns which of them have conflicts, all of it or nothing
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from cqrs_gen.applying import apply
from cqrs_gen.changes import Create, Delete, Update, sides
from cqrs_gen.errors import Conflict, Failed
from cqrs_gen.git import run, text
from cqrs_gen.plan import Plan
from cqrs_gen.updating.aside import Aside
from cqrs_gen.updating.records import Noted, Record, forget, note
from cqrs_gen.updating.remains import State, known_remains
from cqrs_gen.updating.trees import File, is_executable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path, PurePosixPath

    from cqrs_gen.changes import Write
    from cqrs_gen.updating.merging import Unsettled
    from cqrs_gen.updating.remains import Remains, Trace
    from cqrs_gen.updating.repositories import Repository


def do(repository: Repository, plan: Plan, version: str, unsettled: Sequence[Unsettled]) -> None:
    """Do all of it, or nothing."""
    if unsettled:
        repository.require_free_index()
    record = _record(repository, plan, version, unsettled)
    marked = [each.path for each in unsettled]
    note(repository, record)
    try:
        apply(plan, lambda: _mark(repository, marked, record.marks))
    except BaseException:
        _forget_unless_done(repository, record)
        raise
    _remove_empty_folders(plan)


def _record(
    repository: Repository, plan: Plan, version: str, unsettled: Sequence[Unsettled]
) -> Record:
    changed = {change.path: _noted(plan.root, change) for change in plan.writes}
    # What stays for a person to decide may be decided for the template's side.
    left = {each.path: _noted_as_left(each) for each in unsettled if not _is_link(each)}
    paths = sorted({*changed, *(each.path for each in unsettled)})
    marks = (entry for each in unsettled for entry in _marks(repository, each))
    return Record(
        repository.head,
        version,
        files=tuple({**left, **changed}.values()),
        indexed=tuple(paths),
        entries=tuple(repository.entries(paths)),
        marks=tuple(marks),
    )


def _noted(root: Path, change: Write) -> Noted:
    before, after = sides(change)
    file = None if before is None else File(before, is_executable(root / change.path))
    return Noted(change.path, file, after)


def _noted_as_left(unsettled: Unsettled) -> Noted:
    return Noted(unsettled.path, unsettled.ours, unsettled.theirs and unsettled.theirs.text)


def _is_link(unsettled: Unsettled) -> bool:
    return any(side.is_link for side in (unsettled.ours, unsettled.theirs) if side)


def _forget_unless_done(repository: Repository, record: Record) -> None:
    """Let nothing be left of an update that was undone; one that is done can be taken back."""
    remains = known_remains(repository)
    if remains is None or remains.is_as_before:
        _clear_index(repository, record)
        forget(repository)


def _clear_index(repository: Repository, record: Record) -> None:
    try:
        _restore_index(repository, record, record.indexed)
    except Failed as error:
        raise Failed(
            f"the files are as they were before the update, but {error.what}",
            hint="once it can be, have it put back: `cqrs-gen update --abort`",
        ) from None


def clear_marks(repository: Repository) -> tuple[str, ...]:
    """Put git's index back where a killed update has left its conflicts there and no file.

    Return a warning that says so, or nothing.
    """
    remains = known_remains(repository)
    if not (remains and remains.traces and remains.is_as_before and remains.is_marked):
        return ()
    _restore_index(repository, remains.record, remains.record.indexed)
    forget(repository)
    return ("an earlier update was stopped half-way: git's index is as it was before it",)


def forget_committed(repository: Repository, remains: Remains | None) -> None:
    """Remove the record of an update that is over: it holds the files as they were before."""
    if remains and remains.is_over:
        forget(repository)


def plan_return(root: Path, remains: Remains) -> Plan:
    """Plan how all becomes as it was; raises Conflict for what cannot be put back."""
    traces = remains.of(State.AFTER, State.EDITED_WITH, State.UNCLEAR)
    changes = (_return(each) for each in traces if each.now != each.noted.before)
    return Plan(root, tuple(change for change in changes if change))


def take_back(repository: Repository, remains: Remains, plan: Plan) -> list[str]:
    """Do that; what was written since goes aside. Return a note of each file that did or stays."""
    record = remains.record
    paths = _to_restore(repository, remains)
    if _differing(repository, record, paths):
        repository.require_free_index()
    aside = Aside(repository).put(remains, paths)
    apply(plan, lambda: _restore_index(repository, record, paths))
    _remove_empty_folders(plan)
    run(repository.root, "update-index", "-q", "--refresh")
    if remains.is_here:  # or else it may come back, by `git stash pop`
        forget(repository)
    stay = (each.noted.path for each in remains.of(State.EDITED_WITHOUT))
    return [*aside, *(f"`{path}` stays: nothing of the update is in it" for path in stay)]


def _to_restore(repository: Repository, remains: Remains) -> list[PurePosixPath]:
    """Return the paths whose index entries are put back: not those of work that stays."""
    unmerged = {entry.partition("\t")[2] for entry in remains.record.marks}
    stay = {each.noted.path for each in remains.of(State.EDITED_WITHOUT)}
    return [
        path
        for path in remains.record.indexed
        if path not in stay or f"{repository.prefix}{path}" in unmerged
    ]


def _restore_index(repository: Repository, record: Record, paths: Sequence[PurePosixPath]) -> None:
    """Put back what the index said, where it says something else: an entry has flags of its own."""
    differing = _differing(repository, record, paths)
    if differing:
        was = _by_path(record.entries)
        names = (f"{repository.prefix}{path}" for path in differing)
        repository.set_entries(differing, [entry for name in names for entry in was.get(name, ())])


def _differing(
    repository: Repository, record: Record, paths: Sequence[PurePosixPath]
) -> list[PurePosixPath]:
    was, now = _by_path(record.entries), _by_path(repository.entries(paths))
    names = {path: f"{repository.prefix}{path}" for path in paths}
    return [path for path, name in names.items() if was.get(name) != now.get(name)]


def _by_path(entries: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in entries:
        found.setdefault(entry.partition("\t")[2], []).append(entry)
    return found


def _return(trace: Trace) -> Write | None:
    (path, before, _), now, _ = trace
    if now and now.is_link:
        raise Conflict(
            f"nothing is changed, since `{path}` is a symbolic link now",
            hint="move it away, and run the same again",
        )
    if before is None:
        return Delete(path, now.text) if now else None
    if now is None:
        return Create(path, before.text, before.executable)
    return Update(path, now.text, before.text, before.executable)


def _remove_empty_folders(plan: Plan) -> None:
    """Remove folders whose last file went, as git does."""
    for change in plan.writes:
        if isinstance(change, Delete):
            with suppress(OSError):  # there is something in it
                for folder in list(change.path.parents)[:-1]:
                    (plan.root / folder).rmdir()


def _mark(repository: Repository, paths: Sequence[PurePosixPath], marks: Sequence[str]) -> None:
    if marks:
        repository.set_entries(paths, marks)


def _marks(repository: Repository, unsettled: Unsettled) -> Iterator[str]:
    """Yield what the index says of a file with conflicts: each side of it, by its number."""
    ours = [entry.split("\t")[0].split()[:2] for entry in repository.entries([unsettled.path])]
    stages = {
        1: unsettled.base and _stored(repository, unsettled.base),
        2: ours[0] if ours else unsettled.ours and _stored(repository, unsettled.ours),
        3: unsettled.theirs and _stored(repository, unsettled.theirs),
    }
    name = f"{repository.prefix}{unsettled.path}"
    yield from (f"{' '.join(kept)} {n}\t{name}" for n, kept in stages.items() if kept)


def _stored(repository: Repository, file: File) -> list[str]:
    mode = "120000" if file.is_link else "100755" if file.executable else "100644"
    kept = text(repository.top, "hash-object", "-w", "--stdin", given=file.text)
    return [mode, kept.strip()]
