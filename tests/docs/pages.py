"""Pages of the documentation, taken apart: fenced blocks, sections, tables and links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

_FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, its text, and the line of the page where it begins."""

    language: str
    text: str
    line: int


def read(name: str) -> str:
    """Read a page by its path below `docs`."""
    return (DOCS / name).read_text(encoding="utf-8")


def blocks(page: str) -> list[Block]:
    """Give the fenced blocks of a page, in their order."""
    return [
        Block(found[1], found[2], page[: found.start()].count("\n") + 1)
        for found in _FENCED.finditer(page)
    ]


def section(page: str, heading: str) -> str:
    """Give what stands below a heading, down to the next one of its level or higher."""
    level = len(heading) - len(heading.lstrip("#"))
    start = f"\n{page}".index(f"\n{heading}\n") + len(heading) + 1
    end = re.compile(rf"^#{{1,{level}}} ", re.MULTILINE).search(_blanked(page), start)
    return page[start : end.start() if end else len(page)]


def headings(page: str, level: int) -> list[str]:
    """Name the headings of one level."""
    return re.findall(rf"^{'#' * level} (.+)$", _blanked(page), re.MULTILINE)


def rows(page: str) -> list[list[str]]:
    """Give the cells of every row of every table, heads left out."""
    lines = page.splitlines()
    return [
        _cells(line)
        for line, following in zip(lines, [*lines[1:], ""], strict=True)
        if line.startswith("|") and not _is_rule(line) and not _is_rule(following)
    ]


def quoted(text: str) -> list[str]:
    """Give what stands between backticks."""
    return re.findall(r"`([^`]+)`", text)


def links(page: str) -> list[str]:
    """Give where the page's links lead."""
    return _LINK.findall(_blanked(page))


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|").removesuffix("|")
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", inner)]


def _is_rule(line: str) -> bool:
    return line.startswith("|") and not line.strip("|-: ")


def _blanked(page: str) -> str:
    """Blank out fenced blocks, whose `#` begins a comment; every place stays where it was."""
    return _FENCED.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), page)
