"""Makes the project that cases are planted in, and plants them, each in a copy of its own."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cases import Planting
from merging import merged

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "tests" / "checking" / "corpus"
RELEASED = "v1.0.0"
"""The tag of the base: what events were like when it was last released."""

NOBODY = ("-c", "user.name=nobody", "-c", "user.email=nobody@localhost")


def environment(folder: Path) -> dict[str, str]:
    """Give an environment without settings of the user's, and with the template as it is now."""
    template = folder / "template"
    shutil.copytree(ROOT / "template", template / "template", ignore=_no_bytecode)
    shutil.copy(ROOT / "copier.yml", template)
    (home := folder / "home").mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    return kept | {
        "HOME": str(home),
        "CQRS_GEN_TEMPLATE": str(template),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def make_base(folder: Path, env: Mapping[str, str]) -> Path:
    """Make the base, committed and tagged as a release."""
    base = Planting.read((CORPUS / "base.md").read_text("utf-8"))
    new, *others = base.commands
    _run(new, folder, env)
    root = folder / "bank"
    plant(Planting(tuple(others), base.blocks), root, env)
    for tidying in ("check --fix --quiet", "format --quiet"):
        _run(f"{shlex.quote(sys.executable)} -m ruff {tidying}", root, env)
    git = " ".join(("git", *NOBODY))
    commit = f"{git} commit --quiet --message released"
    for command in ("git init --quiet", "git add --all", commit, f"git tag {RELEASED}"):
        _run(command, root, env)
    return root


def plant(planting: Planting, root: Path, env: Mapping[str, str]) -> None:
    """Do to a project what a case says."""
    for command in planting.commands:
        _run(command, root, env)
    for block in planting.blocks:
        path = root / block.path
        is_edit = path.exists() and not block.is_whole and path.suffix == ".py"
        text = merged(path.read_text("utf-8"), block.text) if is_edit else block.text
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)  # a link into the base, which must stay as it is
        path.write_text(text, encoding="utf-8")


def touched(root: Path) -> set[str]:
    """Tell which files are not as they were in the base, as paths from the project's root."""
    command = ("git", "status", "--porcelain", "--no-renames", "--untracked-files=all")
    told = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    return {line[3:] for line in told.splitlines()}


def restore(root: Path) -> None:
    """Bring a project back to what the base was."""
    for command in ("reset --quiet --hard", "clean --quiet -d --force -x --exclude .dmypy.json"):
        subprocess.run(("git", *command.split()), cwd=root, check=True)


def _run(command: str, folder: Path, env: Mapping[str, str]) -> None:
    program = f"{shlex.quote(sys.executable)} -m cqrs_gen"
    line = (
        program + command.removeprefix("cqrs-gen") if command.startswith("cqrs-gen ") else command
    )
    done = subprocess.run(  # noqa: S602  the corpus is our own
        line, shell=True, cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"`{command}` failed:\n{done.stdout}{done.stderr}")


def _no_bytecode(_: str, names: list[str]) -> set[str]:
    return {
        name for name in names if name in {"__pycache__", ".mypy_cache", ".import_linter_cache"}
    }
