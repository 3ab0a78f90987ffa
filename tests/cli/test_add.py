"""`add`: a line a file, and what was inferred; twice is once; a clash is never written over."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

import pytest
from cli.saying import same, told
from cli.trees import tree

from conftest import Shell

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SESSION = {
    "place-order": (
        "command",
        "PlaceOrder",
        "customer_id:UUID",
        "lines:list[str]",
        "total:Decimal",
        "note:str?",
    ),
    "list-users": ("query", "ListUsers", "--on", "UserCreated"),
    "user-logged-in": ("event", "UserLoggedIn", "user_id:UUID"),
    "order-summary": ("projection", "OrderSummary", "--on", "OrderPlaced"),
    "get-user": ("query", "GetUser"),
    "order-card": (
        "query",
        "GetOrderCard",
        "--from",
        "order_summary",
        "--returns",
        "total:Decimal",
    ),
    "search-users": ("query", "SearchUsers", "text:str"),
    "get-user-as-command": ("command", "GetUser"),
    "create-user-as-event": ("event", "CreateUser", "name:str"),
}
USER = ("add", "command", "CreateUser", "email:str", "name:str")
FIELDS = "login_count:int,last_seen:datetime?"
STATS = ("add", "query", "GetUserStats", "user_id:UUID", "--returns", FIELDS, "--on", "UserCreated")


def test_what_add_says(shop: Shell) -> None:
    for name, arguments in SESSION.items():
        ended = shop.cqrs_gen("add", *arguments)

        assert ended.returncode == 0
        assert same(f"add-{name}", told(ended))


def test_the_first_messages_come_by_the_same_path(shop: Shell) -> None:
    before = tree(shop.folder)

    for arguments in (USER, STATS):
        lines = shop.done(*arguments).splitlines()
        assert {line.split()[0] for line in lines} == {"identical", "note:"}

    assert tree(shop.folder) == before


def test_the_same_add_twice_changes_nothing(shop: Shell) -> None:
    for arguments in SESSION.values():
        shop.done("add", *arguments)
    before = tree(shop.folder)

    for arguments in SESSION.values():
        again = shop.done("add", *arguments)
        assert {line.split()[0] for line in again.splitlines()} <= {"identical", "note:"}

    assert tree(shop.folder) == before


def test_it_adds_files_and_touches_none_that_is_there(shop: Shell) -> None:
    before = tree(shop.folder)

    shop.done("add", "command", "PlaceOrder", "total:Decimal")

    after = tree(shop.folder)
    assert {path: after[path] for path in before} == before
    assert sorted(after.keys() - before.keys()) == [
        "src/shop/events/order_placed.py",
        "src/shop/write/commands/place_order.py",
        "src/shop/write/handlers/place_order.py",
        "tests/events/test_order_placed.py",
        "tests/write/test_place_order.py",
    ]


@pytest.mark.parametrize("folder", ["src", "src/shop/write/handlers", "tests", ".cqrs-gen"])
def test_it_works_from_any_folder_inside_the_project(bare_shop: Shell, folder: str) -> None:
    inside = bare_shop.at(bare_shop.folder / folder)

    inside.done("add", "event", "UserCreated", "user_id:UUID")

    assert (bare_shop.folder / "src/shop/events/user_created.py").is_file()


def test_it_works_in_a_folder_with_a_space_in_its_name(
    tmp_path: Path, env: dict[str, str], pristine: Callable[[bool], Path]
) -> None:
    shutil.copytree(pristine(True), tmp_path / "my shop, it's é")  # noqa: FBT003
    shop = Shell(tmp_path / "my shop, it's é", env)

    shop.done(*USER)
    shop.done(*STATS)

    assert "GetUserStats" in shop.done("list")


def test_it_needs_no_git_and_no_home_where_records_have_another_place(
    bare_shop: Shell, tmp_path: Path
) -> None:
    poor = Shell(bare_shop.folder, {"PATH": str(tmp_path), "HOME": os.devnull})

    refused = poor.cqrs_gen(*USER)
    Shell(poor.folder, poor.env | {"CQRS_GEN_STATE": str(tmp_path / "state")}).done(*USER)

    assert "records of unfinished work cannot be kept" in refused.stderr
    assert "CQRS_GEN_STATE=" in refused.stderr


def test_a_dry_run_says_the_same_and_does_nothing(bare_shop: Shell) -> None:
    before = tree(bare_shop.folder)

    promised = bare_shop.done(*USER, "--dry-run")

    assert tree(bare_shop.folder) == before
    assert bare_shop.done(*USER) == promised


def test_a_diff_is_what_git_applies(bare_shop: Shell) -> None:
    before = tree(bare_shop.folder)
    patch = bare_shop.done(*USER, "--diff")
    assert tree(bare_shop.folder) == before

    applied = bare_shop.run("git", "apply", stdin=patch)

    assert applied.returncode == 0, applied.stderr
    assert tree(bare_shop.folder) != before
    assert bare_shop.done(*USER).count("identical") == 3
    assert same("add-diff", patch)


def test_a_plan_is_json_for_other_programs(bare_shop: Shell) -> None:
    promised = json.loads(bare_shop.done(*USER, "--json", "--dry-run"))
    assert tree(bare_shop.folder).keys().isdisjoint(each["path"] for each in promised["changes"])

    done = json.loads(bare_shop.done(*USER, "--json"))

    assert done == promised
    assert done.keys() == {"changes", "notes", "warnings"}
    after = tree(bare_shop.folder)
    for change in done["changes"]:
        assert change["action"] == "create"
        assert after[change["path"]].decode() == change["content"]


def test_json_stays_json_where_there_is_a_warning(bare_shop: Shell) -> None:
    ended = bare_shop.cqrs_gen("add", "command", "GetUser", "--json")

    assert json.loads(ended.stdout)["warnings"] == [
        "`GetUser` reads as a query: did you mean `add query GetUser`?"
    ]
    assert ended.stderr.startswith("warning: ")


@pytest.fixture
def edited(shop: Shell) -> Shell:
    """Give the test a project in which someone has changed a handler."""
    handler = shop.folder / "src/shop/write/handlers/create_user.py"
    handler.write_text(handler.read_text() + "# mine\n")
    (shop.folder / "src/shop/write/commands/create_user.py").unlink()
    return shop


def test_a_file_that_differs_stops_everything(edited: Shell) -> None:
    before = tree(edited.folder)

    ended = edited.cqrs_gen(*USER)

    assert ended.returncode == 1
    assert tree(edited.folder) == before
    assert same("add-conflict", told(ended))


@pytest.mark.parametrize("shown", ["--dry-run", "--diff", "--json"])
def test_a_conflict_is_one_however_it_is_shown(edited: Shell, shown: str) -> None:
    before = tree(edited.folder)

    ended = edited.cqrs_gen(*USER, shown)

    assert ended.returncode == 1
    assert tree(edited.folder) == before
    assert same(f"add-conflict{shown}", told(ended))


def test_skip_keeps_what_differs_and_makes_the_rest(edited: Shell) -> None:
    ended = edited.cqrs_gen(*USER, "--skip")

    assert ended.returncode == 0
    assert same("add-skip", told(ended))
    after = tree(edited.folder)
    assert after["src/shop/write/handlers/create_user.py"].endswith(b"# mine\n")
    assert "src/shop/write/commands/create_user.py" in after


def test_force_overwrites_what_differs(edited: Shell) -> None:
    ended = edited.cqrs_gen(*USER, "--force")

    assert ended.returncode == 0
    assert same("add-force", told(ended))
    assert not tree(edited.folder)["src/shop/write/handlers/create_user.py"].endswith(b"# mine\n")


def test_what_cannot_be_written_over_is_said_so(bare_shop: Shell) -> None:
    (bare_shop.folder / "src/shop/write/handlers/create_user.py").mkdir()

    ended = bare_shop.cqrs_gen(*USER, "--force")

    assert ended.returncode == 1
    assert same("add-blocked", told(ended))


def test_an_event_that_someone_moved_is_reused_and_fed_from(shop: Shell) -> None:
    events = shop.folder / "src/shop/events"
    (events / "users").mkdir()
    (events / "users/__init__.py").write_text('"""Users."""\n')
    (events / "user_created.py").rename(events / "users/created.py")

    said = shop.done("add", "query", "ListUsers")
    shop.done("add", "command", "InviteUser", "email:str", "name:str", "--emits", "UserCreated")

    assert "from `UserCreated`" in said
    for made in ("read/projections/users.py", "write/handlers/invite_user.py"):
        text = (shop.folder / "src/shop" / made).read_text()
        assert "from shop.events.users.created import UserCreated" in text


def test_a_file_that_is_not_python_is_told_of(shop: Shell) -> None:
    (shop.folder / "src/shop/events/user_created.py").write_text("class UserCreated(\n")

    ended = shop.cqrs_gen("add", "query", "ListUsers", "--on", "UserCreated")

    assert ended.returncode == 1
    assert same("add-broken-event", told(ended))
