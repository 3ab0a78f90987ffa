"""What is unpacked from an sdist is tested as a checkout is, with no git around it."""

from __future__ import annotations

import sys
import tarfile
from typing import TYPE_CHECKING

import pytest

from conftest import LINK, ROOT, Shell, link_package

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory, env: dict[str, str]) -> Path:
    """Build the sdist, and unpack it."""
    folder = tmp_path_factory.mktemp("sdist")
    build = (sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(folder))
    built = Shell(ROOT, env).run(*build)
    assert built.returncode == 0, built.stderr
    [archive] = folder.glob("*.tar.gz")
    with tarfile.open(archive) as members:
        members.extractall(folder, filter="data")
    return next(path.parent for path in folder.glob("*/PKG-INFO"))


def test_its_tests_of_the_framework_pass(unpacked: Path, env: dict[str, str]) -> None:
    test = "tests/generated/test_runtime_bus.py"
    ended = Shell(unpacked, env).run(sys.executable, "-m", "pytest", "-q", test)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert (unpacked / LINK.relative_to(ROOT) / "cqrs").samefile(
        unpacked / "template/src/{{package_name}}/cqrs"
    )


def test_a_link_that_another_worker_has_made_stays(tmp_path: Path) -> None:
    link = tmp_path / "deeper" / "shop"
    link_package(link)
    link_package(link)

    assert link.samefile(ROOT / "template/src/{{package_name}}")
    assert not link.readlink().is_absolute()
