"""Mends what can be mended without a doubt; each kind of mend knows its own place in a line."""

from __future__ import annotations

import ast
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from cqrs_gen.applying import apply
from cqrs_gen.changes import Update
from cqrs_gen.diffs import is_binary
from cqrs_gen.plan import Plan
from cqrs_gen.targets import Targets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from .findings import Edit, Finding
    from .summaries import Place


def fix(root: Path, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Mend what can be mended, all of it or nothing; give what was."""
    wanted: dict[str, list[tuple[Finding, Edit]]] = {}
    for finding in findings:
        for edit in () if finding.maybe else finding.edits:
            wanted.setdefault(edit.path, []).append((finding, edit))
    targets, changes = Targets(root), list[Update]()
    done: list[Finding] = []
    for path, edits in wanted.items():
        text = targets.find(PurePosixPath(path))
        if not isinstance(text, str) or is_binary(text):
            continue  # in another encoding, or a link: not ours to write again
        mended, own = _mended(text, edits)
        if mended != text:
            changes.append(Update(PurePosixPath(path), text, mended))
            done += own
    apply(Plan(root, tuple(changes)))
    return tuple(done)


def _mended(text: str, edits: list[tuple[Finding, Edit]]) -> tuple[str, list[Finding]]:
    ending = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(ending)
    # From the end on, so that the places before stay where they are.
    edits.sort(key=lambda each: each[1].place, reverse=True)
    done = [finding for finding, edit in edits if _MENDS[finding.code](lines, edit)]
    mended = ending.join(lines)
    try:
        ast.parse(mended)
    except SyntaxError:
        return text, []  # rather nothing than something that is broken
    return mended, done


def _freeze(lines: list[str], edit: Edit) -> bool:
    """Freeze a dataclass: its decorator stands above the class, or above other decorators."""
    for number in range(edit.place[0] - 1, -1, -1):
        line = lines[number]
        if re.match(r"\s*@(\w+\.)?dataclass\s*$", line):
            lines[number] = f"{line.rstrip()}(frozen=True)"
            return True
        if found := re.match(r"(\s*@(?:\w+\.)?dataclass\()(.*)$", line):
            rest = re.sub(r"frozen\s*=\s*False\s*,?\s*", "", found[2])
            between = "" if rest.startswith(")") else ", " if rest else ","
            lines[number] = f"{found[1]}{edit.text}{between}{rest}"
            return True
        if line and not line[0].isspace() and not line.startswith(("@", ")", "class")):
            return False
    return False


def _say_none(lines: list[str], edit: Edit) -> bool:
    """Put `-> None` behind the parameters."""
    for number in range(edit.place[0] - 1, min(edit.place[0] + 20, len(lines))):
        found = re.match(r"(.*\))\s*:(\s*(?:#.*)?)$", lines[number])
        if found:
            lines[number] = f"{found[1]}{edit.text}:{found[2]}"
            return True
    return False


def _insert(lines: list[str], edit: Edit) -> bool:
    """Put a last argument into a call, behind the one that is there."""
    line, column = _characters(lines, edit.place)
    before, after = lines[line][:column], lines[line][column:]
    if not before.strip():  # the bracket stands alone: the argument gets a line of its own
        if not lines[line - 1].rstrip().endswith(","):
            return False
        indent = re.match(r"\s*", lines[line - 1])
        lines.insert(line, f"{indent[0] if indent else ''}{edit.text.removeprefix(', ')},")
        return True
    joined = edit.text.removeprefix(",") if before.rstrip().endswith(",") else edit.text
    lines[line] = f"{before.rstrip()}{joined}{after}"
    return True


def _unsilence(lines: list[str], edit: Edit) -> bool:
    """Take a code out of a `noqa`, and the whole of it where that was the last."""
    line = edit.place[0] - 1
    found = re.search(r"\s*#\s*noqa\s*:\s*([A-Z0-9, ]+?)(?=\s{2,}|\s*$|\s+[a-z#])", lines[line])
    if found is None:
        return False
    codes = [each for each in re.split(r"[,\s]+", found[1]) if each and each != edit.text]
    kept = f"  # noqa: {', '.join(codes)}" if codes else ""
    lines[line] = f"{lines[line][: found.start()]}{kept}{lines[line][found.end() :]}".rstrip()
    return True


def _characters(lines: list[str], place: Place) -> tuple[int, int]:
    line = lines[place[0] - 1].encode()
    return place[0] - 1, len(line[: place[1]].decode(errors="replace"))


_MENDS: dict[str, Callable[[list[str], Edit], bool]] = {
    "CQ002": _unsilence,
    "CQ201": _say_none,
    "CQ207": _freeze,
    "CQ306": _insert,
}
FIXABLE = tuple(_MENDS)
