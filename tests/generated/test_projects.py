"""Generated projects pass all checks of their own, untouched."""

from __future__ import annotations

import json
import shutil
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cli.trees import tree
from typing_in import typed
from verdicts import ALL, WITHOUT_TESTS, failures

from conftest import SERVICE

if TYPE_CHECKING:
    from conftest import Shell

GITHUB = Path(__file__).with_name("github.txt")
VISIBILITY = '''"""Who may see what."""

from enum import Enum


class Visibility(Enum):
    """Who may see a repository."""

    PUBLIC = "public"
    PRIVATE = "private"
'''
LICENSE = '''"""What others may do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class License:
    """A license that a repository is under."""

    key: str
    name: str
'''
SESSION = """
add command CreateUser email:str name:str
add command PlaceOrder customer_id:UUID "lines:list[str]" total:Decimal note:str?
add query GetUserStats user_id:UUID --returns "login_count:int,last_seen:datetime?" --on UserCreated
add query ListUsers --on UserCreated
add event UserLoggedIn user_id:UUID
add projection OrderSummary --on OrderPlaced
list
"""


def ask(shop: Shell, *arguments: str) -> str:
    ended = shop.python(*SERVICE, *arguments)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.mark.thorough
def test_a_bare_project_is_clean(bare_shop: Shell, mypy_cache: Path) -> None:
    assert failures(bare_shop, mypy_cache) == {}


def test_a_project_with_its_first_messages_is_clean(shop: Shell, mypy_cache: Path) -> None:
    assert failures(shop, mypy_cache) == {}


def test_the_first_session_works_in_a_folder_with_a_space_in_its_name(
    shell: Shell, mypy_cache: Path
) -> None:
    place = shell.at(shell.folder / "my projects")
    place.folder.mkdir()
    place.done("new", "project", "shop")
    shop = place.at(place.folder / "shop")
    for line in SESSION.strip().splitlines():
        assert typed(shop.folder, line).code == 0

    assert failures(shop, mypy_cache) == {}

    ack = json.loads(ask(shop, "execute", "CreateUser", '{"email": "ann@x.org", "name": "Ann"}'))
    assert ack.keys() == {"id", "position"}
    asked = json.dumps({"user_id": ack["id"]})
    view = json.loads(ask(shop, "execute", "GetUserStats", asked, "--after", ack["position"]))
    assert view == {"login_count": 0, "last_seen": None}
    page = json.loads(ask(shop, "execute", "ListUsers", "{}"))
    assert page["items"] == [{"user_id": ack["id"], "email": "ann@x.org", "name": "Ann"}]
    status = ask(shop, "status")
    assert all(name in status for name in ("user_stats", "users", "order_summary"))


@pytest.mark.thorough
def test_ninety_messages_of_a_well_known_system_are_clean(shell: Shell, mypy_cache: Path) -> None:
    shell.done("new", "project", "hub", "--bare", "--because", "events")
    hub = shell.at(shell.folder / "hub")
    (hub.folder / "src/hub/events/visibility.py").write_text(VISIBILITY)
    (hub.folder / "src/hub/events/license.py").write_text(LICENSE)
    lines = [line for line in GITHUB.read_text().splitlines() if line and line[0] != "#"]

    for line in lines:
        said = typed(hub.folder, f"add {line}")
        assert (said.code, said.errors) == (0, ""), line

    assert failures(hub, mypy_cache) == {}
    before = tree(hub.folder)
    for line in lines:
        again = typed(hub.folder, f"add {line}")
        assert (again.code, again.output.count("create  ")) == (0, 0), f"{line}\n{again}"
    assert tree(hub.folder) == before
    listed = json.loads(typed(hub.folder, "list --json").output)
    asked_for = [entry for entry in listed if entry["kind"] in {"command", "query"}]
    assert len(asked_for) >= 90
    assert [entry["name"] for entry in asked_for if entry["handler"] is None] == []


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("python", "ci"), tuple(product(("3.12", "3.13", "3.14"), ("github", "none")))
)
def test_whatever_is_answered_the_project_is_clean(
    shell: Shell, mypy_cache: Path, python: str, ci: str
) -> None:
    options = ("--python", python, "--ci", ci, "--name", "Ann.2 shop_x", "--package", "shop")
    odd = ("--description", 'Sells "things", it\'s {{ odd }} é', "--because", "events")
    shell.done("new", "project", "my-shop", *options, *odd)
    shop = shell.at(shell.folder / "my-shop")

    assert (shop.folder / ".github").exists() == (ci == "github")
    assert failures(shop, mypy_cache, ALL if ci == "none" else WITHOUT_TESTS) == {}


def test_nothing_in_a_project_depends_on_the_folder(
    shell: Shell, tmp_path_factory: pytest.TempPathFactory
) -> None:
    trees = []
    for name in ("one", "an other"):
        place = shell.at(tmp_path_factory.mktemp("place") / name)
        place.folder.mkdir()
        place.done("new", "project", "x", "--name", "shop", "--because", "events", "--no-git")
        for line in SESSION.strip().splitlines():
            assert typed(place.folder / "x", line).code == 0
        trees.append(tree(place.folder / "x"))
        shutil.rmtree(place.folder)

    assert trees[0] == trees[1]
    assert str(shell.folder).encode() not in b"".join(trees[0].values())
