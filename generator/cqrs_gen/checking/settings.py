"""What a team has set: which rules hold where, in `[tool.cqrs-gen.check]` of pyproject.toml."""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from fnmatch import fnmatch
from typing import TYPE_CHECKING, NamedTuple

from cqrs_gen.errors import Failed, UsageError
from cqrs_gen.files import read_text

from .rules.table import BY_CODE, NOT_PYTHON, UNUSED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

CODES = (NOT_PYTHON, UNUSED, *BY_CODE)
KEYS = ("select", "ignore", "per-file-ignores", "pedantic", "strict")


class Settings(NamedTuple):
    """Which rules hold: codes, or how codes begin; the longest that fits decides."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file: tuple[tuple[str, tuple[str, ...]], ...] = ()
    pedantic: bool = False
    strict: bool = False

    def holds(self, code: str, path: str = "") -> bool:
        """Tell whether a rule holds, in a file or at all."""
        chosen = max((len(s) for s in self.select if code.startswith(s)), default=0)
        left_out = max((len(s) for s in self.ignore if code.startswith(s)), default=-1)
        if (self.select and not chosen and code != NOT_PYTHON) or left_out >= max(chosen, 0):
            return False
        return not any(
            code.startswith(each)
            for pattern, codes in self.per_file
            if path and fnmatch(path, pattern)
            for each in codes
        )

    def fails(self, code: str, level: str) -> bool:
        """Tell whether a finding makes the check fail: an error, or what was asked for by name."""
        return level == "error" or self.strict or code in self.select


def read_settings(root: Path) -> Settings:
    """Read what the project's pyproject.toml says; raises Failed where it cannot be understood."""
    file = root / "pyproject.toml"
    try:
        tables = tomllib.loads(read_text(file)) if file.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, RecursionError) as error:
        raise Failed(f"`pyproject.toml` cannot be read: {error}", hint="mend it") from None
    table = _table(_table(_table(tables, "tool"), "cqrs-gen"), "check")
    unknown = [key for key in table if key not in KEYS]
    if unknown:
        raise UsageError(
            f"`[tool.cqrs-gen.check]` has no `{unknown[0]}`",
            hint=_nearest(unknown[0], KEYS) or f"it has: {', '.join(KEYS)}",
        )
    per_file = _table(table, "per-file-ignores")
    return Settings(
        select=known_codes(_texts(table, "select")),
        ignore=known_codes(_texts(table, "ignore")),
        per_file=tuple((p, known_codes(_texts(per_file, p))) for p in per_file),
        pedantic=_truth(table, "pedantic"),
        strict=_truth(table, "strict"),
    )


def known_codes(codes: Iterable[str]) -> tuple[str, ...]:
    """Understand codes, or how codes begin; raises UsageError with what may have been meant."""
    known = tuple(code.strip().upper() for code in codes if code.strip())
    for code in known:
        if code != "ALL" and not any(each.startswith(code) for each in CODES):
            raise UsageError(
                f"there is no rule `{code}`",
                hint=(_nearest(code, CODES) if code.startswith("CQ") else "")
                or "docs/rules lists them: CQ101, or CQ1 for all of CQ1xx",
            )
    return tuple("CQ" if code == "ALL" else code for code in known)


def _nearest(word: str, words: Sequence[str]) -> str:
    near = get_close_matches(word, words, n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else ""


def _table(table: object, key: str) -> dict[str, object]:
    found = table.get(key, {}) if isinstance(table, dict) else {}
    if not isinstance(found, dict):
        raise UsageError(
            f"`{key}` in pyproject.toml is no table", hint="write it as `[tool.cqrs-gen.check]`"
        )
    return found


def _truth(table: dict[str, object], key: str) -> bool:
    found = table.get(key, False)
    if not isinstance(found, bool):
        raise UsageError(
            f"`{key}` in `[tool.cqrs-gen.check]` is neither true nor false",
            hint=f"as in `{key} = true`",
        )
    return found


def _texts(table: dict[str, object], key: str) -> list[str]:
    found = table.get(key, [])
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise UsageError(
            f"`{key}` in `[tool.cqrs-gen.check]` is no list of codes",
            hint=f'as in `{key} = ["CQ303"]`',
        )
    return [str(each) for each in found]
