"""A project as it stands: its files byte for byte, git's index, and all else that git keeps."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

    from terminal import Terminal

TOKEN = re.compile(rb"team-\d+")
"""What the team marks each of its lines with."""

CONFLICT = b"<<<<<<< before updating"
GITS_OWN = {"index", "objects"}
"""What git itself writes, asked for a status or for a blob."""


class File(NamedTuple):
    """A file: its mode, and its content or where it leads."""

    mode: int
    content: bytes

    @property
    def is_link(self) -> bool:
        """Whether it is a symbolic link."""
        return stat.S_ISLNK(self.mode)

    @property
    def plain(self) -> tuple[bool, bytes]:
        """The file as far as git keeps it."""
        return bool(self.mode & stat.S_IXUSR), self.content


Files: TypeAlias = dict[str, File]


class Snapshot(NamedTuple):
    """A project at a moment; `entries` are what git's index says, `staged` the marks in it."""

    files: Files
    entries: str
    staged: frozenset[bytes]
    git: dict[str, str]

    @property
    def tokens(self) -> Counter[bytes]:
        """How often each mark of the team's is in the files."""
        return tokens_in(file.content for file in self.files.values())

    @property
    def conflicts(self) -> dict[str, int]:
        """How many conflicts are marked in which file."""
        counted = {path: file.content.count(CONFLICT) for path, file in self.files.items()}
        return {path: count for path, count in counted.items() if count}

    @property
    def unmerged(self) -> set[str]:
        """The files that git takes for unmerged."""
        entries = (line.partition("\t") for line in self.entries.split("\0"))
        return {path for head, _, path in entries if re.fullmatch(r"\w \d+ \w+ [123]", head)}


def take(terminal: Terminal) -> Snapshot:
    """Look at a project."""
    entries = terminal.shell("git ls-files -z --stage -t").out
    staged = terminal.shell("git grep --cached -haoE 'team-[0-9]+'").out
    marks = frozenset(staged.encode().split())
    return Snapshot(read_files(terminal.root), entries, marks, _read_git(terminal.root / ".git"))


def read_files(root: Path) -> Files:
    """Read all files, but git's and those that tools leave behind."""
    found: Files = {}
    for here, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in {".git", "__pycache__"}]
        links = [name for name in folders if (Path(here) / name).is_symlink()]
        for path in (Path(here) / name for name in (*names, *links)):
            mode = path.lstat().st_mode
            content = os.fsencode(path.readlink()) if stat.S_ISLNK(mode) else path.read_bytes()
            found[path.relative_to(root).as_posix()] = File(mode, content)
    return found


def tokens_in(contents: Iterable[bytes]) -> Counter[bytes]:
    """Count the marks of the team's."""
    return Counter(token for content in contents for token in TOKEN.findall(content))


def unlike(one: Files, other: Files) -> list[str]:
    """Name the files that are not the same in both."""
    return sorted(path for path in {*one, *other} if one.get(path) != other.get(path))


def _read_git(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.relative_to(folder).parts[0] not in GITS_OWN
    }
