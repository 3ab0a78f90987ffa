"""A project as the template made it and as it would make it now, in two folders to compare."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cqrs_gen.compatibility import made_for
from cqrs_gen.errors import CqrsGenError, Failed
from cqrs_gen.project import ANSWERS
from cqrs_gen.template import Copy, render, require_known
from cqrs_gen.updating.versions import version_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from copier import Worker
    from packaging.version import Version

    from cqrs_gen.updating.origins import Origin


class Sides(NamedTuple):
    """The two folders, and which files are given once and then their owners'.

    `before` and `after` are the versions of cqrs-gen that the templates are made for.
    """

    old: Path
    new: Path
    is_only_begun: Callable[[str], bool]
    before: Version
    after: Version


class Goal(NamedTuple):
    """What a project is to be brought to: a source's version, and answers that are new."""

    source: str
    tag: str
    answers: Mapping[str, object] = {}
    asking: bool = False


@contextmanager
def rendered(root: Path, origin: Origin, goal: Goal) -> Iterator[Sides]:
    """Render both, with the project's own answers; the folders are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="cqrs-gen-") as folder:
        old, new = Path(folder) / "old", Path(folder) / "new"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Copier's, on what is none of the user's doing
            newer = _render_new(root, origin, goal, new)
            older = _render_old(origin, goal, old)
        yield Sides(
            old,
            new,
            is_only_begun=lambda path: newer.match_skip(Path(path)),
            before=made_for(older, version_of(origin.commit)),
            after=made_for(newer, version_of(goal.tag)),
        )


def _render_new(root: Path, origin: Origin, goal: Goal, folder: Path) -> Worker:
    folder.mkdir()
    # With it there, Copier takes up the answers, and the template sees what was answered before.
    shutil.copyfile(root / ANSWERS, folder / ANSWERS)
    # Asked is only what nobody has answered. An answer that the template no longer takes is an
    # error that way, where Copier by itself would replace it by the default and say nothing.
    given = {**origin.answers, **goal.answers}
    copy = Copy(goal.source, given, version=goal.tag, asking=goal.asking, updating=True)
    worker = render(copy, folder)
    require_known(goal.answers, worker)
    return worker


def _render_old(origin: Origin, goal: Goal, folder: Path) -> Worker:
    answers = {**origin.answers, "_src_path": origin.source, "_commit": origin.commit}
    try:
        copy = Copy(origin.source, answers, version=origin.commit, updating=True)
        return render(copy, folder)
    except CqrsGenError as error:
        if goal.source == origin.source:
            raise _without_a_past(origin, error) from None
        # The template has moved, and with it its past.
        shutil.rmtree(folder, ignore_errors=True)
        return _render_old(origin._replace(source=goal.source), goal, folder)


def _without_a_past(origin: Origin, error: CqrsGenError) -> Failed:
    return Failed(
        f"the version that this project is made from, {origin.commit}, cannot be rendered: "
        f"{error.what}",
        hint="name a source of the template that has it: `--template SOURCE`",
    )
