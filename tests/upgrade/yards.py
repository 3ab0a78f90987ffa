"""A machine with releases of the template, and projects made of each of them."""

from __future__ import annotations

import compileall
import shutil
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from upgrade.releasing import BUNDLE, NEXT, SHIPPED, copy_checkout, git, released, versions

from conftest import Shell

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = "~/.cqrs-gen/template.bundle"
FIRST = (
    ("command", "CreateUser", "email:str", "name:str"),
    ("command", "PlaceOrder", "total:Decimal", "note:str?"),
    ("query", "GetUserStats", "user_id:UUID", "--on", "UserCreated"),
    ("event", "UserLoggedIn", "user_id:UUID"),
    ("projection", "Orders", "--on", "OrderPlaced"),
)


@dataclass(frozen=True, slots=True)
class Yard:
    """A machine with every release, and pristine projects of each to copy."""

    folder: Path
    env: dict[str, str]
    made: dict[str, Path] = field(default_factory=dict)

    def shop(self, version: str, place: Path) -> Shell:
        """Copy a project of a version, with messages of each kind, all committed."""
        if version not in self.made:
            self.made[version] = self._make(version)
        shutil.copytree(self.made[version], place, symlinks=True)
        return Shell(place, self.env)

    def _make(self, version: str) -> Path:
        folder = self.folder / version / "shop"
        folder.mkdir(parents=True)
        shop = Shell(folder, self.env)
        render(shop, version)
        git(folder, "init", "--quiet", "--initial-branch=main")
        for message in FIRST:
            shop.done("add", *message)
        commit(shop)
        return folder


def render(shop: Shell, version: str, *answers: str) -> None:
    """Render a released version into a folder, as nothing but Copier does."""
    named = ("project_name=shop", "package_name=shop", 'reasons=["read-model"]', *answers)
    given = [word for answer in named for word in ("--data", answer)]
    copied = shop.run(
        *(sys.executable, "-m", "copier", "copy", "--defaults", "--quiet"),
        *("--vcs-ref", f"v{version}", *given, SOURCE, "."),
    )
    assert copied.returncode == 0, copied.stderr


def commit(shop: Shell, message: str = "Work") -> None:
    """Commit all that there is."""
    git(shop.folder, "add", "--all")
    git(shop.folder, "commit", "--quiet", "--allow-empty", "--message", message)


def equip(folder: Path, env: dict[str, str]) -> Yard:
    """Set a machine up in a folder: its cqrs-gen has all releases, and the template as it is now.

    That is one more version, unless it is the newest release itself.
    """
    if NEXT not in versions():
        return Yard(folder, keep(folder, env, SHIPPED))
    checkout = copy_checkout(folder / "checkout")
    released(checkout, NEXT)
    return machine(folder, env, checkout)


def machine(folder: Path, env: dict[str, str], checkout: Path) -> Yard:
    """Set a machine up in a folder, whose cqrs-gen is the one that a checkout has released."""
    generator = checkout / BUNDLE.parts[0]
    compileall.compile_dir(generator, quiet=1)
    settled = keep(folder, env, checkout / BUNDLE)
    return Yard(folder, settled | {"PYTHONPATH": str(generator)})


def keep(folder: Path, env: dict[str, str], bundle: Path) -> dict[str, str]:
    """Return settings for a home folder where plain Copier finds a bundle."""
    kept = folder / "home" / ".cqrs-gen" / "template.bundle"
    kept.parent.mkdir(parents=True)
    shutil.copy(bundle, kept)
    settled = {name: value for name, value in env.items() if name != "CQRS_GEN_TEMPLATE"}
    return settled | {"HOME": str(folder / "home")}
