"""What an update comes to: where from, where to, and what becomes of each file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cqrs_gen.bundles import canonical
from cqrs_gen.codemods import codemods_between
from cqrs_gen.errors import UsageError
from cqrs_gen.plan import Plan
from cqrs_gen.slices import SUFFIX
from cqrs_gen.updating.breaks import Break, find_breaks, find_losses
from cqrs_gen.updating.guards import require_checked_out
from cqrs_gen.updating.merging import Merge, Outcome
from cqrs_gen.updating.origins import Origin, read_origin
from cqrs_gen.updating.renames import renames_between
from cqrs_gen.updating.rendering import Goal, rendered
from cqrs_gen.updating.rewriting import own_modules, planned_text, rewrite
from cqrs_gen.updating.trees import changed_paths, read_tree
from cqrs_gen.updating.versions import Release, choose, version_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path, PurePosixPath

    from packaging.version import Version

    from cqrs_gen.project import Project
    from cqrs_gen.updating.repositories import Repository


class Wanted(NamedTuple):
    """What was asked for: a version, answers, a source; codemods of more versions than are new."""

    to: str | None = None
    since: str | None = None
    answers: Mapping[str, object] = {}
    template: str | None = None
    asking: bool = False


class Step(NamedTuple):
    """Where a project stands, and where it is to be brought."""

    origin: Origin
    source: str
    release: Release

    @property
    def now(self) -> Version | None:
        """The version that the project is at; None if its template names none."""
        return version_of(self.origin.commit)

    @property
    def is_behind(self) -> bool:
        """Whether there is anything newer for it."""
        return self.now is None or self.now < self.release.version


def choose_step(root: Path, to: str | None, template: str | None) -> Step:
    """Choose the version to bring a project to; raises Failed where there is no way there."""
    origin = read_origin(root)
    origin = origin._replace(source=canonical(origin.source))
    source = canonical(template or origin.source)
    return Step(origin, source, choose(source, origin.commit, to))


def plan_update(
    project: Project,
    repository: Repository,
    step: Step,
    wanted: Wanted,
    follow: Callable[[Project, Outcome], None] | None = None,
) -> Outcome:
    """Merge what the template changed into the project, then run the codemods on what is its own.

    Between the two, `follow` may add what becomes of the slices.
    """
    _require_same_package(project, wanted.answers)
    since = _since(wanted)
    outcome, codemods = Outcome(), []
    if step.is_behind or wanted.answers or since:
        goal = Goal(step.source, step.release.tag, wanted.answers, wanted.asking)
        with rendered(project.root, step.origin, goal) as sides:
            old, new = read_tree(sides.old), read_tree(sides.new)
            require_checked_out(repository, changed_paths(old, new))
            merge = Merge(project.root, old, new)
            outcome = merge.run(renames_between(sides.old, sides.new), sides.is_only_begun)
            codemods = codemods_between(since or sides.before, sides.after)
    if follow is not None:
        follow(project, outcome)
    tracked = repository.tracked()
    own = own_modules(project, tracked) if codemods else []
    require_checked_out(repository, own)
    rewrite(project, own, codemods, outcome)
    outcome.breaks += _breaks(project, tracked, outcome)
    return outcome


def plan_of(root: Path, outcome: Outcome) -> Plan:
    """Give the changes of an outcome in the order of their paths."""
    return Plan(root, tuple(outcome.changes[path] for path in sorted(outcome.changes)))


def _breaks(project: Project, tracked: Iterable[PurePosixPath], outcome: Outcome) -> list[Break]:
    """Find what would no longer be importable, once the codemods have done what they can."""
    losses = find_losses(outcome.changes.values())
    if not (losses.modules or losses.names):
        return []
    sources = (path for path in tracked if path.suffix in {".py", SUFFIX})
    texts = {path: planned_text(project, path, outcome) for path in sources}
    return find_breaks(project, {path: text for path, text in texts.items() if text}, losses)


def _since(wanted: Wanted) -> Version | None:
    """Return the version that the user names, after which codemods are to be run."""
    if wanted.since is None:
        return None
    since = version_of(wanted.since)
    if since is None:
        raise UsageError(f"`--since {wanted.since}` is no version", hint="as in `--since 0.2.0`")
    return since


def _require_same_package(project: Project, answers: Mapping[str, object]) -> None:
    named = answers.get("package_name", project.package)
    if named != project.package:
        raise UsageError(
            f"an update cannot rename the package `{project.package}` to `{named}`",
            hint="your own files say its name too: rename it there and in the answers by hand",
        )
