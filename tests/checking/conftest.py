"""What tests of `check` may ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from checking.planting import shop as make_shop

if TYPE_CHECKING:
    from pathlib import Path

    from cqrs_gen.project import Project


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Give the test a clean shop, and a home of its own to keep what was read."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return make_shop(tmp_path / "my shop")
