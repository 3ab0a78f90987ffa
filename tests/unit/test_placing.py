"""A project comes to a place whole, and over nothing that is there."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from cqrs_gen.changes import Clash, Create, Keep
from cqrs_gen.commands.placing import lay_out, nearest, require_untaken
from cqrs_gen.errors import Conflict, Failed
from cqrs_gen.plan import Plan

SHOP = Path("/shop")


@pytest.mark.parametrize(
    ("count", "named"), [(1, "`0`"), (10, "`8`, `9`"), (11, "`8`, `9` and 1 more")]
)
def test_files_that_are_taken_are_named_up_to_ten(count: int, named: str) -> None:
    changes = tuple(Clash(PurePosixPath(str(number)), "old", "new") for number in range(count))

    with pytest.raises(Conflict) as refusal:
        require_untaken(Plan(SHOP, (Create(PurePosixPath("new"), ""), *changes)))

    assert refusal.value.what.endswith(named)


def test_only_what_is_allowed_may_be_there() -> None:
    plan = Plan(SHOP, (Create(PurePosixPath("new"), ""), Keep(PurePosixPath("same"), "")))

    require_untaken(plan, Keep)
    with pytest.raises(Conflict, match=r"files of the same names: `same`$"):
        require_untaken(plan)


def test_a_file_is_laid_out_once(tmp_path: Path) -> None:
    path = PurePosixPath("a/b/c.txt")

    lay_out(Plan(tmp_path, (Create(path, "\udcff"),)))

    assert (tmp_path / path).read_bytes() == b"\xff"
    with pytest.raises(Conflict, match="would be made twice"):
        lay_out(Plan(tmp_path, (Keep(path, "\udcff"),)))


def test_the_nearest_folder_is_one_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert nearest(tmp_path) == tmp_path
    assert nearest(tmp_path / "file" / "new") == tmp_path


def test_nothing_is_laid_out_elsewhere(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="leads out of the project"):
        lay_out(Plan(tmp_path / "shop", (Create(PurePosixPath("../out.txt"), ""),)))

    assert not (tmp_path / "out.txt").exists()
