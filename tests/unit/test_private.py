"""What is kept in the home folder is only taken from a folder that nobody else can write to."""

from __future__ import annotations

import marshal
import os
import pickle
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pytest
from jinja2.bccache import bc_magic

from cqrs_gen.bundles import keep_at_home
from cqrs_gen.checking.cache import Cache
from cqrs_gen.private import home_folder, private_folder
from cqrs_gen.project import Project
from cqrs_gen.slices import render

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows has other rights")
needs_root = pytest.mark.skipif(
    os.name == "posix" and os.geteuid() != 0, reason="only root can give a file away"
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test a home of its own."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Give the test a project with a slice template."""
    file = tmp_path / "shop/.cqrs-gen/note/note.txt.j2"
    file.parent.mkdir(parents=True)
    file.write_text("{{ name }} it is\n")
    return Project(tmp_path / "shop", "shop")


def rendered(project: Project) -> str:
    """Render the one slice template."""
    return render(project, "note", {"name": "This"})[PurePosixPath("note.txt")]


def poison(kept: Path) -> None:
    """Put other code in the place of a compiled template, as somebody would who can write there."""
    with kept.open("rb") as stream:
        stream.read(len(bc_magic))
        checksum = pickle.load(stream)  # noqa: S301  it is our own
    code = compile("raise SystemExit('poisoned')", "x", "exec")
    kept.write_bytes(bc_magic + pickle.dumps(checksum, 2) + marshal.dumps(code))


@pytest.mark.parametrize("umask", [0o000, 0o002, 0o022, 0o777])
def test_a_folder_is_for_the_user_alone_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        private_folder(tmp_path / "a/b/c")
    finally:
        os.umask(before)

    assert [(tmp_path / p).stat().st_mode & 0o777 for p in ("a", "a/b", "a/b/c")] == [0o700] * 3


def test_a_folder_that_others_can_read_is_closed(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir(mode=0o755)

    assert private_folder(tmp_path / "a").stat().st_mode & 0o777 == 0o700


def opened(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o770)


def linked(folder: Path) -> None:
    (folder.parent / "elsewhere").mkdir(mode=0o700)
    folder.symlink_to(folder.parent / "elsewhere")


def given_away(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    os.chown(folder, 12345, 12345)


def dangling(folder: Path) -> None:
    folder.symlink_to(folder.parent / "nowhere")


@pytest.mark.parametrize(
    "spoil", [opened, linked, dangling, pytest.param(given_away, marks=needs_root)]
)
def test_a_folder_that_others_may_have_written_to_is_refused(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(tmp_path / "a")

    with pytest.raises(OSError, match=r"link|write to|somebody"):
        private_folder(tmp_path / "a")


@pytest.mark.parametrize("open_one", [".cqrs-gen", ".cqrs-gen/compiled"])
def test_a_cache_that_others_could_write_to_is_thrown_away(
    home: Path, project: Project, open_one: str
) -> None:
    rendered(project)
    (kept,) = (home / ".cqrs-gen/compiled").iterdir()
    poison(kept)
    (home / open_one).chmod(0o777)

    assert rendered(project) == "This it is\n"
    assert (home / open_one).stat().st_mode & 0o777 == 0o700


@needs_root
@pytest.mark.parametrize("spoilt", ["the folder", "the file"])
def test_a_cache_of_somebody_elses_is_not_run(home: Path, project: Project, spoilt: str) -> None:
    rendered(project)
    (kept,) = (home / ".cqrs-gen/compiled").iterdir()
    poison(kept)
    os.chown(kept if spoilt == "the file" else kept.parent, 12345, 12345)

    assert rendered(project) == "This it is\n"


@pytest.mark.parametrize("spoilt", [".cqrs-gen", ".cqrs-gen/compiled", "the file"])
def test_a_cache_behind_a_link_is_neither_run_nor_written(
    home: Path, project: Project, tmp_path: Path, spoilt: str
) -> None:
    rendered(project)
    (kept,) = (home / ".cqrs-gen/compiled").iterdir()
    poison(kept)
    place = kept if spoilt == "the file" else home / spoilt
    place.rename(tmp_path / "elsewhere")
    place.symlink_to(tmp_path / "elsewhere")
    kept_elsewhere = tmp_path / "elsewhere"
    files = [kept_elsewhere, *kept_elsewhere.rglob("*")]
    before = {file: file.read_bytes() for file in files if file.is_file()}

    assert rendered(project) == "This it is\n"

    assert {file: file.read_bytes() for file in files if file.is_file()} == before


def test_a_compiled_template_can_be_poisoned_by_the_user_alone(
    home: Path, project: Project
) -> None:
    rendered(project)
    (kept,) = (home / ".cqrs-gen/compiled").iterdir()
    poison(kept)

    with pytest.raises(SystemExit, match="poisoned"):  # or else the tests above see nothing
        rendered(project)


def test_what_check_keeps_is_not_read_where_others_can_write(home: Path, tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.save("modules", {"a": 1})
    assert cache.load("modules") == {"a": 1}
    (home / ".cqrs-gen/checked").chmod(0o777)

    assert cache.load("modules") is None


def test_a_bundle_that_others_could_write_to_is_put_there_anew(home: Path) -> None:
    kept = keep_at_home()
    kept.write_bytes(kept.read_bytes()[:-1])
    (home / ".cqrs-gen").chmod(0o777)
    kept.unlink()
    kept.symlink_to("/dev/null")

    assert not keep_at_home().is_symlink()
    assert home_folder().stat().st_mode & 0o777 == 0o700
