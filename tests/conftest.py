"""What every test may ask for: the template, a command line, and projects made by it."""

from __future__ import annotations

import atexit
import importlib
import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fork_server import ForkServer

from cqrs_gen.locking import locked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from upgrade.yards import Yard

    from cqrs_gen.project import Project

ROOT = Path(__file__).parents[1]


def program(name: str) -> str:
    """Return the path of a program that tests run in a process of its own."""
    return str(ROOT / "tests" / "programs" / name)


SERVICE = (program("service.py"), "shop")
"""Runs the command line of the project called `shop`."""

LINK = ROOT / "tests" / "generated" / "src" / "shop"
PACKAGE = ROOT / "template" / "src" / "{{package_name}}"


def link_package(link: Path) -> None:
    """Make the link by which tests import the template's package, where it is missing.

    It is in git, but an sdist holds no links.
    """
    link.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):  # another worker has been quicker
        link.symlink_to(os.path.relpath(PACKAGE, link.parent), target_is_directory=True)
    importlib.invalidate_caches()


if not LINK.exists():
    link_package(LINK)

# Whoever runs the tests may be ignoring Ctrl-C, as a shell does in the background. What they
# start would ignore it too.
signal.signal(signal.SIGINT, signal.default_int_handler)


LEFT_OUT = "thorough: `python3 scripts/dev.py test --all` runs it"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--all`, which runs the thorough tests too."""
    parser.addoption("--all", action="store_true", help="run the thorough tests too, as CI does")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip the thorough tests, visibly, unless all tests are asked for."""
    if not config.getoption("--all"):
        for item in items:
            if item.get_closest_marker("thorough"):
                item.add_marker(pytest.mark.skip(reason=LEFT_OUT))


def thorough_but(quick: Callable[[Any], object], values: Iterable[Any]) -> list[Any]:
    """Let all values of a parameter be thorough, but those that are `quick`."""
    return [
        value if quick(value) else pytest.param(value, marks=pytest.mark.thorough)
        for value in values
    ]


def thorough_pairs_but(
    quick: Callable[[Any], object], pairs: Iterable[tuple[Any, Any]]
) -> list[Any]:
    """Do so with the values of two parameters."""
    return [
        pair if quick(pair) else pytest.param(*pair, marks=pytest.mark.thorough) for pair in pairs
    ]


@dataclass(frozen=True, slots=True)
class Shell:
    """A folder to run commands in, with an environment in which no setting of the user's counts."""

    folder: Path
    env: dict[str, str]

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command, whatever comes of it."""
        return subprocess.run(
            arguments,
            cwd=self.folder,
            env=self.env,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )

    def cqrs_gen(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run cqrs-gen, in a fork of a process that has imported it."""
        server = _fork_server(self.env.get("PYTHONPATH"))
        return server.run(*arguments, folder=self.folder, env=self.env, stdin=stdin)

    def start_cqrs_gen(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Start cqrs-gen as a user does, imports and all."""
        return self.run(sys.executable, "-m", "cqrs_gen", *arguments)

    def done(self, *arguments: str) -> str:
        """Run cqrs-gen, which must succeed; give what it printed."""
        ended = self.cqrs_gen(*arguments)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run this Python with the folder's own `src` on the path."""
        path = {"PYTHONPATH": str(self.folder / "src")}
        return Shell(self.folder, self.env | path).run(sys.executable, *arguments)

    def at(self, folder: Path) -> Shell:
        """Go to another folder."""
        return Shell(folder, self.env)


@cache
def _fork_server(path: str | None) -> ForkServer:
    """Start one for each cqrs-gen: a path may have another version of it."""
    server = ForkServer(path)
    atexit.register(server.close)
    return server


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the template as it is now, out of this repository's git."""
    folder = tmp_path_factory.mktemp("template")
    shutil.copy(ROOT / "copier.yml", folder)
    shutil.copytree(
        ROOT / "template", folder / "template", ignore=shutil.ignore_patterns("__pycache__")
    )
    return folder


@pytest.fixture(scope="session")
def env(template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Give commands a home of their own and the template as it is now."""
    home = tmp_path_factory.mktemp("home")
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    return kept | {
        "HOME": str(home),
        "CQRS_GEN_TEMPLATE": str(template),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "PYTHONDONTWRITEBYTECODE": "1",
    }


@pytest.fixture(autouse=True)
def _state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep records of what runs in this process apart from those of whoever runs the tests."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.getbasetemp() / "state"))


@pytest.fixture
def shell(tmp_path: Path, env: dict[str, str]) -> Shell:
    """Give the test an empty folder to run commands in."""
    return Shell(tmp_path, env)


@pytest.fixture(scope="session")
def pristine(
    tmp_path_factory: pytest.TempPathFactory, env: dict[str, str]
) -> Callable[[bool], Path]:
    """Make a project once, with or without its first messages, for tests to copy."""
    made: dict[bool, Path] = {}

    def make(bare: bool) -> Path:  # noqa: FBT001
        if bare not in made:
            folder = tmp_path_factory.mktemp("pristine")
            options = ("--because", "read-model", *(("--bare",) if bare else ()))
            Shell(folder, env).done("new", "project", "shop", *options)
            made[bare] = folder / "shop"
        return made[bare]

    return make


@pytest.fixture(scope="session")
def mypy_cache(
    tmp_path_factory: pytest.TempPathFactory,
    env: dict[str, str],
    pristine: Callable[[bool], Path],
    worker_id: str,
) -> Path:
    """Give mypy a memory in which the libraries are that all projects use.

    The first process to come here fills it; each copies it, since two runs of mypy at once must
    not write into one.
    """
    own = tmp_path_factory.mktemp("mypy") / "cache"
    shared = tmp_path_factory.getbasetemp() if worker_id == "master" else own.parents[2]
    with locked(shared / "mypy", patience=300):
        filled = shared / "mypy" / "filled"
        if not filled.exists():
            shop = Shell(pristine(False), env)  # noqa: FBT003
            ended = shop.python("-m", "mypy", "--cache-dir", str(filled))
            assert ended.returncode == 0, ended.stdout
        shutil.copytree(filled, own)
    return own


@pytest.fixture
def shop(tmp_path: Path, env: dict[str, str], pristine: Callable[[bool], Path]) -> Shell:
    """Give the test a project with its first messages, `CreateUser` and `GetUserStats`."""
    shutil.copytree(pristine(False), tmp_path / "shop")  # noqa: FBT003
    return Shell(tmp_path / "shop", env)


@pytest.fixture
def bare_shop(tmp_path: Path, env: dict[str, str], pristine: Callable[[bool], Path]) -> Shell:
    """Give the test a project without messages."""
    shutil.copytree(pristine(True), tmp_path / "shop")  # noqa: FBT003
    return Shell(tmp_path / "shop", env)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Copy this repository, so that a release can be made of it."""
    from upgrade.releasing import copy_checkout  # noqa: PLC0415  it needs what stands here

    return copy_checkout(tmp_path / "checkout")


@pytest.fixture(scope="session")
def yard(tmp_path_factory: pytest.TempPathFactory, env: dict[str, str]) -> Yard:
    """Give tests of updates a machine that has every version, as released and as it is now."""
    from upgrade.yards import equip  # noqa: PLC0415

    return equip(tmp_path_factory.mktemp("yard"), env)


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Give the test a small clean project to plant things in, and a home to keep what was read."""
    from checking.planting import shop as make_shop  # noqa: PLC0415  only tests of `check` need it

    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return make_shop(tmp_path / "my shop")
