"""Which modules of a project codemods look at."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from cqrs_gen.project import Project
from cqrs_gen.updating.rewriting import own_modules

if TYPE_CHECKING:
    from pathlib import Path


def test_tests_are_the_teams_own_also_behind_a_link(tmp_path: Path) -> None:
    (tmp_path / "spec").mkdir()
    (tmp_path / "tests").symlink_to("spec")
    tracked = [
        PurePosixPath(path)
        for path in ("spec/test_app.py", "src/shop/app.py", "src/shop/cqrs/bus.py", "tools/x.py")
    ]

    assert own_modules(Project(tmp_path, "shop"), tracked) == tracked[:2]
