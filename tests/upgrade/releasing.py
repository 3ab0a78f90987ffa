"""Releases of the template, made by the script that makes the real ones, in a copy of all this."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from conftest import ROOT
from cqrs_gen.bundles import versions_in

SHIPPED = ROOT / "generator" / "cqrs_gen" / "template.bundle"
BUNDLE = SHIPPED.relative_to(ROOT)
NEXT = "9.0.0"
"""What the template is called here as it is now, whether released or not."""

SOURCES = ("copier.yml", "template")
IDENTITY = ("-c", "user.name=A", "-c", "user.email=a@example.org")


def git(folder: Path, *arguments: str) -> str:
    """Run git as somebody who has no settings."""
    done = subprocess.run(
        ("git", *IDENTITY, *arguments), cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def copy_checkout(folder: Path) -> Path:
    """Copy this repository's files, so that a release can be made of them."""
    listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    return folder


def release(checkout: Path, version: str) -> subprocess.CompletedProcess[str]:
    """Run the release script of a checkout."""
    script = checkout / "scripts" / "release.py"
    return subprocess.run(
        (sys.executable, str(script), version), capture_output=True, text=True, check=False
    )


def say_what_is_new(checkout: Path, what: str = "Something new.") -> None:
    """Write under `Unreleased` what users get."""
    changelog = checkout / "CHANGELOG.md"
    text = changelog.read_text()
    changelog.write_text(text.replace("## Unreleased", f"## Unreleased\n\n- {what}", 1))


def released(checkout: Path, version: str) -> Path:
    """Release a checkout's template; give the bundle that then holds it."""
    say_what_is_new(checkout)
    git(checkout, "add", "--all")
    done = release(checkout, version)
    if "breaks code" in done.stderr:  # what it breaks is then said, and the release made
        say_what_is_new(checkout, done.stderr.replace("\n", " "))
        done = release(checkout, version)
    assert done.returncode == 0, done.stderr
    return checkout / BUNDLE


def versions() -> list[str]:
    """Name all released versions, and the template as it is now unless it is the newest."""
    names = [".".join(map(str, version)) for version in versions_in(SHIPPED)]
    return names if _is_released_as(names[-1]) else [*names, NEXT]


def _is_released_as(version: str) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        released = Path(folder) / "released"
        git(ROOT, "clone", "--quiet", "--branch", f"v{version}", str(SHIPPED), str(released))
        names = [git(at, "ls-files", "-z", *SOURCES).split("\0") for at in (ROOT, released)]
        return names[0] == names[1] and all(
            (ROOT / name).read_bytes() == (released / name).read_bytes()
            for name in filter(None, names[0])
        )
