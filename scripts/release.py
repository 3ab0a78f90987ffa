"""Release a version of the template: check, put it into the bundle, and head the changelog.

`make release VERSION=0.2.0` checks that

- the version is later than all before it,
- `CHANGELOG.md` says what users get,
- the template's files are all in git, so that nothing is left out or goes along by accident,
- the template can be rendered, as it is and with everything turned off,

and then writes three files, for one commit to hold:

- `pyproject.toml`: the version, which is the template's too
- `CHANGELOG.md`: what stood under `Unreleased` gets the version's heading
- `generator/cqrs_gen/template.bundle`: the template as it is now, beside all released before

The commit inside the bundle depends on nothing but the template and the version, so that it is
the same whoever makes it, and git packs what did not change between versions only once.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parents[1]
BUNDLE = ROOT / "generator" / "cqrs_gen" / "template.bundle"
PROJECT = ROOT / "pyproject.toml"
CHANGELOG = ROOT / "CHANGELOG.md"
SOURCES = ("copier.yml", "template")

UNRELEASED = "## Unreleased"
VERSION = re.compile(r"\d+\.\d+\.\d+")
DECLARED = re.compile(r'^version = "([^"]+)"$', re.MULTILINE)
IDENTITY = {
    "GIT_AUTHOR_NAME": "cqrs-gen",
    "GIT_AUTHOR_EMAIL": "cqrs-gen@localhost",
    "GIT_AUTHOR_DATE": "2026-01-01T00:00:00+0000",
    "GIT_COMMITTER_NAME": "cqrs-gen",
    "GIT_COMMITTER_EMAIL": "cqrs-gen@localhost",
    "GIT_COMMITTER_DATE": "2026-01-01T00:00:00+0000",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
}


def release(version: str) -> None:
    """Write the three files, or none if something speaks against the release."""
    changelog = headed(CHANGELOG.read_text(encoding="utf-8"), version)
    project = DECLARED.sub(f'version = "{version}"', PROJECT.read_text(encoding="utf-8"), count=1)
    require_tracked()
    with tempfile.TemporaryDirectory() as folder:
        made = add_version(Path(folder), BUNDLE, version)
        require_rendered(Path(folder), made)
        PROJECT.write_text(project, encoding="utf-8")
        CHANGELOG.write_text(changelog, encoding="utf-8")
        shutil.copyfile(made, BUNDLE)


def headed(changelog: str, version: str) -> str:
    """Give what stands under `Unreleased` the version's heading."""
    after = changelog.partition(UNRELEASED)[2]
    if not after.partition("\n## ")[0].strip():
        sys.exit(f"error: CHANGELOG.md has nothing under `{UNRELEASED}`\n  say what users get")
    return changelog.replace(UNRELEASED, f"{UNRELEASED}\n\n## {version}", 1)


def add_version(folder: Path, bundle: Path, version: str) -> Path:
    """Make a bundle that holds all that one holds, and the template as it is now."""
    repository = folder / "template"
    git(folder, "init", "--quiet", "--initial-branch=main", str(repository))
    if bundle.exists():
        git(repository, "pull", "--quiet", "--tags", str(bundle), "main")
    require_later(version, git(repository, "tag", "--list").split())
    take_sources(repository)
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--allow-empty", "--message", f"Template {version}")
    git(repository, "tag", f"v{version}")
    made = folder / "template.bundle"
    git(repository, "bundle", "create", "--quiet", str(made), "HEAD", "main", "--tags")
    return made


def require_later(version: str, tags: Iterable[str]) -> None:
    """End the release unless the version comes after all that are released."""
    released = [numbers(tag.removeprefix("v")) for tag in tags]
    if numbers(version) in released:
        sys.exit(f"error: {version} is released already\n  take the next one")
    if any(numbers(version) < each for each in released):
        sys.exit(f"error: a version after {version} is released already\n  take a later one")


def numbers(version: str) -> tuple[int, ...]:
    """Read a version as the numbers that order it."""
    return tuple(int(part) for part in version.split("."))


def require_tracked() -> None:
    """End the release if a file of the template is not in git: it would be left out."""
    loose = git(ROOT, "ls-files", "--others", "--exclude-standard", "--", *SOURCES)
    if loose:
        named = "\n  ".join(loose.splitlines())
        sys.exit(f"error: git does not have these files of the template\n  {named}")


def require_rendered(folder: Path, bundle: Path) -> None:
    """End the release if no project can be made of the template."""
    for number, answers in enumerate(((), ("--data", "http=false", "--data", "ci=none"))):
        command = (sys.executable, "-m", "copier", "copy", "--defaults", "--quiet", *answers)
        done = subprocess.run(
            (*command, str(bundle), str(folder / f"project {number}")),
            env=os.environ | IDENTITY,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(f"error: the template cannot be rendered\n{done.stderr}")


def take_sources(repository: Path) -> None:
    """Make the work tree hold the template's tracked files as they are now, and nothing else."""
    for old in repository.iterdir():
        if old.name != ".git":
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    for name in git(ROOT, "ls-files", "-z", "--", *SOURCES).split("\0"):
        if name and (ROOT / name).exists():
            (repository / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, repository / name)


def git(folder: Path, *arguments: str) -> str:
    """Run git as nobody in particular; a failure of its ends the release."""
    done = subprocess.run(
        ("git", *arguments),
        cwd=folder,
        env=os.environ | IDENTITY,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout.strip()


if __name__ == "__main__":
    if len(sys.argv) != 2 or not VERSION.fullmatch(sys.argv[1]):  # noqa: PLR2004
        sys.exit("usage: python3 scripts/release.py VERSION, as in 0.2.0")
    release(sys.argv[1])
