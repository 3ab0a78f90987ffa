"""Settings of a generated project: from the environment, and wherever the files are."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from lab import Bank, Open, in_a_loop, serving
from shop.cqrs import StoreUnavailable, WiringError
from shop.cqrs.engines import Engines
from shop.cqrs.settings import Settings
from shop.cqrs.sqlite import reader, writer

if TYPE_CHECKING:
    from pathlib import Path

ODD = ["a b", "100%", "what?", "C#", "a%20b", "象", "it's", "a;b&c=d", "a+b", "file:x"]


def test_what_the_environment_does_not_say_keeps_its_default() -> None:
    assert Settings.from_environment("SHOP", {}) == Settings(
        write_url="sqlite:///var/write.db", read_url="sqlite:///var/read.db", patience=5.0
    )


def test_what_a_service_runs_with_does_not_change() -> None:
    settings = Settings()

    for name in (field.name for field in fields(settings)):
        with pytest.raises(FrozenInstanceError):
            setattr(settings, name, getattr(settings, name))


def test_the_environment_is_read_by_its_prefix() -> None:
    environ = {"SHOP_WRITE_URL": "sqlite:///w.db", "SHOP_PATIENCE": "0.5", "BANK_READ_URL": "x"}

    assert Settings.from_environment("SHOP", environ) == Settings(
        write_url="sqlite:///w.db", patience=0.5
    )


def test_an_environment_that_is_wrong_is_told() -> None:
    with pytest.raises(WiringError, match="`SHOP_PATIENCE`: Input should be a valid number"):
        Settings.from_environment("SHOP", {"SHOP_PATIENCE": "soon"})


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///x.db?mode=ro",
        "postgresql://localhost/x",
    ],
)
def test_what_is_no_sqlite_file_is_refused(url: str) -> None:
    for way_in in (writer, reader):
        with pytest.raises(StoreUnavailable, match="is not a SQLite file; one looks like"):
            way_in(url)


@in_a_loop
async def test_relative_paths_start_from_the_folder_it_is_run_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ODD:
        folder = tmp_path / name
        folder.mkdir()
        monkeypatch.chdir(folder)
        engines = Engines.open(Settings())
        with engines.write.begin() as write, engines.read.begin() as read:
            assert write.exec_driver_sql("SELECT 1").scalar() == 1
            assert read.exec_driver_sql("SELECT 1").scalar() == 1
        with engines.look_at_read.connect() as connection:
            assert connection.exec_driver_sql("SELECT 1").scalar() == 1
        monkeypatch.chdir(tmp_path)
        engines.dispose()

        assert sorted(path.name for path in (folder / "var").iterdir()) == ["read.db", "write.db"]


@in_a_loop
@pytest.mark.parametrize("name", ODD)
async def test_absolute_paths_may_have_any_name(tmp_path: Path, name: str) -> None:
    service = Bank().service(tmp_path)
    folder = tmp_path / name / "deeper"
    service.settings = Settings(
        write_url=f"sqlite:///{quote(str(folder))}/write.db",
        read_url=f"sqlite:///{quote(str(folder))}/read.db",
    )
    async with service:
        await service.bus.execute(Open(owner="Ann"))

    assert sorted(path.name for path in folder.iterdir()) == ["read.db", "write.db"]


@in_a_loop
async def test_a_service_that_has_stopped_can_be_started_again(tmp_path: Path) -> None:
    service = Bank().service(tmp_path)
    for _ in range(2):
        async with service:
            await service.bus.execute(Open(owner=f"{id(service.bus)}"))
    async with serving(tmp_path) as again:
        assert (await again.status()).head.row == 2
