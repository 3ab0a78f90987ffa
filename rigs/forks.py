"""A fork of the template with releases of its own, which change it at random.

They rename files and move them, drop them and make new ones, change lines and modes, as releases
that are still to come may do.
"""

from __future__ import annotations

import shlex
from itertools import count
from typing import TYPE_CHECKING

from terminal import Terminal

from cqrs_gen.bundles import SHIPPED, versions_in

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Mapping
    from pathlib import Path

NEWEST = ".".join(map(str, versions_in(SHIPPED)[-1]))
VERSIONS = ("90.0.0", "91.0.0", "91.0.1")
"""Its own releases, after those of the bundle."""

GIVEN = ("answers_file", "app.py", "README", "/tests/conftest.py", "cqrs/__init__.py", ".git")
"""What a fork leaves as it is: without some of these files, a project is no project."""


class Fork:
    """Makes releases in a clone of the bundle."""

    def __init__(self, folder: Path, env: Mapping[str, str], chance: random.Random) -> None:
        folder.mkdir()
        self._terminal = Terminal(folder, env)
        self._chance = chance
        self._numbers = count(1)
        in_files = (self._insert, self._insert, self._replace, self._delete, self._append)
        of_files = (self._rename, self._rename, self._move, self._drop, self._mode, self._swap)
        self._ways: list[Callable[[str], str]] = [*in_files, *in_files, *of_files, self._new]

    def make(self) -> None:
        """Make all its releases."""
        self._terminal.run(f"git clone --quiet --branch v{NEWEST} {shlex.quote(str(SHIPPED))} .")
        for version in VERSIONS:
            for _ in range(self._chance.randint(5, 25)):
                self._terminal.run(self._chance.choice(self._ways)(self._path()))
            if self._chance.random() < 0.3:  # noqa: PLR2004
                self._terminal.run(self._move_folder())
            self._terminal.run(f"git add --all && git commit --quiet -m {version}")
            self._terminal.run(f"git tag v{version}")

    @property
    def script(self) -> str:
        """All lines by which it was made."""
        return "\n".join(self._terminal.lines)

    def _path(self, ending: str = "") -> str:
        listed = self._terminal.shell("git ls-files -z -- template").out.split("\0")
        files = (path for path in listed if path and (self._terminal.root / path).is_file())
        free = [path for path in files if not any(each in path for each in GIVEN)]
        return self._chance.choice([path for path in free if path.endswith(ending)] or free)

    def _line(self, path: str) -> int:
        return self._chance.randint(
            1, max((self._terminal.root / path).read_bytes().count(b"\n"), 1)
        )

    def _mark(self) -> str:
        return f"# release-{next(self._numbers)}"

    def _insert(self, path: str) -> str:
        return f"sed -i '{self._line(path)}i {self._mark()}' {shlex.quote(path)}"

    def _replace(self, path: str) -> str:
        return f"sed -i '{self._line(path)}s/^[^{{}}]*$/{self._mark()}/' {shlex.quote(path)}"

    def _delete(self, path: str) -> str:
        return f"sed -i '{self._line(path)}{{/[{{}}]/!d}}' {shlex.quote(path)}"

    def _append(self, path: str) -> str:
        return f"printf '\\n%s\\n' '{self._mark()}' >> {shlex.quote(path)}"

    def _rename(self, path: str) -> str:
        head, _, name = path.rpartition("/")
        return f"git mv {shlex.quote(path)} {shlex.quote(f'{head}/r{next(self._numbers)}_{name}')}"

    def _move(self, path: str) -> str:
        head, _, name = path.rpartition("/")
        folder = f"{head}/moved{next(self._numbers)}"
        here = shlex.quote(folder)
        return f"mkdir -p {here} && git mv {shlex.quote(path)} {here}/{shlex.quote(name)}"

    def _drop(self, path: str) -> str:
        return f"git rm -fq {shlex.quote(path)}"

    def _mode(self, path: str) -> str:
        return f"chmod {self._chance.choice(('755', '644'))} {shlex.quote(path)}"

    def _swap(self, path: str) -> str:
        ending = path[path.rfind(".") :]  # Jinja is rendered at two times: by Copier and by `add`
        one, other = shlex.quote(path), shlex.quote(self._path(ending))
        return f"mv {one} swapped && mv {other} {one} && mv swapped {other}"

    def _new(self, path: str) -> str:
        here = shlex.quote(f"{path.rpartition('/')[0]}/new{next(self._numbers)}.txt")
        return f"printf '%s\\n\\n%s' '{self._mark()}' '{self._mark()}' > {here}"

    def _move_folder(self) -> str:
        source = "template/src/{{package_name}}/cqrs"
        number = next(self._numbers)
        return f"git mv '{source}/reading' '{source}/reading{number}'"
