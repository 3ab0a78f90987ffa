"""The machine's bundle of template versions: brought up, never back."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from conftest import program
from cqrs_gen.bundles import SHIPPED, is_whole, keep_at_home, offer_at_home, versions_in
from cqrs_gen.errors import Failed

if TYPE_CHECKING:
    from pathlib import Path


def bundle(path: Path, *versions: str) -> Path:
    """Write a bundle with no more in it than the digest that git ends it with."""
    refs = [f"{'a' * 40} HEAD", *(f"{'b' * 40} refs/tags/v{version}" for version in versions)]
    pack = b"PACK refs/tags/v9.9.9"
    path.write_bytes("\n".join(("# v2 git bundle", *refs, "", "")).encode() + pack)
    path.write_bytes(path.read_bytes() + hashlib.sha1(pack).digest())  # noqa: S324  git's own
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

    assert "copier update" in refused.value.hint


@pytest.mark.parametrize("left", [0, 10, 60, -1], ids=lambda left: f"{left} bytes")
def test_one_that_is_cut_short_is_replaced(tmp_path: Path, home: Path, left: int) -> None:
    shipped = bundle(tmp_path / "shipped", "0.1.0")
    kept = keep_at_home(bundle(tmp_path / "newer", "0.2.0"))
    kept.write_bytes(kept.read_bytes()[:left])

    assert keep_at_home(shipped).is_relative_to(home)

    assert kept.read_bytes() == shipped.read_bytes()


def test_what_is_shipped_is_whole() -> None:
    assert is_whole(SHIPPED)


def test_it_is_offered_without_a_word_where_it_cannot_be_kept(tmp_path: Path, home: Path) -> None:
    home.write_text("a file where the folder should be")

    offer_at_home(bundle(tmp_path / "shipped", "0.1.0"))

    assert home.is_file()


def test_of_many_processes_at_once_the_newest_wins(tmp_path: Path, home: Path) -> None:
    """Each brings another version, again and again; none is ever seen half-written."""
    shipped = [bundle(tmp_path / f"{number}", f"0.{number}.0") for number in range(1, 7)]
    started = [
        subprocess.Popen(
            (sys.executable, program("keep_bundle.py"), str(each)), stderr=subprocess.PIPE
        )
        for each in shipped
    ]
    said = [each.communicate()[1] for each in started]

    assert [each.returncode for each in started] == [0] * 6, said
    kept = home / ".cqrs-gen" / "template.bundle"
    assert kept.read_bytes() == shipped[-1].read_bytes()
    assert list(kept.parent.iterdir()) == [kept]
    shutil.rmtree(home)
