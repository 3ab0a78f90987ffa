"""Empty stores for tests: made once for all tests of a service, then copied for each."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from copy import copy
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from sqlalchemy import make_url

from .discovery import Found
from .private import make_private
from .service import Service

Contents: TypeAlias = Mapping[str, bytes]

STORES = ("write", "read")

_made: dict[Found, Contents] = {}


def provide_stores(service: Service, runner: asyncio.Runner) -> None:
    """Copy empty stores to where a service will look for its own, unless something is there.

    Nothing is taken for granted: the service looks through them when it starts, as it always does.
    """
    urls = {"write": service.settings.write_url, "read": service.settings.read_url}
    files = {name: _file(url) for name, url in urls.items()}
    if all(map(_is_free, files.values())):
        for name, content in _empty_stores(service, runner).items():
            make_private(files[name])
            files[name].write_bytes(content)


def _empty_stores(service: Service, runner: asyncio.Runner) -> Contents:
    if service.found not in _made:
        _made.clear()  # another service's tests have ended
        _made[service.found] = _start_once(service, runner)
    return _made[service.found]


def _start_once(service: Service, runner: asyncio.Runner) -> Contents:
    with TemporaryDirectory() as folder:
        files = {name: Path(folder) / f"{name}.db" for name in STORES}
        urls = {name: f"sqlite:///{path}" for name, path in files.items()}
        elsewhere = copy(service)
        elsewhere.settings = replace(
            service.settings, write_url=urls["write"], read_url=urls["read"]
        )
        runner.run(_start_and_stop(elsewhere))
        return {name: _on_small_pages(path) for name, path in files.items()}


async def _start_and_stop(service: Service) -> None:
    async with service:
        pass


def _on_small_pages(file: Path) -> bytes:
    """Return a store as SQLite packs it most densely: an empty table takes a page or two."""
    packed = file.with_suffix(".packed")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA page_size = 512")
        connection.execute("VACUUM INTO ?", (str(packed),))
    with closing(sqlite3.connect(packed)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    return packed.read_bytes()


def _file(url: str) -> Path:
    return Path(make_url(url).database or "")


def _is_free(path: Path) -> bool:
    return path.parent.is_dir() and not path.exists()
