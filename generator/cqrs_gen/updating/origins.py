"""Where a project's template came from, as its answers file tells: the source, and the version."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cqrs_gen.errors import Failed
from cqrs_gen.files import read_text
from cqrs_gen.project import ANSWERS
from cqrs_gen.yaml_text import parsed

if TYPE_CHECKING:
    from pathlib import Path

OURS = frozenset({"_src_path", "_commit"})
"""What Copier notes beside the answers."""


class Origin(NamedTuple):
    """A template's source, the tag or commit that was rendered, and the answers it was given."""

    source: str
    commit: str
    answers: dict[str, object]


def read_origin(root: Path) -> Origin:
    """Read it; raises Failed where the template had no version to come forward from."""
    try:
        known = parsed(read_text(root / ANSWERS))
    except ValueError as error:
        raise Failed(
            f"`{ANSWERS}` cannot be read: {error}",
            hint=f"mend it, or put it back: `git checkout HEAD -- {ANSWERS}`",
        ) from None
    # With `HEAD`, Copier takes what is not committed at the source, by programs that it names.
    if not known.get("_src_path") or known.get("_commit") in {None, "", "HEAD"}:
        raise Failed(
            f"`{ANSWERS}` does not say which version of which template this project is made from",
            hint="only what comes from a git repository or bundle with tags can be brought forward"
            ": a template in a plain folder has no versions",
        )
    answers = {str(name): value for name, value in known.items() if not str(name).startswith("_")}
    return Origin(str(known["_src_path"]), str(known["_commit"]), answers)
