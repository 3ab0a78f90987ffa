"""What is installed from a wheel makes projects, with no checkout and no network."""

from __future__ import annotations

import os
import sys
import zipfile
from email.parser import Parser
from typing import TYPE_CHECKING

import pytest
from docs.pages import links

from conftest import ROOT, Shell

if TYPE_CHECKING:
    from email.message import Message
    from pathlib import Path


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, env: dict[str, str]) -> Path:
    """Build the wheel, and lay out what it holds."""
    folder = tmp_path_factory.mktemp("wheel")
    # Hatchling reads the checkout and writes nothing but the wheel.
    built = Shell(ROOT, env).run(
        sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)
    )
    assert built.returncode == 0, built.stderr
    [wheel] = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.fixture
def metadata(installed: Path) -> Message:
    """Read what the package index is told, with the long description as its text."""
    [file] = installed.glob("*.dist-info/METADATA")
    return Parser().parsestr(file.read_text(encoding="utf-8"))


@pytest.fixture
def away(shell: Shell, installed: Path) -> Shell:
    """Give the test an empty folder and home, where only the wheel's contents are installed."""
    settled = {name: value for name, value in shell.env.items() if name != "CQRS_GEN_TEMPLATE"}
    own = {"HOME": str(shell.folder / "home"), "PYTHONPATH": os.fspath(installed)}
    return Shell(shell.folder, settled | own)


def test_it_holds_the_code_and_the_template_and_nothing_else(installed: Path) -> None:
    outside = {path.name for path in installed.iterdir() if not path.name.startswith("cqrs_gen")}
    assert outside == set()
    assert (installed / "cqrs_gen/template.bundle").is_file()
    assert (installed / "cqrs_gen/py.typed").is_file()


def test_each_link_of_its_description_holds_on_the_package_index(metadata: Message) -> None:
    found = links(str(metadata.get_payload()))
    source = f"https://github.com/cqrs-gen/cqrs-gen/blob/v{metadata['Version']}/"
    paths = [link.removeprefix(source) for link in found if link.startswith(source)]

    assert "docs/guide/first-service.md" in paths
    assert all((ROOT / path).is_file() for path in paths)
    assert [link for link in found if not link.startswith("https://")] == []


def test_it_says_where_the_project_is_and_what_it_runs_on(metadata: Message) -> None:
    urls = dict(each.split(", ", 1) for each in metadata.get_all("Project-URL", []))

    assert urls.keys() >= {"Homepage", "Documentation", "Repository", "Changelog", "Issues"}
    assert metadata["License-Expression"] == "MIT"
    assert "Programming Language :: Python :: 3 :: Only" in metadata.get_all("Classifier", [])


def test_it_makes_a_project_and_adds_to_it(away: Shell, installed: Path) -> None:
    def cqrs_gen(shell: Shell, *arguments: str) -> str:
        done = shell.run(sys.executable, "-m", "cqrs_gen", *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    where = away.run(sys.executable, "-c", "import cqrs_gen; print(cqrs_gen.__file__)").stdout
    assert where.startswith(str(installed))

    cqrs_gen(away, "new", "project", "shop", "--because", "read-model")
    shop = away.at(away.folder / "shop")
    cqrs_gen(shop, "add", "command", "PlaceOrder", "total:Decimal")

    assert "PlaceOrder" in cqrs_gen(shop, "list")
    assert "_src_path: ~/.cqrs-gen/template.bundle" in (
        shop.folder / ".copier-answers.yml"
    ).read_text(encoding="utf-8")
