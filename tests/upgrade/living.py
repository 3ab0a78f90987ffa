"""A team that lives in its project: it edits, adds, moves and deletes, and marks all it writes."""

from __future__ import annotations

import difflib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Shell

MARK = "# the team's"
FAR = 4
"""As many lines away, git takes one change without a look at the other."""

OWN = {
    "logo.png": b"\x89PNG\r\n\0\xff\xfe",
    "own notes.txt": b"one\r\ntwo\r\n# the team's\r\n",
    "caf\xc3\xa9.txt".encode("latin-1").decode(): "caf\xe9 # the team's".encode("latin-1"),
    "nothing": b"",
    "tools/run.sh": b"#!/bin/sh\n# the team's, without an end",
}


def live_in(shop: Shell, new: Path) -> None:
    """Work in a project of an older version; `new` is what the template makes of it later."""
    package = shop.folder / "src/shop"
    for file in changed(shop.folder, new):
        edit_far(shop.folder / file, new / file)
    append(package / "write/handlers/create_user.py", MARK)
    append(package / "read/projections/user_stats.py", MARK)
    append(shop.folder / ".cqrs-gen/command/src/__package__/write/handlers/__module__.py.j2", MARK)
    append(shop.folder / "README.md", MARK)
    append(package / "app.py", MARK)
    (shop.folder / "tests/write/test_place_order.py").unlink()
    (shop.folder / "tests/write/users").mkdir()
    moved = shop.folder / "tests/write/test_create_user.py"
    append(moved, MARK)
    moved.rename(shop.folder / "tests/write/users/test_create_user.py")
    for name, content in OWN.items():
        (shop.folder / name).parent.mkdir(exist_ok=True)
        (shop.folder / name).write_bytes(content)
    (shop.folder / "tools/run.sh").chmod(0o755)
    (shop.folder / "read me").symlink_to("README.md")


def append(file: Path, line: str) -> None:
    """Write a line below all others."""
    file.write_text(f"{file.read_text()}\n\n{line}\n".replace("\n\n\n\n", "\n\n\n"))


def changed(old: Path, new: Path) -> list[Path]:
    """Name the template's files that are unlike in two projects; answers are none of a team's."""
    files = (file.relative_to(old) for file in sorted(old.rglob("*")) if file.is_file())
    return [
        file
        for file in files
        if (new / file).is_file()
        and file.name != ".copier-answers.yml"
        and (new / file).read_bytes() != (old / file).read_bytes()
    ]


def edit_far(file: Path, new: Path) -> bool:
    """Write a line above a definition that is far from all that the template changes."""
    rows, later = file.read_text().splitlines(), new.read_text().splitlines()
    near = near_changes(rows, later)
    heads = ("class ", "def ", "async def ", "@", "[tool.")
    for number, row in enumerate(rows):
        is_first = row.startswith(heads) and number and not rows[number - 1].startswith("@")
        if is_first and number not in near:
            file.write_text("\n".join([*rows[:number], MARK, *rows[number:]]) + "\n")
            return True
    return False


def near_changes(rows: list[str], later: list[str]) -> set[int]:
    """Give the numbers of the lines that are near to a change."""
    blocks = difflib.SequenceMatcher(None, rows, later, autojunk=False).get_opcodes()
    return {
        number
        for kind, begin, end, _, _ in blocks
        if kind != "equal"
        for number in range(begin - FAR, end + FAR)
    }


def marks_in(folder: Path) -> list[tuple[str, int, bytes]]:
    """Give every file that has marks, with their number, and all of what is no template's."""
    found = []
    for file in sorted(folder.rglob("*")):
        path = str(file.relative_to(folder))
        if file.is_file() and not path.startswith(".git/"):
            content = file.read_bytes()
            own = content + bytes([os.access(file, os.X_OK)]) if path in OWN else b""
            if MARK.encode() in content or path in OWN:
                found.append((path, content.count(MARK.encode()), own))
    return found


def unlike(one: Path, other: Path) -> list[str]:
    """Name what is not the same in two folders, but for what tools leave there."""
    sides = [_contents(folder) for folder in (one, other)]
    return sorted(
        path for path in {*sides[0], *sides[1]} if sides[0].get(path) != sides[1].get(path)
    )


def _contents(folder: Path) -> dict[str, object]:
    found: dict[str, object] = {}
    for file in sorted(folder.rglob("*")):
        path = file.relative_to(folder)
        if path.parts[0] != ".git" and "__pycache__" not in path.parts:
            if file.is_symlink():
                found[str(path)] = file.readlink()
            elif file.is_file():
                found[str(path)] = (file.read_bytes(), os.access(file, os.X_OK))
    return found
