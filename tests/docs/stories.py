"""Runs a page as its reader would: what is typed is run, what is shown is compared.

- `console`: each line after `$ ` is run; the lines below it are what it prints, where `…` stands
  for anything. Where nothing is shown, it has only to succeed; what shows that it fails must fail.
- any block whose first line is a comment with a path: the rest is what that file then holds,
  or with `, as it comes` behind the path what the file holds already.
- `text` and `sh` are not run.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from docs.pages import Block

    from conftest import Shell

NOT_RUN = frozenset({"sh", "text"})
AS_IT_COMES = ", as it comes"

_PATH = re.compile(r"(?:# |\{# )(\S+?)(, as it comes)?(?: #\})?")
_ANYTHING = r"(?s:.*)"
_FAILED = re.compile(r"^(?:error:|FAILED) |^(?:\d+|…) files, \d+ errors?", re.MULTILINE)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Story:
    """A reader at work: where they are, and which IDs they got in place of the page's."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._ids: dict[str, str] = {}

    def follow(self, blocks: list[Block]) -> None:
        """Do what the blocks say, one after the other."""
        for block in blocks:
            if block.language == "console":
                self._type(block)
            elif block.language not in NOT_RUN:
                self._edit(block)

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run a line in the folder where the reader is."""
        return self._shell.run("sh", "-c", f"exec 2>&1\n{command}")

    def _type(self, block: Block) -> None:
        for command, shown in _steps(block.text):
            if command.startswith("cd "):
                self._go(self._shell.folder / command.removeprefix("cd "))
            else:
                self._compare(block, command, shown)

    def _go(self, folder: Path) -> None:
        self._shell = self._shell.at(folder.resolve(strict=True))

    def _compare(self, block: Block, command: str, shown: str) -> None:
        done = self.run(self._with_own_ids(command))
        where = f"line {block.line}: {command}\n{done.stdout}"
        assert (done.returncode != 0) == bool(_FAILED.search(shown)), where
        if shown:
            pattern, ids = self._pattern(shown)
            found = re.fullmatch(pattern, done.stdout.rstrip())
            assert found, f"{where}\nis not what is shown:\n{shown}"
            self._ids |= dict(zip(ids, found.groups(), strict=True))

    def _edit(self, block: Block) -> None:
        first, _, text = block.text.partition("\n")
        named = _PATH.fullmatch(first)
        assert named, f"line {block.line}: the first line names no file: {first}"
        file = self._shell.folder / named[1]
        text = text.removeprefix("\n")
        if named[2]:
            assert text in file.read_text(encoding="utf-8"), f"line {block.line}: {named[1]}"
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")

    def _with_own_ids(self, text: str) -> str:
        return _UUID.sub(lambda found: self._ids.get(found[0], found[0]), text)

    def _pattern(self, shown: str) -> tuple[str, list[str]]:
        """Make a pattern of what is shown; IDs of the page's own are found by groups of it."""
        new = list(dict.fromkeys(i for i in _UUID.findall(shown) if i not in self._ids))
        lines = self._with_own_ids(shown).splitlines()
        pattern = "\n".join(_ANYTHING if line == "…" else _pattern(line) for line in lines)
        for each in new:
            pattern = pattern.replace(re.escape(each), f"({_UUID.pattern})", 1)
        return pattern, new


def _pattern(line: str) -> str:
    return re.escape(line).replace("…", ".*")


def _steps(text: str) -> list[tuple[str, str]]:
    """Take a block apart into commands, each with what is shown below it."""
    parts = re.split(r"(?m)^\$ ", text)[1:]
    steps = (part.partition("\n") for part in parts)
    return [(command, shown.rstrip()) for command, _, shown in steps]
