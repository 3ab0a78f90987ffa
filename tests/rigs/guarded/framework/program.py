"""A program that a test starts in a process of its own."""

from framework.limits import MOST

LINES = ["the limit is", str(MOST)]


def main() -> None:
    """Print the limit."""
    print(*LINES)  # noqa: T201  a program prints


if __name__ == "__main__":
    main()
