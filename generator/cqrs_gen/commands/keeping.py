"""What stays as it is where a service is put into a repository, and what cannot work there."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from cqrs_gen.errors import Conflict
from cqrs_gen.files import read_bytes, read_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cqrs_gen.existing import Existing

FOLDERS = ("cqrs", "events", "read", "write")
CONFTEST = "tests/conftest.py"
KEEPABLE = (
    ".github/workflows/ci.yml",
    ".gitignore",
    "Makefile",
    "README.md",
    "pyproject.toml",
    "src/{package}/__init__.py",
    "src/{package}/py.typed",
    CONFTEST,
    "tests/test_app.py",
    "tests/test_architecture.py",
    "tests/test_http.py",
)
"""What a service can do without, if the repository has one of its own."""

TWINS = {
    ".github/workflows/ci.yml": ("ci.yaml",),
    "Makefile": ("makefile", "gnumakefile"),
    "README.md": ("readme", "readme.*"),
}
"""By what other names, in small letters, a repository has the same of its own."""

UNWANTED = (".gitattributes",)
"""It would give files that were there before other line ends."""

WITH_FIXTURES = ("tests/test_app.py", "tests/test_http.py")
BY_FOLDER = tuple(f"tests/{folder}/conftest.py" for folder in ("events", "read", "write"))

_FIXTURE = re.compile(r"""def (settings|scenario)\b|name=["'](settings|scenario)["']""")


class Own(NamedTuple):
    """A repository beside a whole project, as the template makes it."""

    root: Path
    whole: Mapping[PurePosixPath, str]

    def has(self, path: str) -> bool:
        """Tell whether the repository has a file there, and not just the template's."""
        return (self.root / path).exists() and not self.is_made(path)

    def has_twin(self, path: str) -> bool:
        """Tell whether the repository has the same under another name: `README.rst`."""
        place, patterns = self.root / path, TWINS.get(path, ())
        beside = place.parent.iterdir() if patterns and place.parent.is_dir() else ()
        names = [each.name.lower() for each in beside if each.name != place.name]
        return any(fnmatch(name, pattern) for name in names for pattern in patterns)

    def is_made(self, path: str) -> bool:
        """Tell whether the template's file is there, just so."""
        file, made = self.root / path, self.whole.get(PurePosixPath(path))
        return made is not None and file.is_file() and read_bytes(file) == made.encode()


class Kept(NamedTuple):
    """What is there and stays, what is left out of the template, and where the fixtures go."""

    there: tuple[str, ...]
    left_out: tuple[str, ...]
    fixtures: tuple[str, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """All that no update is to touch."""
        return tuple(sorted({*self.there, *self.left_out}))


def kept_in(existing: Existing, package: str, whole: Mapping[PurePosixPath, str]) -> Kept:
    """Find what a repository has of its own, and not just as the template makes it."""
    own = Own(existing.root, whole)
    paths = (path.format(package=package) for path in KEEPABLE)
    there = tuple(path for path in paths if own.has(path))
    fixtures = _homes_of_fixtures(own)
    beside = () if fixtures == (CONFTEST,) else (CONFTEST,)
    untestable = WITH_FIXTURES if fixtures == BY_FOLDER else ()
    twins = (path for path in TWINS if path not in there and own.has_twin(path))
    left_out = (*UNWANTED, *_makefile(existing), *twins, *beside, *untestable)
    return Kept(there, tuple(path for path in left_out if not own.is_made(path)), fixtures)


def require_room(existing: Existing, package: str) -> None:
    """Refuse a package whose modules would hide those of the service, or be hidden by them."""
    source = existing.root / "src" / package
    rivals = [*(source / f"{name}.py" for name in FOLDERS), source / "app"]
    if package in existing.flat_packages:
        rivals.append(existing.root / package)
    taken = [f"`{_shown(each, existing.root)}`" for each in rivals if each.exists()]
    if taken:
        raise Conflict(
            f"Python would take {', '.join(taken)} for modules of the service, or the other way",
            hint=f"give the service a package of its own: `--package {package}_service`",
        )


def _makefile(existing: Existing) -> tuple[str, ...]:
    # It installs the extra `dev`.
    return ("Makefile",) if keeps_tools_in_a_group(existing) else ()


def keeps_tools_in_a_group(existing: Existing) -> bool:
    """Tell whether a developer's tools are a dependency group, and no extra."""
    has_extra = existing.at("project", "optional-dependencies", "dev") is not None
    return existing.at("dependency-groups", "dev") is not None and not has_extra


def _homes_of_fixtures(own: Own) -> tuple[str, ...]:
    files = [path for path in ("conftest.py", CONFTEST) if own.has(path)]
    texts = (read_text(own.root / path, errors="replace") for path in files)
    if any(_FIXTURE.search(text) for text in texts):
        return BY_FOLDER
    if CONFTEST not in files:
        return (CONFTEST,)
    return BY_FOLDER if len(files) > 1 else ("conftest.py",)


def _shown(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() + ("/" if path.is_dir() else "")
