"""What an update or a release takes away from code that imports it is said before."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

import pytest
from upgrade.releasing import BUNDLE, copy_checkout, git, release, released, say_what_is_new
from upgrade.yards import Yard, commit, machine

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Shell

pytestmark = pytest.mark.thorough

CQRS = "template/src/{{package_name}}/cqrs"
MODULES = {
    "going.py": '"""To go."""\n\nGONE = 1\n',
    "moving.py": '"""To be renamed."""\n\n\ndef move() -> int:\n    """Move."""\n    return 1\n',
    "staying.py": '"""To stay."""\n\nSTAYS = 1\nGOES = 2\n_PRIVATE = 3\n',
}
# Each line that will break has the number of what will be said of it behind it.
USES = """\
import shop.cqrs.going  # 0
import shop.cqrs.going as away  # 0
from shop.cqrs import going as gone  # 0
from shop.cqrs import staying
from shop.cqrs.moving import move  # 1
from shop.cqrs.staying import GOES, STAYS  # 2

from .cqrs.going import GONE  # 0
from . import cqrs


def use() -> object:
    from shop.cqrs.staying import (  # 2
        GOES as went,
    )

    return away, gone, move, GOES, STAYS, GONE, went, staying.STAYS, staying.GOES  # 2


PATCHED = "shop.cqrs.staying.GOES"  # 2
PROSE = "It is shop.cqrs.going."
OWN = cqrs.going.GONE  # 0
"""
SAID = (
    "`shop.cqrs.going` is gone",
    "`shop.cqrs.moving` is gone",
    "`shop.cqrs.staying` no longer has `GOES`",
)
TEMPLATE = """\
from {{ package }}.cqrs.going import GONE
from {{ package }}.cqrs.staying import (
    GOES,
)
"""


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory, env: dict[str, str]) -> Yard:
    """Give a machine with two releases, of which the later drops and renames."""
    folder = tmp_path_factory.mktemp("breaks")
    checkout = copy_checkout(folder / "checkout")
    for name, text in MODULES.items():
        (checkout / CQRS / name).write_text(text)
    released(checkout, "9.1.0")
    (checkout / CQRS / "going.py").unlink()
    (checkout / CQRS / "moving.py").rename(checkout / CQRS / "moved.py")
    staying = checkout / CQRS / "staying.py"
    staying.write_text(staying.read_text().replace("GOES = 2\n", ""))
    released(checkout, "9.2.0")
    return machine(folder, env, checkout)


@pytest.fixture
def shop(yard: Yard, tmp_path: Path) -> Shell:
    """Give the test a project at the earlier one, whose code imports all of it."""
    shop = yard.shop("9.1.0", tmp_path / "shop")
    (shop.folder / "src/shop/uses.py").write_text(USES)
    (shop.folder / "tools").mkdir()
    (shop.folder / "tools/report.py").write_text("from shop.cqrs.moving import move\n")
    (shop.folder / ".cqrs-gen/rule/src/__package__").mkdir(parents=True)
    (shop.folder / ".cqrs-gen/rule/src/__package__/__module__.py.j2").write_text(TEMPLATE)
    commit(shop)
    return shop


def expected() -> list[str]:
    """Return what is to be said of each line, in the order of paths and lines."""
    lines = [
        f"`src/shop/uses.py:{number}`: {SAID[int(match[1])]}"
        for number, line in enumerate(USES.splitlines(), start=1)
        if (match := re.search(r"# (\d)$", line))
    ]
    return sorted(
        [
            *lines,
            f"`tools/report.py:1`: {SAID[1]}",
            f"`.cqrs-gen/rule/src/__package__/__module__.py.j2:1`: {SAID[0]}",
        ]
    )


def said_in(text: str) -> list[str]:
    return sorted(
        line.strip() for line in text.splitlines() if " is gone" in line or "no l" in line
    )


def test_a_dry_run_names_each_line_that_will_break(shop: Shell) -> None:
    shown = shop.cqrs_gen("update", "--dry-run")

    assert shown.returncode == 1
    assert said_in(shown.stderr) == expected()
    assert "would be left to you" in shown.stderr
    assert git(shop.folder, "status", "--porcelain") == ""
    told = json.loads(shop.cqrs_gen("update", "--dry-run", "--json").stdout)
    assert {"path": "tools/report.py", "line": 1, "what": SAID[1]} in told["breaks"]


def test_an_update_names_them_and_can_be_taken_back(shop: Shell) -> None:
    done = shop.cqrs_gen("update")

    assert done.returncode == 1
    assert said_in(done.stderr) == expected()
    assert "lines of your code left to you" in done.stderr
    assert "`cqrs-gen update --abort`" in done.stderr
    assert git(shop.folder, "diff", "--name-only", "--diff-filter=U") == ""
    shop.done("update", "--abort")
    assert git(shop.folder, "status", "--porcelain") == ""


def test_code_that_imports_none_of_it_is_told_nothing(yard: Yard, tmp_path: Path) -> None:
    shop = yard.shop("9.1.0", tmp_path / "shop")

    assert "brought from 9.1.0 to 9.2.0" in shop.done("update")


def test_what_a_team_keeps_because_it_edited_it_is_not_gone(shop: Shell) -> None:
    going = shop.folder / "src/shop/cqrs/going.py"
    going.write_text(f"{going.read_text()}OURS = 2\n")
    commit(shop)

    done = shop.cqrs_gen("update")

    assert SAID[0] not in done.stderr
    assert SAID[1] in done.stderr


def test_a_part_that_is_turned_off_is_named_where_it_is_imported(
    yard: Yard, tmp_path: Path
) -> None:
    shop = yard.shop("9.2.0", tmp_path / "shop")

    shown = shop.cqrs_gen("update", "--data", "http=false", "--dry-run")

    assert "`src/shop/app.py:" in shown.stderr
    assert "`shop.cqrs.serving` is gone" in shown.stderr


@pytest.fixture
def dropping(checkout: Path) -> Path:
    """Give the test a checkout that drops a module and renames a name."""
    (checkout / CQRS / "status.py").unlink()
    errors = checkout / CQRS / "errors.py"
    assert "class Refused(" in errors.read_text()
    errors.write_text(errors.read_text().replace("class Refused(", "class Declined("))
    return checkout


def test_a_release_that_drops_what_users_import_is_refused(dropping: Path) -> None:
    say_what_is_new(dropping)
    before = [(dropping / name).read_bytes() for name in (BUNDLE, "copier.yml", "pyproject.toml")]

    refused = release(dropping, "9.0.0")

    assert refused.returncode == 1
    assert "9.0.0 breaks code that imports what it drops or renames" in refused.stderr
    assert "`cqrs.status`" in refused.stderr
    assert "`cqrs.errors.Refused`" in refused.stderr
    after = [(dropping / name).read_bytes() for name in (BUNDLE, "copier.yml", "pyproject.toml")]
    assert after == before


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("`cqrs.status` is gone; `Refused` is `Declined` now.", None),
        ("`cqrs/status.py` is gone; `cqrs.errors.Refused` is `Declined`.", None),
        ("`Refused` is `Declined` now.", "`cqrs.status`"),
        ("The status is gone, and nothing is Refused.", "`cqrs.errors.Refused`"),
    ],
)
def test_a_release_that_says_what_it_drops_is_made(
    dropping: Path, said: str, left: str | None
) -> None:
    say_what_is_new(dropping, said)

    done = release(dropping, "9.0.0")

    assert done.returncode == (0 if left is None else 1), done.stderr
    assert left is None or left in done.stderr


def test_a_codemod_of_the_version_says_it_too(dropping: Path) -> None:
    say_what_is_new(dropping, "`cqrs.status` is gone.")
    codemods = dropping / "generator/cqrs_gen/codemods"
    shutil.copy(codemods / "recorded_from_reading.py", codemods / "declined.py")
    with (codemods / "declined.py").open("a") as file:
        file.write('RENAMED = {"cqrs.errors.Refused": "Declined"}\n')
    listed = codemods / "__init__.py"
    listed.write_text(
        listed.read_text().replace("BY_VERSION = {", 'BY_VERSION = {\n    "9.0.0": ("declined",),')
    )

    done = release(dropping, "9.0.0")

    assert done.returncode == 0, done.stderr


def test_a_release_writes_into_the_template_which_cqrs_gen_it_is_made_for(checkout: Path) -> None:
    bundle = released(checkout, "9.0.0")

    clone = checkout.parent / "clone"
    git(checkout, "clone", "--quiet", "--branch", "v9.0.0", str(bundle), str(clone))
    for each in (clone, checkout):
        stated = (each / "copier.yml").read_text().partition("\ncqrs_gen_version:\n")[2]
        assert stated.startswith('  type: str\n  default: "9.0.0"\n  when: false\n')
