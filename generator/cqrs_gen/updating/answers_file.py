"""The answers file brought forward: new answers in, and all else that stands there kept.

Copier writes the file anew, and the line that says the version changes with every update. So a
line that its owners wrote beside it would conflict each time, if the file were merged as text
alone: first, all three sides are made to agree on the answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cqrs_gen.three_way import merge, with_line_ends_of
from cqrs_gen.yaml_text import composed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yaml.nodes import MappingNode, Node


class Entry(NamedTuple):
    """An answer in a file: where its key begins, where its value ends, and the value."""

    start: int
    end: int
    value: object


def merge_answers(ours: str, base: str, theirs: str) -> str:
    """Give the answers of the new version, in the file as its owners have it.

    An entry of theirs that no template asks for stays, and so do comments and the order.
    """
    if not (_is_mapping(ours) and _is_mapping(base)):
        return theirs
    agreed = _with_answers(ours, base, theirs)
    merged = merge(agreed, _with_answers(base, base, theirs), theirs)
    if merged is None or merged.has_conflicts or not _says_the_same(merged.text, agreed):
        return agreed
    return merged.text


def _with_answers(text: str, base: str, theirs: str) -> str:
    wanted, asked_before = _entries(theirs), _entries(base)
    for key in asked_before.keys() - wanted.keys():
        text = _without(text, key)
    before = ""
    for key, entry in wanted.items():
        written = with_line_ends_of(text, theirs[entry.start : entry.end])
        text = _with_entry(text, key, entry.value, written, after=before)
        before = key
    return text


def _with_entry(text: str, key: str, value: object, written: str, *, after: str) -> str:
    found = _entries(text)
    if key in found and found[key].value == value:
        return text
    if key in found:
        return text[: found[key].start] + written + text[found[key].end :]
    place = _next_line(text, found[after].end) if after in found else _first_line(text)
    head = text[:place]
    if head and not head.endswith("\n"):
        head += _line_end(text)
    return f"{head}{written}{_line_end(text)}{text[place:]}"


def _without(text: str, key: str) -> str:
    found = _entries(text).get(key)
    return text if found is None else text[: found.start] + text[_next_line(text, found.end) :]


def _next_line(text: str, place: int) -> int:
    end = text.find("\n", place)
    return len(text) if end < 0 else end + 1


def _first_line(text: str) -> int:
    """Give the place of the first entry."""
    return min((entry.start for entry in _entries(text).values()), default=len(text))


def _line_end(text: str) -> str:
    return with_line_ends_of(text, "\n")


def _says_the_same(one: str, other: str) -> bool:
    return _is_mapping(one) and _values(one) == _values(other)


def _values(text: str) -> Mapping[str, object]:
    return {key: entry.value for key, entry in _entries(text).items()}


def _is_mapping(text: str) -> bool:
    return _root(text) is not None


def _entries(text: str) -> dict[str, Entry]:
    from yaml import safe_load  # noqa: PLC0415  only updates need it

    root, values = _root(text), safe_load(text)
    pairs = root.value if root else []
    return {
        key.value: Entry(key.start_mark.index, _end_of(value, text), values.get(key.value))
        for key, value in pairs
    }


def _root(text: str) -> MappingNode | None:
    """Read YAML that has an entry a line, as Copier writes it; None is anything else."""
    try:
        root = composed(text)
    except ValueError:
        return None
    if root is None or root.flow_style:
        return None
    return root if all(isinstance(key.value, str) for key, _ in root.value) else None


def _end_of(node: Node, text: str) -> int:
    """Give the place where a value ends; what PyYAML says of some runs on to the next entry."""
    from yaml import CollectionNode  # noqa: PLC0415

    if isinstance(node, CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end_of(last[1] if isinstance(last, tuple) else last, text)
    return len(text[: node.end_mark.index].rstrip())
