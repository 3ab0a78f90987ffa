"""No stream has to be there: a closed one is none to ask at, and none to colour."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Shell

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a shell that closes streams")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_an_update_is_refused_for_its_own_reasons(shop: Shell, closed: str) -> None:
    ended = shop.run("sh", "-c", f'exec "$0" -m cqrs_gen update {closed}', sys.executable)

    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert closed == "2>&-" or ended.stderr.startswith("error: ")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_a_check_finds_what_it_finds(shop: Shell, closed: str) -> None:
    handler = shop.folder / "src/shop/write/handlers/create_user.py"
    handler.write_text(handler.read_text().replace("-> UUID:", "-> dict[str, str]:"))

    ended = shop.run("sh", "-c", f'exec "$0" -m cqrs_gen check {closed}', sys.executable)

    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert closed == ">&-" or "CQ201" in ended.stdout
