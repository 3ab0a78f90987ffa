"""A team that edits its project at random, each edit a line of shell.

All that it writes has a mark of its own, `team-1` and so on, by which it is found again.
"""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import random
    from pathlib import Path

    from terminal import Terminal

ANSWERS = ".copier-answers.yml"
MODES = ("755", "755", "644", "600", "640", "775", "444")
MESSAGES = (
    "command PayBill amount:Decimal",
    "command RenameUser user_id:UUID name:str",
    "event PriceChanged amount:Decimal",
    "query ListBills --from bills bill_id:UUID",
    "query GetPrices --on PriceChanged",
    "projection Bills --on BillPaid",
)
AWAY = (
    "git stash --quiet",
    "git stash --quiet --include-untracked",
    "git reset --quiet --hard",
    "git stash pop --quiet",
    "git switch --quiet --create other",
    "git switch --quiet other",
    "git switch --quiet main",
    "git restore .",
    "git checkout --quiet HEAD -- src",
    "git clean -fdq",
    "git reset --quiet",
    "git reset --quiet --soft HEAD~1",
)
UNMERGED = "git diff -z --relative --name-only --diff-filter=U | xargs -0 -r -n1"
SETTLED = (f"{UNMERGED} git checkout --ours --", f"{UNMERGED} git checkout --theirs --")
Edit: TypeAlias = Callable[[str], str]


