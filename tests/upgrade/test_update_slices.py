"""`cqrs-gen update --slices`: slices follow their templates, or are left and named."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from upgrade.releasing import copy_checkout, git, released
from upgrade.yards import Yard, commit, machine
from verdicts import failures

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Shell

pytestmark = pytest.mark.thorough

HANDLERS = ".cqrs-gen/command/src/__package__/write/handlers/__module__.py.j2"
CREATE = "src/shop/write/handlers/create_user.py"
PLACE = "src/shop/write/handlers/place_order.py"
OLD, NEW = '"""Decides on the command', '"""Decides, once and for all, on the command'


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory, env: dict[str, str]) -> Yard:
    """Give a machine whose newest release has another template of handlers."""
    folder = tmp_path_factory.mktemp("slices")
    checkout = copy_checkout(folder / "checkout")
    released(checkout, "9.0.0")
    template = checkout / "template" / HANDLERS
    template.write_text(template.read_text().replace(OLD, NEW))
    released(checkout, "9.1.0")
    return machine(folder, env, checkout)


@pytest.fixture
def shop(yard: Yard, tmp_path: Path) -> Shell:
    """Give the test a project at the version before."""
    return yard.shop("9.0.0", tmp_path / "shop")


def edit(shop: Shell, path: str, before: str, after: str) -> None:
    file = shop.folder / path
    assert before in file.read_text()
    file.write_text(file.read_text().replace(before, after))


def text(shop: Shell, path: str) -> str:
    return (shop.folder / path).read_text()


def test_slices_that_nobody_edited_follow_and_the_project_passes_its_tests(
    shop: Shell, tmp_path: Path
) -> None:
    edit(shop, CREATE, "        user_id = uuid4()", "        user_id = uuid4()  # ours")
    commit(shop)

    said = shop.done("update", "--slices")

    assert f"update  {PLACE}" in said
    assert NEW in text(shop, PLACE)
    assert NEW in text(shop, CREATE)
    assert "user_id = uuid4()  # ours" in text(shop, CREATE)
    assert not failures(shop, tmp_path / "mypy", ("ruff check", "ruff format", "pytest"))


def test_without_being_asked_no_slice_changes(shop: Shell) -> None:
    before = text(shop, CREATE)

    shop.done("update")

    assert text(shop, CREATE) == before
    assert NEW in text(shop, HANDLERS)


def test_a_dry_run_shows_it_and_changes_nothing(shop: Shell) -> None:
    said = shop.done("update", "--slices", "--dry-run")

    assert f"update  {CREATE}" in said
    assert f"+{NEW}" in said
    assert git(shop.folder, "status", "--porcelain") == ""
    told = json.loads(shop.done("update", "--slices", "--dry-run", "--json"))
    assert CREATE in [change["path"] for change in told["changes"]]


def test_where_both_changed_the_same_lines_git_knows_all_sides_and_abort_undoes_it(
    shop: Shell,
) -> None:
    edit(shop, CREATE, OLD, '"""Decides, as we do, on the command')
    commit(shop)
    before = text(shop, CREATE)

    ended = shop.cqrs_gen("update", "--slices")

    assert ended.returncode == 1
    assert f"`{CREATE}`: its new template and you changed the same lines" in ended.stderr
    assert "<<<<<<<" in text(shop, CREATE)
    git(shop.folder, "checkout", "--theirs", CREATE)
    assert NEW in text(shop, CREATE)
    shop.done("update", "--abort")
    assert text(shop, CREATE) == before
    assert git(shop.folder, "status", "--porcelain") == ""


def test_slices_of_templates_with_conflicts_are_left_and_that_is_said(shop: Shell) -> None:
    edit(shop, HANDLERS, OLD, '"""Decides, as we do, on the command')
    commit(shop)
    before = text(shop, CREATE)

    ended = shop.cqrs_gen("update", "--slices")

    assert ended.returncode == 1
    assert "slices of `command` are left as they are: its templates have conflicts" in ended.stdout
    assert text(shop, CREATE) == before
