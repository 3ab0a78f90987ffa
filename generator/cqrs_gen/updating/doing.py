"""Does an update, so that it can be taken back from any moment on, and takes it back.

1. note: how all was goes into a folder of the user's alone
2. apply: the files change, all of them or none
3. mark: git learns which files have conflicts, as it does after a merge
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from cqrs_gen.applying import apply
from cqrs_gen.changes import Create, Delete, Update
from cqrs_gen.git import run, text
from cqrs_gen.plan import Plan
from cqrs_gen.updating.records import forget, note
from cqrs_gen.updating.trees import Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from cqrs_gen.changes import Write
    from cqrs_gen.updating.merging import Unsettled
    from cqrs_gen.updating.records import Noted, Record
    from cqrs_gen.updating.repositories import Repository
    from cqrs_gen.updating.trees import File

ASIDE = "aside"
"""Where beside the record that goes which was written after an update that is taken back."""


def do(repository: Repository, plan: Plan, version: str, unsettled: Sequence[Unsettled]) -> None:
    """Do all of it, or nothing."""
    note(repository, plan, version, (each.path for each in unsettled))
    try:
        apply(plan)
    except BaseException:
        forget(repository)
        raise
    _remove_empty_folders(plan)
    _mark(repository, unsettled)


def plan_return(root: Path, record: Record) -> Plan:
    """Plan how all becomes as it was."""
    standing = Standing(root)
    changes = (_return(each, standing.find(each.path)) for each in record.files)
    return Plan(root, tuple(change for change in changes if change))


def take_back(repository: Repository, record: Record, plan: Plan) -> list[str]:
    """Do that; what was written since goes aside. Gives a note of each file that did."""
    aside = _put_aside(repository, plan, record)
    apply(plan)
    _remove_empty_folders(plan)
    _restore_index(repository, record)
    forget(repository)
    return aside


def _restore_index(repository: Repository, record: Record) -> None:
    """Put back what the index said, where it says something else: an entry has flags of its own."""
    was, now = _by_path(record.entries), _by_path(repository.entries(record.indexed))
    for path in record.indexed:
        name = f"{repository.prefix}{path}"
        if was.get(name) != now.get(name):
            repository.set_entries([path], was.get(name, ()))
    run(repository.root, "update-index", "-q", "--refresh")


def _by_path(entries: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in entries:
        found.setdefault(entry.partition("\t")[2], []).append(entry)
    return found


def _return(noted: Noted, now: File | None) -> Write | None:
    before = noted.before
    if now == before:
        return None
    if before is None:
        return Delete(noted.path, now.text) if now else None
    if now is None:
        return Create(noted.path, before.text, before.executable)
    return Update(noted.path, now.text, before.text, before.executable)


def _put_aside(repository: Repository, plan: Plan, record: Record) -> list[str]:
    brought = {each.path: each.after for each in record.files}
    said = []
    for change in plan.writes:
        if not isinstance(change, Create) and change.old != brought[change.path]:
            place = repository.place / ASIDE / change.path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes((plan.root / change.path).read_bytes())
            said.append(f"what you wrote into `{change.path}` since is kept: `{place}`")
    return said


def _remove_empty_folders(plan: Plan) -> None:
    """Remove folders whose last file went, as git does."""
    for change in plan.writes:
        if isinstance(change, Delete):
            with suppress(OSError):  # there is something in it
                for folder in list(change.path.parents)[:-1]:
                    (plan.root / folder).rmdir()


def _mark(repository: Repository, unsettled: Iterable[Unsettled]) -> None:
    for each in unsettled:
        ours = [entry.partition("\t")[0].split()[:2] for entry in repository.entries([each.path])]
        stages = {
            1: each.base and _stored(repository, each.base),
            2: ours[0] if ours else each.ours and _stored(repository, each.ours),
            3: each.theirs and _stored(repository, each.theirs),
        }
        name = f"{repository.prefix}{each.path}"
        entries = (f"{' '.join(kept)} {n}\t{name}" for n, kept in stages.items() if kept)
        repository.set_entries([each.path], entries)


def _stored(repository: Repository, file: File) -> list[str]:
    mode = "120000" if file.is_link else "100755" if file.executable else "100644"
    kept = text(repository.top, "hash-object", "-w", "--stdin", given=file.text)
    return [mode, kept.strip()]