class Team:
    """What a team does next; `future` are paths at which a later release has a file."""

    def __init__(self, terminal: Terminal, chance: random.Random, future: list[str]) -> None:
        self._terminal = terminal
        self._chance = chance
        self._future = future or ["src/shop/cqrs/later.py"]
        self._numbers = count(1)
        in_files: list[Edit] = [
            *(self._insert, self._insert, self._insert, self._replace, self._replace),
            *(self._delete_lines, self._append, self._unended, self._crlf, self._mixed),
            *(self._bytes, self._twice, self._nothing_left),
        ]
        of_files: list[Edit] = [
            *(self._remove, self._remove, self._rename, self._rename, self._move, self._move),
            *(self._mode, self._mode, self._link, self._folder_for_file, self._copy),
        ]
        self._edits = [*in_files, *in_files, *of_files]
        self._others: list[Callable[[], str]] = [
            *(self._new, self._new_where_one_comes, self._new_where_one_comes, self._answer),
            *(self._answer, self._answer, self._new_link, self._new_link, self._move_folder),
            *(self._ignored, self._ignored_where_one_comes, self._new_link, self._move_folder),
            *(self._link_folder, self._renamed_by_case),
        ]

    def edit(self, times: int) -> None:
        """Edit so many times."""
        for _ in range(times):
            self._terminal.run(self._one())

    def stage_some(self) -> None:
        """Stage a part of what was edited."""
        changed = self._terminal.shell("git ls-files -z -m -o --exclude-standard").out
        paths = sorted(filter(None, changed.split("\0")))
        for path in self._chance.sample(paths, min(len(paths), self._chance.randint(1, 3))):
            self._terminal.run(f"git add -- {shlex.quote(path)}")

    def commit(self) -> None:
        """Commit all that there is."""
        self._terminal.run(f"git add --all && git commit --quiet -m Work{next(self._numbers)}")

    def put_away(self) -> None:
        """Do one of those things to the work tree that git is feared for."""
        self._terminal.run(self._chance.choice(AWAY))

    def settle(self) -> None:
        """Settle conflicts, for one side or as they stand, and commit."""
        if self._maybe(0.7):
            self._terminal.run(self._chance.choice(SETTLED))
        self.commit()

    def message(self) -> str:
        """Name a message to add."""
        return f"cqrs-gen add {self._chance.choice(MESSAGES)}"

    def _maybe(self, share: float) -> bool:
        return self._chance.random() < share

    def _one(self) -> str:
        if self._maybe(0.25):
            return self._chance.choice(self._others)()
        path = self._path()
        return self._chance.choice(self._edits)(path)

    def _path(self) -> str:
        return self._chance.choice([path for path in self._paths() if path != ANSWERS])

    def _paths(self) -> list[str]:
        listed = self._terminal.shell("git ls-files -z").out.split("\0")
        paths = sorted(path for path in listed if self._is_file(path))
        near = [path for path in paths if "cqrs" in path or not path.startswith(("src", "tests"))]
        return [*near, *near, *paths] or ["README.md"]

    def _is_file(self, path: str) -> bool:
        file = self._terminal.root / path
        return bool(path) and file.is_file() and not file.is_symlink()

    def _mark(self) -> str:
        return f"# team-{next(self._numbers)}"

    def _lines(self, path: str) -> int:
        file: Path = self._terminal.root / path
        return max(file.read_bytes().count(b"\n"), 1) if file.is_file() else 1

    def _line(self, path: str) -> int:
        return self._chance.randint(1, self._lines(path))

    def _insert(self, path: str) -> str:
        return f"sed -i '{self._line(path)}i {self._mark()}' {shlex.quote(path)}"

    def _replace(self, path: str) -> str:
        return f"sed -i '{self._line(path)}s/.*/{self._mark()}/' {shlex.quote(path)}"

    def _delete_lines(self, path: str) -> str:
        first = self._line(path)
        return f"sed -i '{first},{first + self._chance.randint(0, 4)}d' {shlex.quote(path)}"

    def _append(self, path: str) -> str:
        return f"printf '\\n%s\\n' '{self._mark()}' >> {shlex.quote(path)}"

    def _unended(self, path: str) -> str:
        return f"printf '%s' '{self._mark()}' >> {shlex.quote(path)}"

    def _crlf(self, path: str) -> str:
        return f"sed -i 's/\\r*$/\\r/' {shlex.quote(path)}"

    def _mixed(self, path: str) -> str:
        first = self._line(path)
        return f"sed -i '{first},{first + 7}s/\\r*$/\\r/' {shlex.quote(path)}"

    def _bytes(self, path: str) -> str:
        odd = self._chance.choice(("\\351\\377", "\\000", "\\357\\273\\277", "\\033[0m", "\\014"))
        return f"printf '\\n{odd} %s\\n' '{self._mark()}' >> {shlex.quote(path)}"

    def _twice(self, path: str) -> str:
        mark = self._mark()
        return f"sed -i -e '1i {mark}' -e '$a {mark}' {shlex.quote(path)}"

    def _nothing_left(self, path: str) -> str:
        return f"printf '' > {shlex.quote(path)}"

    def _remove(self, path: str) -> str:
        return f"rm -f {shlex.quote(path)}"

    def _rename(self, path: str) -> str:
        by = self._chance.choice(("git mv", "mv"))
        return f"{by} {shlex.quote(path)} {shlex.quote(f'{path}.{next(self._numbers)}')}"

    def _move(self, path: str) -> str:
        by = self._chance.choice(("git mv", "mv"))
        folders = ("own", "src/shop/cqrs/own", "src/shop", "docs/é")
        folder = shlex.quote(self._chance.choice(folders))
        return f"mkdir -p {folder} && {by} {shlex.quote(path)} {folder}/"

    def _mode(self, path: str) -> str:
        return f"chmod {self._chance.choice(MODES)} {shlex.quote(path)}"

    def _link(self, path: str) -> str:
        aside = shlex.quote(f"{path}.real")
        leads = shlex.quote(f"{posixpath.basename(path)}.real")
        return f"mv {shlex.quote(path)} {aside} && ln -s {leads} {shlex.quote(path)}"

    def _folder_for_file(self, path: str) -> str:
        here = shlex.quote(path)
        return f"rm -f {here} && mkdir {here} && echo '{self._mark()}' > {here}/own.txt"

    def _copy(self, path: str) -> str:
        return f"cp {shlex.quote(path)} {shlex.quote(f'{path}.{next(self._numbers)}')}"

    def _new(self) -> str:
        name = shlex.quote(self._chance.choice(("own notes.txt", "tools/run", "src/shop/own.py")))
        return f"mkdir -p tools && echo '{self._mark()}' > {name}"

    def _new_where_one_comes(self) -> str:
        path = self._chance.choice(self._future)
        folder = shlex.quote(posixpath.dirname(path) or ".")
        return f"mkdir -p {folder} && echo '{self._mark()}' > {shlex.quote(path)}"

    def _ignored(self) -> str:
        return f"mkdir -p var && echo '{self._mark()}' > var/write.db"

    def _ignored_where_one_comes(self) -> str:
        path = self._chance.choice(self._future)
        ignoring = f"echo {shlex.quote(f'/{path}')} >> .gitignore"
        return f"{self._new_where_one_comes()}; {ignoring}"

    def _new_link(self) -> str:
        path = shlex.quote(self._chance.choice(self._future))
        return f"ln -s README.md {path} 2>/dev/null || ln -s README.md 'a link'"

    def _move_folder(self) -> str:
        old = self._chance.choice(("tests", "src/shop/cqrs", ".cqrs-gen/query", ".github"))
        new = f"{old}-{next(self._numbers)}"
        return f"test ! -L {old} && git mv {old} {new} && git mv {new} {old}"

    def _link_folder(self) -> str:
        folder = self._chance.choice(("tests", ".github", ".cqrs-gen/event"))
        real, leads = f"{folder}-real", f"{posixpath.basename(folder)}-real"
        return f"test ! -e {real} && git mv {folder} {real} && ln -s {leads} {folder}"

    def _renamed_by_case(self) -> str:
        name = self._chance.choice(("Makefile", "README.md", "src/shop/cqrs/bus.py"))
        folder, last = posixpath.split(name)
        return f"git mv {name} {posixpath.join(folder, last.swapcase())}"

    def _answer(self) -> str:
        line = self._line(ANSWERS)
        added = self._chance.choice(("# team-{}", "own_{0}: team-{0}", "# team-{}\\n\\n# more"))
        written = added.format(next(self._numbers))
        where = self._chance.choice((f"{line}i", f"{line}a", "$a"))
        return f"sed -i '{where} {written}' {ANSWERS}"
