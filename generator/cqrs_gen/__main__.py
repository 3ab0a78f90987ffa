"""The program's start: `cqrs-gen`, which is also `python -m cqrs_gen`."""

from __future__ import annotations

import gc


def main() -> None:
    """Run one command; it is over long before collecting its garbage would pay."""
    gc.disable()
    from .cli import main as run  # noqa: PLC0415  even Typer's import is quicker so

    try:
        run()
    finally:
        gc.freeze()  # or the interpreter would look through everything once more as it ends


if __name__ == "__main__":
    main()
