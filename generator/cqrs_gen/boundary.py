"""The boundary of a project: nothing is written beyond it, nor into a folder of git's own.

A link may lead to another folder of the repository around a project, as that of `tests` does in
some. A repository may also bring links that lead elsewhere, and git folders under any name: a
bare repository, or one that a file `.git` points to. What git keeps there, git runs.
"""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath

from cqrs_gen.errors import Failed

_HINT = "mend the path in the slice's templates, or the link that it follows"
_SHORT_NAME = re.compile(r"git~\d+")
"""What Windows calls `.git` where names have eight letters."""


def require_inside(root: Path, path: PurePosixPath) -> Path:
    """Return where `path` really is below `root`, or in the repository around it.

    Raises Failed if it is no plain path, if a link leads it out of both, or if it is in a folder
    of git's own.
    """
    if not _is_plain(path):
        raise _leads_out(str(path))
    top = Path(os.path.realpath(root))
    folder = Path(os.path.realpath(root / path.parent))
    if not folder.is_relative_to(top):
        top = _top_around(top)
    if not folder.is_relative_to(top):
        raise _leads_out(str(path))
    real = folder / path.name
    below = real.relative_to(top)
    if any(map(_is_called_git, (*path.parts, *below.parts))) or any(_git_folders(top, below)):
        raise Failed(f"`{path}` leads into a folder of git's own", hint=_HINT)
    return real


def require_readable(root: Path, file: Path) -> Path:
    """Return what a file really is; raises Failed if that is beyond the root, or git's own."""
    real, top = Path(os.path.realpath(file)), Path(os.path.realpath(root))
    if not real.is_relative_to(top):
        raise _leads_out(_named(root, file))
    return require_inside(top, PurePosixPath(real.relative_to(top).as_posix()))


def require_no_git_folder(folder: Path) -> None:
    """Raise Failed if a folder is, or is to be, in a folder of git's own."""
    real = Path(os.path.realpath(folder))
    if _is_called_git(real.name) or is_git_folder(real):
        raise _git_keeps(folder)
    for above in (real, *real.parents):
        if os.path.lexists(above / ".git"):
            return  # a work tree, and one may well be in the folder of a bare repository
        if _is_called_git(above.name) or is_git_folder(above):
            raise _git_keeps(folder)


def is_git_folder(folder: Path) -> bool:
    """Tell whether git would take a folder for one of its own, whatever it is called."""
    if not os.path.lexists(folder / "HEAD"):
        return False
    has_own = (folder / "objects").is_dir() and (folder / "refs").is_dir()
    return has_own or (folder / "commondir").is_file()


def _top_around(folder: Path) -> Path:
    """Return the top of the work tree that a folder is in; without one, it is its own."""
    above = (folder, *folder.parents)
    return next((each for each in above if os.path.lexists(each / ".git")), folder)


def _is_plain(path: PurePosixPath) -> bool:
    # A backslash or a colon means nothing here, and a way out on Windows.
    has_odd = bool(set("\\:\0") & set(str(path)))
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts and not has_odd


def _is_called_git(name: str) -> bool:
    """Tell whether some file system takes a name for `.git`."""
    if not name.isascii():
        import unicodedata  # noqa: PLC0415  names are ASCII, mostly

        known = unicodedata.normalize("NFKC", name)
        name = "".join(c for c in known if unicodedata.category(c) != "Cf")
    plain = name.rstrip(". ").casefold()
    return plain == ".git" or _SHORT_NAME.fullmatch(plain) is not None


def _git_folders(top: Path, below: Path) -> list[Path]:
    folders = [top / parent for parent in below.parents]
    return [folder for folder in folders if is_git_folder(folder)]


def _named(root: Path, file: Path) -> str:
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)


def _leads_out(path: str) -> Failed:
    return Failed(f"`{path}` leads out of the project", hint=_HINT)


def _git_keeps(folder: Path) -> Failed:
    return Failed(f"`{folder}` is in a folder of git's own", hint="work in another folder")
