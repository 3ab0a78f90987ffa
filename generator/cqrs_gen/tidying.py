"""Formats generated files and sorts their imports, by the rules that the project has set."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from .errors import Failed
from .files import read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

CONFIGURATIONS = (".ruff.toml", "ruff.toml", "pyproject.toml")
# Imports that a template offers and this message does not need go, and the rest is sorted.
MEND = ("check", "--quiet", "--fix-only", "--select", "I,F401")
SORT = ("check", "--quiet", "--fix-only", "--select", "I")
FORMAT = ("format",)  # quiet, it would not even say what it cannot read
ONE_THREAD = {"RAYON_NUM_THREADS": "1"}
"""A few small files are tidied before more threads are up."""

FIRST_PARTY = "known-first-party"


def tidy(
    root: Path,
    rendered: Mapping[PurePosixPath, str],
    *,
    package: str = "",
    rules: Path | None = None,
) -> dict[PurePosixPath, str]:
    """Give the files as ruff leaves them; raises Failed with what ruff says.

    `package` is the project's own, for ruff cannot know it by files that are still to come.
    `rules` is the folder whose settings hold, where that is not the root. The files are written
    below a temporary folder, so a dry run leaves the project alone.
    """
    return _by_ruff(root, rendered, (MEND, FORMAT), _settings(rules or root, package))


def sort_imports(root: Path, rewritten: Mapping[PurePosixPath, str]) -> dict[PurePosixPath, str]:
    """Give the files with their imports sorted, and nothing else changed; raises as `tidy`."""
    return _by_ruff(root, rewritten, (SORT,), _settings(root, ""))


def _by_ruff(
    root: Path,
    files: Mapping[PurePosixPath, str],
    steps: Iterable[Sequence[str]],
    settings: Sequence[str],
) -> dict[PurePosixPath, str]:
    import tempfile  # noqa: PLC0415  not needed where a name is refused

    python = [path for path in files if path.suffix in {".py", ".pyi"}]
    with tempfile.TemporaryDirectory(prefix="cqrs-gen-") as folder:
        for path in python:
            (Path(folder) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / path).write_bytes(files[path].encode("utf-8", "surrogateescape"))
        if python:
            for step in steps:
                _ruff(root, Path(folder), step, settings)
        tidied = {path: _read(Path(folder) / path) for path in python}
    return {**files, **tidied}


def _read(file: Path) -> str:
    return file.read_bytes().decode("utf-8", "surrogateescape")


def _settings(rules: Path, package: str) -> tuple[str, ...]:
    files = (rules / name for name in CONFIGURATIONS)
    file = next((each for each in files if each.is_file()), None)
    chosen = ("--isolated",) if file is None else ("--config", str(file))
    if not package or (file is not None and FIRST_PARTY in read_text(file, errors="replace")):
        return chosen
    return (*chosen, "--config", f'lint.isort.{FIRST_PARTY}=["{package}"]')


def _ruff(root: Path, folder: Path, arguments: Sequence[str], settings: Sequence[str]) -> None:
    done = subprocess.run(
        (_binary(), *arguments, *settings, "--no-cache", str(folder)),
        cwd=root,
        env=os.environ | ONE_THREAD,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.replace(f"{folder}/", "").strip()
        raise Failed(
            f"`ruff {arguments[0]}` cannot tidy what the slice templates gave",
            hint=f"{said}\nmend the template, or ruff's settings in the project",
        )


def _binary() -> str:
    beside = shutil.which("ruff", path=Path(sys.executable).parent)
    if beside is not None:
        return beside
    from ruff import find_ruff_bin  # noqa: PLC0415  it asks for every place Python knows

    return str(find_ruff_bin())
