"""Release a version of the template: check, put it into the bundle, and head the changelog.

`make release VERSION=0.2.0` checks that

- the version is later than all before it,
- `CHANGELOG.md` says what users get,
- the template's files are all in git, so that nothing is left out or goes along by accident,
- the template can be rendered, as it is and with everything turned off,
- each module or name of `cqrs/` that was dropped or renamed since the last version is named in
  `CHANGELOG.md`, or by a codemod of this version,

and then writes four files, for one commit to hold:

- `pyproject.toml`: the version, which is the template's too
- `copier.yml`: the version of cqrs-gen that the template is made for, which is the same
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
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parents[1]
BUNDLE = ROOT / "generator" / "cqrs_gen" / "template.bundle"
PROJECT = ROOT / "pyproject.toml"
CHANGELOG = ROOT / "CHANGELOG.md"
QUESTIONS = ROOT / "copier.yml"
GENERATOR = ROOT / "generator"
sys.path.insert(0, str(GENERATOR))  # what is released is this checkout, whatever is installed

from cqrs_gen.codemods import BY_VERSION  # noqa: E402
from cqrs_gen.updating.surface import module_name, public_names  # noqa: E402

SOURCES = ("copier.yml", "template")

UNRELEASED = "## Unreleased"
VERSION = re.compile(r"\d+\.\d+\.\d+")
DECLARED = re.compile(r'^version = "([^"]+)"$', re.MULTILINE)
MADE_FOR = re.compile(r'^(cqrs_gen_version:\n  type: str\n  default: )"[^"]+"$', re.MULTILINE)
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


class Loss(NamedTuple):
    """A module that is gone, or a name that is gone from one."""

    module: str
    name: str = ""


def release(version: str) -> None:
    """Write the four files, or none if something speaks against the release."""
    changelog = headed(CHANGELOG.read_text(encoding="utf-8"), version)
    project = DECLARED.sub(f'version = "{version}"', PROJECT.read_text(encoding="utf-8"), count=1)
    questions = MADE_FOR.sub(rf'\1"{version}"', QUESTIONS.read_text(encoding="utf-8"), count=1)
    require_tracked()
    with tempfile.TemporaryDirectory() as folder:
        made = add_version(Path(folder), BUNDLE, version, questions)
        require_rendered(Path(folder), made)
        require_told(Path(folder), version)
        PROJECT.write_text(project, encoding="utf-8")
        CHANGELOG.write_text(changelog, encoding="utf-8")
        QUESTIONS.write_text(questions, encoding="utf-8")
        shutil.copyfile(made, BUNDLE)


def headed(changelog: str, version: str) -> str:
    """Give what stands under `Unreleased` the version's heading."""
    if not unreleased(changelog).strip():
        sys.exit(f"error: CHANGELOG.md has nothing under `{UNRELEASED}`\n  say what users get")
    return changelog.replace(UNRELEASED, f"{UNRELEASED}\n\n## {version}", 1)


def unreleased(changelog: str) -> str:
    """Return what stands under `Unreleased`."""
    return changelog.partition(UNRELEASED)[2].partition("\n## ")[0]


def add_version(folder: Path, bundle: Path, version: str, questions: str) -> Path:
    """Make a bundle that holds all that one holds, and the template as it is now."""
    repository = folder / "template"
    git(folder, "init", "--quiet", "--initial-branch=main", str(repository))
    if bundle.exists():
        git(repository, "pull", "--quiet", "--tags", str(bundle), "main")
    require_later(version, git(repository, "tag", "--list").split())
    take_sources(repository)
    (repository / QUESTIONS.name).write_text(questions, encoding="utf-8")
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
    for number, answers in enumerate(((), ("http=false", "ci=none"))):
        done = render(bundle, folder / f"project {number}", *answers)
        if done.returncode:
            sys.exit(f"error: the template cannot be rendered\n{done.stderr}")


def render(
    bundle: Path, project: Path, *answers: str, version: str = ""
) -> subprocess.CompletedProcess[str]:
    """Make a project of the newest version in a bundle, or of another, as Copier does."""
    given = [word for answer in answers for word in ("--data", answer)]
    ref = ["--vcs-ref", version] if version else []
    command = (sys.executable, "-m", "copier", "copy", "--defaults", "--quiet", *given, *ref)
    return subprocess.run(
        (*command, str(bundle), str(project)),
        env=os.environ | IDENTITY,
        capture_output=True,
        text=True,
        check=False,
    )


def require_told(folder: Path, version: str) -> None:
    """End the release if it drops a module or name that users may import, and nobody says so."""
    tags = git(folder / "template", "tag", "--list").split()
    released = sorted(tags, key=lambda tag: numbers(tag.removeprefix("v")))[:-1]
    if not released:
        return
    render(BUNDLE, folder / "before", version=released[-1])
    before, after = surface(folder / "before"), surface(folder / "project 0")
    said = unreleased(CHANGELOG.read_text(encoding="utf-8")) + codemods_of(version)
    untold = [loss for loss in losses(before, after) if not is_named(loss, said)]
    if untold:
        named = "\n  ".join(f"`{'.'.join(filter(None, loss))}`" for loss in untold)
        sys.exit(
            f"error: {version} breaks code that imports what it drops or renames\n  {named}\n"
            f"  name each under `{UNRELEASED}` in CHANGELOG.md, or bring a codemod"
        )


def surface(project: Path) -> dict[str, frozenset[str]]:
    """Return the public names of each module of a rendered project's framework."""
    [package] = (project / "src").iterdir()
    return {
        module_name(PurePosixPath(file.relative_to(package))): public_names(
            file.read_text(encoding="utf-8"), is_package=file.name == "__init__.py"
        )
        for file in (package / "cqrs").rglob("*.py")
    }


def losses(before: dict[str, frozenset[str]], after: dict[str, frozenset[str]]) -> list[Loss]:
    """List the modules that are gone, and the names that are gone from those which stay."""
    modules = [Loss(module) for module in before.keys() - after.keys()]
    names = [
        Loss(module, name)
        for module in before.keys() & after.keys()
        for name in before[module] - after[module]
        if f"{module}.{name}" not in after
    ]
    return sorted([*modules, *names])


def is_named(loss: Loss, text: str) -> bool:
    """Check whether a text names what is lost, in quotes: a module in full, or a name by itself."""
    word = re.escape(loss.name or loss.module)
    dotted = text.replace("/", ".").replace(".py`", "`")
    return re.search(rf"""[`"']([\w.]+\.)?{word}(\(\))?[`"']""", dotted) is not None


def codemods_of(version: str) -> str:
    """Return the source of the codemods that a version brings."""
    folder = GENERATOR / "cqrs_gen" / "codemods"
    names = BY_VERSION.get(version, ())
    return "\n".join((folder / f"{name}.py").read_text(encoding="utf-8") for name in names)


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
