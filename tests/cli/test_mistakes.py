"""A mistake is told with a way out: what is wrong, and what to type."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cli.saying import same, told
from cli.trees import tree

if TYPE_CHECKING:
    from conftest import Shell

USAGE = {
    "new-shop": ("new", "shop"),
    "new-my-shop": ("new", "my shop", "--bare"),
    "new-projct": ("new", "projct", "shop"),
    "new-nameless": ("new", "project", ""),
    "add-CreateUser": ("add", "CreateUser"),
    "add-CreateUser-fields": ("add", "CreateUser", "email:str", "lines:list[str]"),
    "add-GetUser": ("add", "GetUser"),
    "add-Command": ("add", "Command", "CreateUser"),
    "add-UserLoggedIn": ("add", "UserLoggedIn"),
    "add-comand": ("add", "comand", "CreateUser"),
    "lst": ("lst",),
    "add-command": ("add", "command"),
    "unknown-option": ("add", "command", "CreateUser", "--frobnicate"),
    "force-and-skip": ("add", "command", "CreateUser", "--force", "--skip"),
    "from-and-on": ("add", "query", "GetUser", "--from", "users", "--on", "UserCreated"),
}
REFUSED = {
    "missing-event-near": ("add", "query", "ListUsers", "--on", "UserCreatd"),
    "missing-event-far": ("add", "query", "ListOrders", "--on", "OrderPlaced"),
    "no-event-tells": ("add", "query", "GetOrderStats"),
    "query-that-is-a-command": ("add", "query", "PlaceOrder"),
    "missing-read-model": ("add", "query", "GetUser", "--from", "user_stat"),
    "view-that-does-not-fit": (
        "add",
        "query",
        "GetX",
        "--from",
        "user_stats",
        "--returns",
        "a:int",
    ),
    "missing-type": ("add", "command", "PayOrder", "total:shop.events.money.Money"),
    "type-out-of-reach": ("add", "command", "PayOrder", "total:shop.write.money.Money"),
    "emitted-event-lacks": ("add", "command", "SignUp", "email:str", "--emits", "UserCreated"),
    "id-of-another-type": ("add", "command", "PayOrder", "order_id:date"),
    "nothing-to-start-from": ("add", "projection", "Wallet", "x:a.Coin", "--on", "UserCreated"),
    "only-ends": ("add", "projection", "Gone", "--on", "UserDeleted"),
    "name-by-case": ("add", "command", "Createuser"),
}
NAMES = {
    "class": "class",
    "None": "None",
    "1x": "1x",
    "etc": "../../etc",
    "Creer": "Créer",
    "CON": "CON",
    "Command": "Command",
    "Event": "Event",
    "list": "list",
    "List": "List",
    "self": "self",
    "emoji": "🎉",
    "long": "A" * 300,
    "blank": " ",
    "newline": "Create\nUser",
    "dash": "create-user",
}
FIELDS = {
    "class": "class:str",
    "self": "self:str",
    "None": "None:str",
    "1x": "1x:str",
    "etc": "../../etc:str",
    "Creer": "Créer:str",
    "camel": "userName:str",
    "l": "l:str",
    "emoji": "🎉:str",
    "long": f"{'a' * 300}:str",
    "hides": "date:date",
    "type": "email:strr",
    "list": "tags:list",
    "default": "size:int=big",
}


@pytest.mark.parametrize("name", USAGE)
def test_wrong_usage_is_told_with_what_was_meant(name: str, bare_shop: Shell) -> None:
    ended = bare_shop.cqrs_gen(*USAGE[name])

    assert ended.returncode == 2
    assert same(f"usage-{name}", told(ended))


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_refused_with_a_way_out(name: str, shop: Shell) -> None:
    shop.done("add", "event", "UserDeleted", "user_id:UUID")
    before = tree(shop.folder)

    ended = shop.cqrs_gen(*REFUSED[name])

    assert ended.returncode == 1
    assert tree(shop.folder) == before
    assert same(f"refused-{name}", told(ended))


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_cannot_be_one_is_refused(name: str, bare_shop: Shell) -> None:
    before = tree(bare_shop.folder)

    # After `--`, or a name that begins with a dash would be an option.
    ended = bare_shop.cqrs_gen("add", "command", "--", NAMES[name])

    assert ended.returncode == 1
    assert tree(bare_shop.folder) == before
    assert same(f"name-{name}", told(ended))


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_that_cannot_be_one_is_refused(name: str, bare_shop: Shell) -> None:
    before = tree(bare_shop.folder)

    ended = bare_shop.cqrs_gen("add", "command", "CreateUser", FIELDS[name])

    assert ended.returncode == 1
    assert tree(bare_shop.folder) == before
    assert same(f"field-{name}", told(ended))


@pytest.mark.parametrize("command", [("add", "command", "CreateUser"), ("list",)], ids="-".join)
def test_outside_a_project_it_is_said_what_to_type(command: tuple[str, ...], shell: Shell) -> None:
    ended = shell.cqrs_gen(*command)

    assert ended.returncode == 1
    assert same("outside", told(ended, shell.folder).replace(shell.folder.name, "here"))
