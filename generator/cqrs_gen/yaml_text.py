"""YAML that people may have written in: whatever is wrong with it is a ValueError."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yaml import MappingNode


def parsed(text: str) -> dict[object, object]:
    """Return what a mapping says; empty for anything else. Raises ValueError for what is no YAML.

    Dates and numbers that there are not, and lists that are nested too deep, are no YAML either.
    """
    import yaml  # noqa: PLC0415  only where somebody has written in a file, and for updates

    with _one_error():
        told = yaml.safe_load(text)
    return told if isinstance(told, dict) else {}


def composed(text: str) -> MappingNode | None:
    """Return a mapping with the place of each entry; None for anything else. Raises ValueError."""
    import yaml  # noqa: PLC0415  likewise

    with _one_error():
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    return root if isinstance(root, yaml.MappingNode) else None


@contextmanager
def _one_error() -> Iterator[None]:
    import yaml  # noqa: PLC0415  likewise

    try:
        yield
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ValueError(" ".join(str(error).split())) from None
