"""The machine's bundle of template versions: brought up, never back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cqrs_gen.bundles import keep_at_home, versions_in
from cqrs_gen.errors import Failed

if TYPE_CHECKING:
    from pathlib import Path


def bundle(path: Path, *versions: str) -> Path:
    """Write the header of a bundle; what follows in a real one is for git alone."""
    refs = [f"{'a' * 40} HEAD", *(f"{'b' * 40} refs/tags/v{version}" for version in versions)]
    path.write_text("\n".join(("# v2 git bundle", *refs, "", "PACK refs/tags/v9.9.9")))
    return path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test a home of its own."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    return tmp_path / "home"


def test_a_bundles_versions_are_those_of_its_tags(tmp_path: Path) -> None:
    made = bundle(tmp_path / "some.bundle", "0.10.0", "0.9.1")

    assert versions_in(made) == ((0, 9, 1), (0, 10, 0))


def test_the_first_time_it_is_put_in_place(tmp_path: Path, home: Path) -> None:
    shipped = bundle(tmp_path / "shipped", "0.1.0")

    kept = keep_at_home(shipped)

    assert kept == home / ".cqrs-gen" / "template.bundle"
    assert kept.read_bytes() == shipped.read_bytes()
    assert list(kept.parent.iterdir()) == [kept]


def test_a_newer_one_takes_its_place(tmp_path: Path, home: Path) -> None:
    keep_at_home(bundle(tmp_path / "old", "0.9.0"))

    kept = keep_at_home(bundle(tmp_path / "new", "0.9.0", "0.10.0"))

    assert kept.is_relative_to(home)
    assert versions_in(kept)[-1] == (0, 10, 0)


def test_an_older_one_does_not(tmp_path: Path, home: Path) -> None:
    keep_at_home(bundle(tmp_path / "new", "0.10.0"))

    kept = keep_at_home(bundle(tmp_path / "old", "0.9.0"))

    assert kept.is_relative_to(home)
    assert versions_in(kept) == ((0, 10, 0),)


def test_where_it_cannot_be_kept_the_way_out_is_told(tmp_path: Path, home: Path) -> None:
    home.write_text("a file where the folder should be")

    with pytest.raises(Failed) as refused:
        keep_at_home(bundle(tmp_path / "shipped", "0.1.0"))

    assert "--template" in refused.value.hint
