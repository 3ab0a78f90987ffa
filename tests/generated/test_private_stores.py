"""Stores are private to their user, whatever the umask, and whoever made them first."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from lab import Bank, Open, in_a_loop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILES = {
    f"{store}.db{ending}": 0o600 for store in ("read", "write") for ending in ("", "-shm", "-wal")
}

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}


async def modes_while_it_runs(folder: Path) -> dict[str, int]:
    service = Bank().service(folder)
    async with service:
        await service.bus.execute(Open(owner=str(uuid4())))
        await service.catch_up()
        return modes(folder)


@pytest.mark.parametrize("mask", [0o000, 0o002, 0o022, 0o077, 0o177])
@in_a_loop
async def test_what_it_makes_is_its_users_alone(tmp_path: Path, mask: int) -> None:
    var = tmp_path / "deep" / "var"
    with umask(mask):
        running = await modes_while_it_runs(var)

    assert running == FILES
    assert var.stat().st_mode & 0o777 == 0o700
    assert var.parent.stat().st_mode & 0o777 == 0o700


@in_a_loop
async def test_stores_that_others_could_read_are_closed_to_them(tmp_path: Path) -> None:
    await modes_while_it_runs(tmp_path)
    for name in modes(tmp_path):
        (tmp_path / name).chmod(0o664)

    assert await modes_while_it_runs(tmp_path) == FILES


@in_a_loop
async def test_what_a_process_left_behind_that_was_killed_is_closed_too(tmp_path: Path) -> None:
    await modes_while_it_runs(tmp_path)
    for name in FILES:
        (tmp_path / name).touch()
        (tmp_path / name).chmod(0o666)

    assert await modes_while_it_runs(tmp_path) == FILES


@in_a_loop
async def test_a_folder_that_was_there_stays_as_it_is(tmp_path: Path) -> None:
    var = tmp_path / "var"
    var.mkdir()
    var.chmod(0o755)
    (var / "notes.txt").touch()
    (var / "notes.txt").chmod(0o644)

    assert (await modes_while_it_runs(var))["notes.txt"] == 0o644
    assert var.stat().st_mode & 0o777 == 0o755
