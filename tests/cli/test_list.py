"""`list`: every message, its handler, where it is, and what feeds what; read, never imported."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cli.saying import same, told
from cli.trees import tree

if TYPE_CHECKING:
    from conftest import Shell


def fill(shop: Shell) -> None:
    shop.done("add", "command", "PlaceOrder", "lines:list[str]", "total:Decimal", "note:str?")
    shop.done("add", "query", "ListUsers")
    shop.done("add", "projection", "OrderSummary", "--on", "OrderPlaced")


def test_a_table_shows_all(shop: Shell) -> None:
    fill(shop)

    assert same("list", told(shop.cqrs_gen("list")))


def test_json_shows_the_same(shop: Shell) -> None:
    fill(shop)

    ended = shop.cqrs_gen("list", "--json")

    assert same("list-json", told(ended))
    names = [entry["name"] for entry in json.loads(ended.stdout)]
    assert names == [line.split()[1] for line in shop.done("list").splitlines()[1:]]


def test_an_empty_project_says_how_to_begin(bare_shop: Shell) -> None:
    assert same("list-empty", told(bare_shop.cqrs_gen("list")))
    assert json.loads(bare_shop.done("list", "--json")) == []


def test_nothing_is_imported_and_nothing_written(shop: Shell) -> None:
    event = shop.folder / "src/shop/events/user_created.py"
    event.write_text("raise SystemExit\n" + event.read_text())
    before = tree(shop.folder)

    assert "UserCreated" in shop.done("list")
    assert tree(shop.folder) == before


def test_a_command_without_a_handler_is_told(shop: Shell) -> None:
    (shop.folder / "src/shop/write/handlers/create_user.py").unlink()

    [line] = [line for line in shop.done("list").splitlines() if " CreateUser " in line]
    assert "  none  " in line


def test_a_file_that_is_not_python_is_told_of_and_the_rest_is_listed(shop: Shell) -> None:
    (shop.folder / "src/shop/events/broken.py").write_text("class (\n")

    assert same("list-broken", told(shop.cqrs_gen("list")))


def test_messages_that_were_moved_are_listed_where_they_are(shop: Shell) -> None:
    queries = shop.folder / "src/shop/read/queries"
    (queries / "users").mkdir()
    (queries / "get_user_stats.py").rename(queries / "users/stats.py")

    assert "src/shop/read/queries/users/stats.py:" in shop.done("list")
