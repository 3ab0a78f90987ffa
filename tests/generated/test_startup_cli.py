"""What keeps a service from starting is printed as lines, by whichever command."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from test_runtime_cli import ANN, run

if TYPE_CHECKING:
    from conftest import Shell

COMMANDS = [("status",), ("execute", "CreateUser", ANN), ("serve", "--port", "0")]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_modules_that_fail_are_lines_beside_the_other_faults(
    shop: Shell, command: tuple[str, ...]
) -> None:
    source = shop.folder / "src/shop"
    (source / "read/projections/broken.py").write_text(
        dedent("""\
            x = 1
            import no_such_module
            """)
    )
    (source / "events/broken.py").write_text("class Broken(\n")
    (source / "write/handlers/create_user.py").unlink()

    code, out, err = run(shop, *command)

    assert (code, out) == (1, "")
    assert err == (
        "error: The service cannot start:\n"
        "  - `src/shop/events/broken.py:1`: SyntaxError: '(' was never closed\n"
        "  - `src/shop/read/projections/broken.py:2`: "
        "ModuleNotFoundError: No module named 'no_such_module'\n"
        "  - `CreateUserCommand` has no handler\n"
    )


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_what_the_stores_hold_and_the_code_does_not_fit_is_lines(
    shop: Shell, command: tuple[str, ...]
) -> None:
    assert run(shop, "execute", "CreateUser", ANN)[0] == 0
    for path in (shop.folder / "src").rglob("*.py"):
        path.write_text(path.read_text().replace("UserCreated", "UserRegistered"))
    projection = shop.folder / "src/shop/read/projections/user_stats.py"
    projection.write_text(
        projection.read_text().replace('"login_count": int', '"login_count": int | None')
    )

    code, out, err = run(shop, *command)

    assert (code, out) == (1, "")
    first, *faults = err.splitlines()
    assert first == "error: The service cannot start on these stores:"
    assert [fault.split("`")[1] for fault in faults] == ["UserCreated", "user_stats"]


def test_a_projection_in_a_folder_without_init_is_run(shop: Shell) -> None:
    projections = shop.folder / "src/shop/read/projections"
    (projections / "users").mkdir()
    moved = (projections / "user_stats.py").rename(projections / "users/user_stats.py")
    for path in (shop.folder / "src").rglob("*.py"):
        text = path.read_text()
        path.write_text(text.replace("projections.user_stats", "projections.users.user_stats"))

    assert moved.exists()
    assert run(shop, "status") == (0, "journal  0-0\nuser_stats_v1  0-0  up to date\n", "")
