"""The files of a service for a repository that is there: rendered, and tidied by its rules."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from cqrs_gen.commands.first_messages import add_first_messages
from cqrs_gen.commands.keeping import CONFTEST, kept_in, require_room
from cqrs_gen.commands.offering import offered
from cqrs_gen.commands.ordering import advise, render
from cqrs_gen.commands.placing import contents_of
from cqrs_gen.project import Project
from cqrs_gen.tidying import tidy

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cqrs_gen.commands.keeping import Kept
    from cqrs_gen.commands.ordering import Order
    from cqrs_gen.existing import Existing
    from cqrs_gen.template import Rendered


FIXTURES = PurePosixPath(CONFTEST)


class Filling(NamedTuple):
    """What the template was answered, what stays as it is, the files to come, and a whole project.

    The whole project is what the template makes where nothing is there: to be compared with.
    """

    rendered: Rendered
    kept: Kept
    files: dict[PurePosixPath, str]
    whole: dict[PurePosixPath, str]


def filling(order: Order, existing: Existing, folder: Path) -> Filling:
    """Render a service below a folder; raises Conflict where Python could not tell it apart."""
    rendered = render(order, folder / "whole", offered(existing, order.answers))
    advise(rendered)
    package = rendered.package_name
    require_room(existing, package)
    whole = contents_of(folder / "whole")
    kept = kept_in(existing, package, whole)
    # Copier is to know what it need not make: no update will then bring it either.
    part = folder / "part"
    render(replace(order, answers=rendered.answers), part, {"kept": list(kept.paths)})
    if not order.bare:
        add_first_messages(Project(part, package), rules=existing.root)
    own = tidy(part, _of_the_team(kept, package, whole), package=package, rules=existing.root)
    return Filling(rendered, kept, _without(kept, contents_of(part) | own), whole)


def _of_the_team(
    kept: Kept, package: str, whole: Mapping[PurePosixPath, str]
) -> dict[PurePosixPath, str]:
    """Give the files that are the team's from the start, so that its rules hold for them."""
    app = PurePosixPath(f"src/{package}/app.py")
    origins = {**{PurePosixPath(path): FIXTURES for path in kept.fixtures}, app: app}
    return {path: whole[origin] for path, origin in origins.items() if origin in whole}


def _without(kept: Kept, files: dict[PurePosixPath, str]) -> dict[PurePosixPath, str]:
    return {path: text for path, text in files.items() if str(path) not in kept.paths}
