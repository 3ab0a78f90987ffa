"""Cases for `cqrs-gen check`, read from Markdown: what is wrong, and the files that make it so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FAMILIES = ("CQ1", "CQ2", "CQ3", "CQ4", "CQ5")
INNOCENT = "innocent"

_HEADING = re.compile(
    r"^## (?P<id>[a-z0-9-]+)\n+(?P<verdict>CQ\d|innocent): (?P<what>.+)$", re.MULTILINE
)
_BLOCK = re.compile(r"^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_ELSEWHERE = re.compile(r"^at: `(?P<path>[^`]+)`$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """What a case says of one file: all of it, or what is to be merged into what is there."""

    path: str
    text: str
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Planting:
    """What is done to a project: first commands, then files."""

    commands: tuple[str, ...]
    blocks: tuple[Block, ...]

    @classmethod
    def read(cls, text: str) -> Planting:
        """Read it from a page of Markdown, or from a part of one."""
        found = [(each["language"], each["text"]) for each in _BLOCK.finditer(text)]
        typed = (
            line for language, said in found if language == "console" for line in said.split("\n")
        )
        return cls(
            tuple(line.removeprefix("$ ") for line in typed if line.startswith("$ ")),
            tuple(_block(said) for language, said in found if language != "console"),
        )


@dataclass(frozen=True, slots=True)
class Case:
    """One violation, or one thing that only looks like one.

    `family` is the hundred that finds it, as in `CQ1`; a look-alike has the one that it looks like.
    `elsewhere` are files that it may be found in, though it does not touch them.
    """

    id: str
    family: str
    is_innocent: bool
    what: str
    planting: Planting
    elsewhere: tuple[str, ...]


def read_cases(folder: Path) -> list[Case]:
    """Read all cases; a file's name begins with their family."""
    pages = sorted(folder.glob("cq*.md"))
    return [case for page in pages for case in _cases(page.read_text("utf-8"), page.stem)]


def _cases(page: str, stem: str) -> Iterator[Case]:
    headings = list(_HEADING.finditer(page))
    ends = [*(heading.start() for heading in headings[1:]), len(page)]
    for heading, end in zip(headings, ends, strict=True):
        text = page[heading.end() : end]
        yield Case(
            heading["id"],
            stem[:3].upper(),
            heading["verdict"] == INNOCENT,
            heading["what"],
            Planting.read(text),
            tuple(_ELSEWHERE.findall(text)),
        )


def _block(said: str) -> Block:
    first, _, text = said.partition("\n")
    path, _, manner = first.lstrip("#").strip().partition(", ")
    return Block(path, text, manner == "whole")
