"""A small framework for the rig to take guards away from."""

MOST = 10


class TooManyError(Exception):
    """There is a limit."""


def limited(count: int) -> int:
    """Return the count, unless it is over the limit."""
    if count > MOST:
        raise TooManyError
    return count


def first(names: list[str] | None) -> str:
    """Return the first name, or none."""
    if names is None:
        return ""
    return names[0]


def down(count: int) -> int:
    """Count down to zero."""
    while count > 0:
        count -= 1
    return count
